//! Versions of tools: which one is meant, and until when it is served.

mod choice;
mod model;
mod rules;
mod service;
pub(crate) mod store;

pub(crate) use choice::choose;
pub use choice::{Chosen, Deprecation, FIRST};
pub use model::{NewVersion, ToolVersion, VersionStatus};
pub use rules::Versions;
pub use service::VersionService;
