//! How a deployment is made: fetched, looked at, turned into a release, switched to.

mod builder;
mod builders;
mod commands;
mod git;
mod imaging;
mod keeping;
mod package;
mod plan;
mod recipe;
mod release;
mod starting;
mod steps;

pub(crate) use builder::Builder;
pub use builders::{Builders, Building};
pub use git::Git;
pub(crate) use keeping::Keeping;
pub use keeping::Purge;
