#![doc = include_str!("../README.md")]

mod allowance;
mod boost;
mod catalogue;
mod feature;
mod reset;
mod verdict;

pub use allowance::Allowance;
pub use boost::{Boost, BoostKind};
pub use catalogue::{Catalogue, CatalogueError, Entries, Grant};
pub use feature::{Feature, FeatureEntry, FeatureKind};
pub use reset::{Reset, Window};
pub use verdict::{Reason, Threshold, Verdict, percentage};
