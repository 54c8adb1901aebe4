//! How search engines see a page: reports, their issues, and audits of our own.

pub(crate) mod auditor;
pub mod audits;
mod error;
pub mod events;
pub mod issues;
mod model;
mod opened;
mod page_url;
pub mod reports;
mod schema;

pub use error::SeoError;
pub use model::{AuditId, IssueId, ReportId, Scores, Severity, Source};
pub use opened::{Seo, SeoParts};
pub use page_url::PageUrl;
