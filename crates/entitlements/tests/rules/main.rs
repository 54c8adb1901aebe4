//! The rules of entitlements, on real databases and a clock that stands.

mod benefits;
mod checking;
mod concurrency;
mod consuming;
mod credits;
mod recording;
mod stories;
mod world;
