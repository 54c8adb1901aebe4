//! What a purchase is.

use mainstay_kernel::{Timestamp, WorkspaceId};

/// Credits that somebody wants to pay for, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// What it is called.
    pub id: String,
    /// Who buys.
    pub workspace: WorkspaceId,
    /// What.
    pub package: String,
    /// How many of these.
    pub quantity: i64,
    /// How many credits that is.
    pub credits: i64,
    /// How many come with them as a gift.
    pub bonus_credits: i64,
    /// What it costs, in the smallest units of the currency.
    pub amount: i64,
    /// The currency, in small letters.
    pub currency: String,
    /// After how many days the credits expire, counted from the settlement.
    pub expires_after_days: Option<u16>,
    /// With whom it is paid.
    pub provider: String,
    /// Where it is paid.
    pub checkout_url: Option<String>,
    /// What became of it.
    pub status: PurchaseStatus,
    /// Why it failed, as a word; or what is odd about it.
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// What became of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseStatus {
    /// It is to be paid.
    Pending,
    /// It is paid, and its credits are booked.
    Completed,
    /// It was not paid.
    Failed,
}

impl PurchaseStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Completed, Self::Failed];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What somebody wants to buy.
#[derive(Debug, Clone)]
pub struct NewPurchase {
    /// Which package.
    pub package: String,
    /// How many of it.
    pub quantity: i64,
    /// Whether it is meant though the same is about to be paid: the caller sees to it that nothing is asked twice.
    pub is_deliberate: bool,
}
