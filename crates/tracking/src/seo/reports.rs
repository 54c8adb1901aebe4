//! Reports: what was found out about a page at one time.

mod changes;
mod model;
mod rules;
mod service;
pub(crate) mod store;

pub use changes::{Changes, Difference};
pub use model::{FullReport, IssueCounts, NewReport, Report, ReportColumn, ReportQuery, Trend};
pub use rules::Reports;
pub use service::ReportService;
