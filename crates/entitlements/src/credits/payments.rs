//! How credits are paid for: the port, and the way that needs nobody else.

use super::purchases::Purchase;
use async_trait::async_trait;

/// What is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Order<'o> {
    /// The purchase. Its id is the same whenever the same thing is ordered again.
    pub purchase: &'o Purchase,
    /// What people call the package.
    pub name: &'o str,
}

/// Where it is paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkout {
    /// What the provider calls it.
    pub session: Option<String>,
    /// Where the payer goes.
    pub url: Option<String>,
}

/// The provider did not take the order. The text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the payment could not be begun: {0}")]
pub struct PaymentError(pub String);

/// A way to pay.
#[async_trait]
pub trait Payments: Send + Sync {
    /// What it is called: purchases are settled by whom they were begun with.
    fn provider(&self) -> &'static str;

    /// Begins a payment. The same order may come twice, and is one payment.
    ///
    /// # Errors
    /// When the provider is away, or refuses.
    async fn begin(&self, order: Order<'_>) -> Result<Checkout, PaymentError>;
}

/// Payments that the owner of the installation settles: an invoice, a transfer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manual;

#[async_trait]
impl Payments for Manual {
    fn provider(&self) -> &'static str {
        "manual"
    }

    async fn begin(&self, _: Order<'_>) -> Result<Checkout, PaymentError> {
        Ok(Checkout::default())
    }
}

/// What a provider told of a payment, once it is known that it was the provider who told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentNotice {
    /// Who told it.
    pub provider: &'static str,
    /// What the provider calls this notice: told again, it is the same.
    pub id: String,
    /// Which purchase it is about.
    pub purchase: String,
    /// What became of the payment.
    pub outcome: PaymentOutcome,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// It was paid.
    Paid {
        /// How much, in the smallest units of the currency.
        amount: i64,
        /// The currency, in small letters.
        currency: String,
    },
    /// It will not be paid.
    Failed {
        /// Why, as a word.
        reason: &'static str,
    },
}
