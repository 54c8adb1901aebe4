//! Hooks: where git servers tell of pushes, so that sites are deployed that follow them.

mod address;
mod model;
mod payload;
mod posted;
mod push;
mod rules;
mod secrets;
mod service;
mod signature;
mod store;
mod verdict;
mod watch;

pub use model::{Delivery, HookOutcome, Opened, Provider, Reason, Shown};
pub use posted::Posted;
pub use rules::Hooks;
pub(crate) use secrets::HookVault;
pub use service::HookService;
pub(crate) use store::{Arrival, FoundHook, Hear, HookStore, Judged, SealedHook};
