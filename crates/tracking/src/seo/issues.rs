//! The issues of pages: seen, seen again, fixed, and sometimes back.

pub(crate) mod fingerprint;
pub(crate) mod life;
mod model;
pub(crate) mod reported;
mod rules;
mod service;
pub(crate) mod store;

pub use life::{Known, Turn, turns};
pub use model::{Issue, IssueColumn, IssueQuery, IssueStatus};
pub use reported::{Fingerprinted, ReportedIssue};
pub use rules::Issues;
pub use service::IssueService;
