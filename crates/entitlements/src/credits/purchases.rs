//! Buying credits: from the checkout to the settlement.

mod model;
mod rules;
mod service;
pub(crate) mod store;

pub use model::{NewPurchase, Purchase, PurchaseStatus};
pub use rules::{PurchaseParts, Purchases};
pub use service::{Noted, PurchaseService};
