#![doc = include_str!("../README.md")]

mod error;
pub mod events;
mod model;

pub use error::WebhookError;
pub use model::{DeliveryId, EndpointId, MessageId, ReplayId};
