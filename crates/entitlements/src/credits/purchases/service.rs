//! The front door to purchases.

use super::model::{NewPurchase, Purchase};
use crate::credits::error::CreditError;
use crate::credits::packages::Package;
use crate::credits::payments::PaymentNotice;
use async_trait::async_trait;
use mainstay_kernel::{Page, PageRequest, WorkspaceId};

/// What can be done with purchases. Every method may fail with [`CreditError::Store`].
#[async_trait]
pub trait PurchaseService: Send + Sync {
    /// All packages, in the order in which they are shown.
    fn packages(&self) -> &[Package];

    /// Begins a purchase. Its credits are booked when it is settled.
    ///
    /// # Errors
    /// [`CreditError::NotFound`] when no such package is for sale; [`CreditError::Invalid`];
    /// [`CreditError::PurchasePending`] when the same was begun a few minutes ago, is not paid, and this is not said to be
    /// deliberate; [`CreditError::PaymentsAway`].
    async fn begin(&self, workspace: WorkspaceId, wanted: NewPurchase) -> Result<Purchase, CreditError>;

    /// The purchases of a workspace, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId, page: PageRequest) -> Result<Page<Purchase>, CreditError>;

    /// One purchase.
    ///
    /// # Errors
    /// [`CreditError::NotFound`].
    async fn get(&self, workspace: WorkspaceId, id: &str) -> Result<Purchase, CreditError>;

    /// Settles a purchase of whatever workspace by hand, and books its credits. One that is settled stays as it is. Whether
    /// the caller may do so is not asked here.
    ///
    /// # Errors
    /// [`CreditError::NotFound`]; [`CreditError::PurchaseOver`] when it has failed; [`CreditError::Full`].
    async fn settle(&self, id: &str) -> Result<Purchase, CreditError>;

    /// Takes note of what a provider told. What was told before changes nothing, and what was paid is booked once.
    ///
    /// # Errors
    /// [`CreditError::Full`].
    async fn note(&self, notice: PaymentNotice) -> Result<Noted, CreditError>;
}

/// What came of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// The purchase is settled.
    Settled,
    /// The purchase has failed.
    Failed,
    /// Nothing: it was told before, or says nothing new.
    Unchanged,
    /// Another amount was paid than was asked: a person must look.
    OtherAmount,
    /// It is about no purchase of this provider.
    Unknown,
}
