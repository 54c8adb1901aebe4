//! Audits of our own: a page is fetched and looked at, and that becomes a report.

mod model;
mod rules;
mod service;
pub(crate) mod store;
pub(crate) mod worker;

pub use model::{Audit, AuditColumn, AuditQuery, AuditStatus};
pub use rules::{Audits, MOST_AT_ONCE};
pub use service::AuditService;
pub use worker::AuditWorker;
