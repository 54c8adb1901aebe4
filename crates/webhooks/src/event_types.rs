//! The kinds of events that a workspace declares.

pub mod model;
mod service;

pub use model::{DeclaredType, EventTypeColumn, EventTypeQuery, NewEventType};
pub use service::EventTypeService;
