//! What visits come to.

mod model;
mod rules;
mod series;
mod service;
mod store;
mod vitals;

pub use model::{Column, Filter, Followed, Interval, Listing, Point, Question, Realtime, Share, Stats, Steps};
pub use rules::Reports;
pub use service::ReportService;
pub(crate) use store::open;
pub use vitals::{Measured, VITALS, Vital};
