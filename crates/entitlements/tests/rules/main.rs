//! The rules of entitlements, on real databases and a clock that stands.

mod checking;
mod concurrency;
mod consuming;
mod credits;
mod recording;
mod series;
mod stories;
mod world;
