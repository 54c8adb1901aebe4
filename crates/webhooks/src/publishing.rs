//! Publishing: an event becomes a message, and a delivery to everyone who wants to know.

pub mod model;
mod service;

pub use model::{NewEvent, Published};
pub use service::{MOST_AT_ONCE, PublishService};
