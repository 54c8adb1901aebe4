//! The rules of entitlements, on real databases and a clock that stands.

mod checking;
mod concurrency;
mod consuming;
mod credits;
mod offer;
mod recording;
mod stories;
mod world;
