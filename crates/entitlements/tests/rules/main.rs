//! The rules of entitlements, on real databases and a clock that stands.

mod alerts;
mod benefits;
mod checking;
mod concurrency;
mod consuming;
mod credits;
mod offer;
mod paying;
mod recording;
mod reserving;
mod series;
mod stories;
mod ticking;
mod world;
