//! Publishing: an event becomes a message, and a delivery to everyone who wants to know.

pub(crate) mod body;
pub mod model;
mod publisher;
mod service;
pub(crate) mod store;

pub use model::{NewEvent, Published};
pub use publisher::Publisher;
pub use service::{MOST_AT_ONCE, PublishService};
