//! Metrics: what sites answer and what their programs use, by minute and by hour.
//!
//! | word | means |
//! |---|---|
//! | counted | what a site has answered since the minute began; whoever answers adds to it without waiting for anybody |
//! | tally | what was counted within a time |
//! | span | how long the time of a tally is: a minute or an hour |
//!
//! Whole minutes are written once a minute, those of all sites in one step, and rolled up into hours. What a process has
//! counted within a minute is lost when it is killed in that minute.

mod counted;
mod job;
mod model;
mod rules;
mod service;
mod store;
mod tally;

pub use counted::Counted;
pub(crate) use counted::Counters;
pub use job::RollUp;
pub use model::{MetricsQuery, Series, Span};
pub use rules::Metrics;
pub use service::MetricsService;
pub(crate) use store::{MetricStore, Sample};
pub use tally::Tally;
