//! What can go wrong with credits.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something could not be done with credits.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// There is no such transaction, purchase or package for this workspace.
    #[error("{0} not found or you don't have access")]
    NotFound(&'static str),
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// There are not so many credits.
    #[error("Not enough credits: {needed} are needed, {balance} are there.")]
    Short {
        /// How many there are.
        balance: i64,
        /// How many are needed.
        needed: i64,
    },
    /// Something else was booked under this reference.
    #[error("Something else was booked under this reference before.")]
    ReferenceTaken,
    /// Only what was spent is given back.
    #[error("Only usage can be refunded.")]
    NotUsage,
    /// So much of it is not left to be given back.
    #[error("Of this transaction {left} credits are left to be refunded.")]
    RefundTooGreat {
        /// How much is.
        left: i64,
    },
    /// The workspace has as many credits as can be counted.
    #[error("The workspace has as many credits as can be counted.")]
    Full,
    /// The same was begun a few minutes ago, and is not paid.
    #[error(
        "The purchase {0} of the same package is pending. Pay that one, or send an Idempotency-Key to buy it once more."
    )]
    PurchasePending(String),
    /// The purchase has failed.
    #[error("This purchase has failed; begin another one.")]
    PurchaseOver,
    /// The payment provider is away, or refuses. The text is for the log.
    #[error("{0}")]
    PaymentsAway(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for CreditError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound(_) => Kind::NotFound,
            Self::Invalid(_) => Kind::Invalid,
            Self::Short { .. } => Kind::PaymentRequired,
            Self::ReferenceTaken
            | Self::NotUsage
            | Self::RefundTooGreat { .. }
            | Self::Full
            | Self::PurchasePending(_)
            | Self::PurchaseOver => Kind::Conflict,
            Self::PaymentsAway(_) => Kind::Unavailable,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::Short { .. } => "insufficient_credits",
            Self::ReferenceTaken => "reference_taken",
            Self::NotUsage => "not_refundable",
            Self::RefundTooGreat { .. } => "refund_too_great",
            Self::Full => "balance_full",
            Self::PurchasePending(_) => "purchase_pending",
            Self::PurchaseOver => "purchase_over",
            Self::PaymentsAway(_) => "payments_unavailable",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::PaymentsAway(_) => Details::RetryAfter(30),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
