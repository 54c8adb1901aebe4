#![doc = include_str!("../README.md")]

pub mod aims;
mod day;
mod dimension;
pub mod domains;
mod error;
pub mod intake;
mod numbers;
mod pattern;
pub mod reports;
mod retention;
mod schema;
pub mod seo;
mod step;
mod tracking;
mod visits;

pub use day::Day;
pub use dimension::{Dimension, value_word};
pub use error::{TRACKED_EVENTS, TrackingError};
pub use numbers::Numbers;
pub use pattern::{NOT_SAID, Pattern};
pub use step::Step;
pub use tracking::{Tracking, TrackingParts};
pub use visits::Rolling;
