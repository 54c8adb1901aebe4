//! People who leave for good.

mod departures;
mod service;
pub(crate) mod store;

pub use departures::Departures;
pub use service::DepartureService;
