#![doc = include_str!("../README.md")]

mod clock;
mod database;
#[cfg(feature = "gateway")]
mod dns;
#[cfg(feature = "gateway")]
pub mod gateway;
mod ids;
#[cfg(feature = "gateway")]
mod receiver;
mod repository;
pub mod rows;
mod witness;

pub use clock::ManualClock;
pub use database::{TestDatabase, on_each_database};
#[cfg(feature = "gateway")]
pub use dns::TestDns;
pub use ids::CountingIds;
#[cfg(feature = "gateway")]
pub use receiver::{Received, Receiver, Reply};
pub use repository::TestRepository;
pub use witness::witness;
