//! What visits come to.

mod model;
mod rules;
mod series;
mod service;
mod store;

pub use model::{Column, Filter, Interval, Listing, NOT_SAID, Pattern, Point, Question, Realtime, Share, Stats};
pub use rules::Reports;
pub use service::ReportService;
pub(crate) use store::open;
