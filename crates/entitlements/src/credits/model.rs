//! What is booked, and what is wished for.

use mainstay_kernel::{PageRequest, Timestamp};

/// What sort of movement a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionKind {
    /// Credits that were paid for.
    Purchase,
    /// Credits that were spent.
    Usage,
    /// Spent credits that were given back.
    Refund,
    /// Credits that the owner of the installation put right.
    Adjustment,
    /// Credits that were given.
    Bonus,
    /// Credits that expired unspent.
    Expiry,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Purchase, Self::Usage, Self::Refund, Self::Adjustment, Self::Bonus, Self::Expiry];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purchase => "PURCHASE",
            Self::Usage => "USAGE",
            Self::Refund => "REFUND",
            Self::Adjustment => "ADJUSTMENT",
            Self::Bonus => "BONUS",
            Self::Expiry => "EXPIRY",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The other side of such a movement: where its credits come from, or go to.
    pub(crate) const fn other_side(self) -> &'static str {
        match self {
            Self::Purchase => "sales",
            Self::Usage | Self::Refund => "usage",
            Self::Adjustment => "adjustments",
            Self::Bonus => "gifts",
            Self::Expiry => "expired",
        }
    }
}

/// The side of a movement that is a workspace's own.
pub(crate) const OWN_SIDE: &str = "credits";

/// What a workspace has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// How many credits.
    pub credits: i64,
    /// When some were last paid for.
    pub last_purchase_at: Option<Timestamp>,
}

/// One movement of credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// What it is called.
    pub id: String,
    /// What sort of movement it is.
    pub kind: TransactionKind,
    /// How many credits came; negative of those that went.
    pub amount: i64,
    /// What the workspace had afterwards.
    pub balance_after: i64,
    /// What its cause says of it.
    pub description: Option<String>,
    /// What it was for.
    pub resource: Option<Resource>,
    /// When it was booked.
    pub created_at: Timestamp,
}

/// Something that costs credits, as its service calls it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resource {
    /// What sort of thing it is.
    pub kind: String,
    /// Which one.
    pub id: Option<String>,
}

/// Credits that are to be spent.
#[derive(Debug, Clone, Default)]
pub struct NewSpend {
    /// How many, 1 at least.
    pub amount: i64,
    /// What for, in words.
    pub description: Option<String>,
    /// What for.
    pub resource: Option<Resource>,
    /// The name that this is booked under once, if it may be asked for again.
    pub reference: Option<String>,
}

/// Credits that are to be given back.
#[derive(Debug, Clone, Default)]
pub struct NewRefund {
    /// The transaction that spent them.
    pub transaction: String,
    /// How many; all that is left of them if that is not said.
    pub amount: Option<i64>,
    /// Why, in words.
    pub description: Option<String>,
    /// The name that this is booked under once, if it may be asked for again.
    pub reference: Option<String>,
}

/// Why credits are given that nobody pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// As a gift.
    Bonus,
    /// To put something right.
    Adjustment,
}

impl GrantKind {
    /// What such a grant is in the ledger.
    pub const fn transaction(self) -> TransactionKind {
        match self {
            Self::Bonus => TransactionKind::Bonus,
            Self::Adjustment => TransactionKind::Adjustment,
        }
    }
}

/// Credits that are given.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Why.
    pub kind: GrantKind,
    /// How many, 1 at least.
    pub amount: i64,
    /// Which grants are spent first: those of the lowest number.
    pub priority: i32,
    /// When they expire, if they do.
    pub expires_at: Option<Timestamp>,
    /// What is said of them.
    pub description: Option<String>,
    /// The name that this is booked under once, if it may be asked for again.
    pub reference: Option<String>,
}

/// Which transactions are wanted, the newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct TransactionQuery {
    /// Which page.
    pub page: PageRequest,
    /// Only those of this kind.
    pub kind: Option<TransactionKind>,
    /// Only those booked not before.
    pub from: Option<Timestamp>,
    /// Only those booked before; exclusive.
    pub to: Option<Timestamp>,
}
