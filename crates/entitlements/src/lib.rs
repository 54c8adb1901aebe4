#![doc = include_str!("../README.md")]

mod aggregation;
mod allowance;
mod boost;
mod catalogue;
mod clean_up;
pub mod credits;
mod entitlements;
mod error;
mod feature;
mod meter;
pub mod offer;
mod readings;
mod reset;
mod schema;
mod service;
mod tally;
pub mod usage;
mod verdict;

pub use aggregation::Aggregation;
pub use allowance::Allowance;
pub use boost::{Boost, BoostKind};
pub use catalogue::{Catalogue, CatalogueError, Entries, Grant, NoPool, Unlimited};
pub use clean_up::IdCleanUp;
pub use entitlements::{EntitlementParts, Entitlements, MOST_AT_ONCE, MOST_QUANTITY};
pub use error::{EntitlementError, refusal};
pub use feature::{Feature, FeatureEntry, FeatureKind, ResetName};
pub use meter::Meter;
pub use reset::{Reset, Window};
pub use service::{EntitlementService, Holder, NewUse, Standing, Used};
pub use tally::Tally;
pub use verdict::{Reason, Threshold, Verdict, percentage};
