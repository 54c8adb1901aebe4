#![doc = include_str!("../README.md")]

mod clock;
mod database;
#[cfg(feature = "gateway")]
pub mod gateway;
mod ids;
mod witness;

pub use clock::ManualClock;
pub use database::{TestDatabase, on_each_database};
pub use ids::CountingIds;
pub use witness::witness;
