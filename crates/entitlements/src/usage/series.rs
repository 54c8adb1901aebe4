//! What was used, hour by hour, day by day or month by month.

mod bounds;
mod interval;
mod model;
mod rules;
mod service;
pub(crate) mod store;

pub use bounds::MOST_INTERVALS;
pub use interval::Interval;
pub use model::{Figure, Group, GroupName, Grouping, Point, Series, SeriesQuery};
pub use rules::{MOST_GROUPS, MOST_POINTS, MOST_READ};
pub use service::SeriesService;
