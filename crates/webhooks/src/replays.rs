//! Replays: an endpoint is told again what it was told, or missed, in a span of time.

pub mod model;
pub(crate) mod rules;
mod service;
pub(crate) mod store;
pub(crate) mod worker;

pub use model::{NewReplay, Replay, ReplayColumn, ReplayQuery, ReplayStatus, Selection};
pub use rules::Replays;
pub use service::ReplayService;
