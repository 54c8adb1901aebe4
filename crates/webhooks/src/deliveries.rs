//! Deliveries, as the workspace sees them.

pub mod model;
mod service;

pub use model::{Attempt, Delivery, DeliveryColumn, DeliveryQuery, DeliveryStatus, DeliveryStory};
pub use service::DeliveryService;
