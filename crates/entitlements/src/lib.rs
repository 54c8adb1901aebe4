#![doc = include_str!("../README.md")]

mod aggregation;
mod allowance;
pub mod benefits;
mod boost;
mod catalogue;
mod clean_up;
pub mod credits;
mod entitlements;
mod error;
mod feature;
mod meter;
mod price;
mod readings;
pub mod reservations;
mod reset;
mod schema;
mod service;
mod tally;
pub mod usage;
mod verdict;

pub use aggregation::Aggregation;
pub use allowance::Allowance;
pub use boost::{Boost, BoostKind};
pub use catalogue::{Catalogue, CatalogueError, Entries, Grant};
pub use clean_up::IdCleanUp;
pub use entitlements::{EntitlementParts, Entitlements, MOST_AT_ONCE, MOST_QUANTITY};
pub use error::{EntitlementError, refusal};
pub use feature::{Feature, FeatureEntry, FeatureKind};
pub use meter::Meter;
pub use price::{Payment, Price};
pub use reset::{Reset, Window};
pub use service::{EntitlementService, Holder, NewUse, Standing, Used};
pub use tally::Tally;
pub use verdict::{Reason, Taken, Threshold, Verdict, percentage};
