//! Credits: what workspaces pay with beside their plan.
//!
//! | word | means |
//! |---|---|
//! | grant | credits that came together, with a priority and, where they expire, an instant |
//! | transaction | one movement of credits: a purchase, a bonus, usage, a refund, an expiry |
//! | entry | one side of a movement: a grant, or where its credits come from and go to |
//! | reference | a name that the caller gives a movement, so that it is booked once |
//! | purchase | credits that are to be paid for, from the checkout to the settlement |
//!
//! What holds:
//!
//! - The entries of a transaction come to nothing, those of a grant to what is left of it, those of all grants of a
//!   workspace to its balance. No entry is ever changed.
//! - Of two grants the one of the lower priority number is spent first, then the one that expires sooner, then the older one.
//! - A refund gives back to the grants that were spent, the last one first: to spend and to be refunded a part comes to the
//!   same as to spend the rest. What goes back to a grant that has expired meanwhile expires at once.
//! - A grant counts until the instant in which it expires and not in it, whether or not that was booked by then.

mod burn;
mod error;
pub mod events;
mod expiry;
mod model;
mod pace;
pub mod packages;
pub mod payments;
mod public_id;
pub mod purchases;
mod rules;
pub(crate) mod schema;
mod service;
pub mod store;

pub use error::CreditError;
pub use expiry::Expiry;
pub use model::{
    Balance, GrantKind, NewGrant, NewRefund, NewSpend, Resource, Transaction, TransactionKind, TransactionQuery,
};
pub use pace::Pace;
pub use rules::{CreditParts, Credits};
pub use service::{Booked, CreditService};
