//! What an installation offers: its plans, the features that they grant, and how its owner changes them while it runs.
//!
//! A file says it at the start. What the owner sets stands above the file, entry by entry, and is kept in the database; an
//! entry that is removed lets that of the file be seen again.
//!
//! - The whole, file and database together, never contradicts itself: it is judged before each commit, under a lock that
//!   changes of other nodes wait for.
//! - Reading touches no database. What another node changes is taken on when it is announced under [`CHANGED`].

mod blame;
mod case;
mod change;
mod error;
pub mod events;
mod fields;
mod model;
mod needs;
mod rules;
mod schema;
mod service;
mod store;
mod whole;

pub use change::{FeatureChange, PlanChange};
pub use error::OfferError;
pub use fields::{MOST_FEATURES, MOST_PLANS};
pub use model::{Grants, OfferEntries, Offered, PlanEntry, Source};
pub use needs::Need;
pub use rules::{OfferParts, Offers};
pub use service::OfferService;
pub use whole::{API_ACCESS, Contradiction, DERIVED, Whole};

/// The topic under which changes of what is offered are announced.
pub const CHANGED: &str = "catalogue";
