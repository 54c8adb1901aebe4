//! Who called what, how long it took and how it ended.

pub mod events;
mod log;
mod model;
mod redaction;
mod retention;
mod service;
pub(crate) mod store;

pub use log::{CallLog, OnCall};
pub use model::{Call, CallColumn, CallId, CallQuery, CallRecord, Outcome};
pub(crate) use redaction::redacted;
pub use retention::CallCleanUp;
pub use service::CallService;
