//! Metering: how long sites and databases run and builds take, counted against the plan of their workspace, and what
//! happens to a workspace that cannot pay for it.
//!
//! | word | means |
//! |---|---|
//! | run | how long one thing ran within one hour |
//! | note | what runs is noted every minute, in the database; what nobody saw run is not counted |
//! | count | a run whose hour is over is counted once, under a name of its own, against the plan and then with credits |
//! | debt | a workspace owes a run that neither its plan nor its credits cover |
//!
//! A workspace that is in debt for a day has its sites and databases stopped. Nothing is deleted. Once it can pay, what it
//! owes is counted, and what was stopped for it starts again.

pub mod events;
mod gate;
mod model;
mod port;
mod rules;
mod store;

pub(crate) use gate::Gate;
pub use model::{Metered, Run};
pub use port::{Leave, Meter};
pub use rules::Metering;
pub(crate) use store::{Debt, DebtStore, Resources, RunStore};
