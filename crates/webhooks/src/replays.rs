//! Replays: an endpoint is told again what it was told, or missed, in a span of time.

pub mod model;
mod service;

pub use model::{NewReplay, Replay, ReplayColumn, ReplayQuery, ReplayStatus, Selection};
pub use service::ReplayService;
