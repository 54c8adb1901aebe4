//! The front door to credits.

use super::error::CreditError;
use super::model::{Balance, NewGrant, NewRefund, NewSpend, Transaction, TransactionQuery};
use super::pace::Pace;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// What can be done with the credits of a workspace. Every method may fail with [`CreditError::Store`].
///
/// What is booked under a reference is booked once: asked for again, the same transaction is given, and something else
/// under the same reference is [`CreditError::ReferenceTaken`].
#[async_trait]
pub trait CreditService: Send + Sync {
    /// What the workspace has now.
    ///
    /// # Errors
    /// None of its own.
    async fn balance(&self, workspace: WorkspaceId) -> Result<Balance, CreditError>;

    /// How fast the workspace spends.
    ///
    /// # Errors
    /// None of its own.
    async fn pace(&self, workspace: WorkspaceId) -> Result<Pace, CreditError>;

    /// The movements of the workspace that match, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn transactions(
        &self,
        workspace: WorkspaceId,
        query: TransactionQuery,
    ) -> Result<Page<Transaction>, CreditError>;

    /// Spends credits: all that is wanted or none.
    ///
    /// # Errors
    /// [`CreditError::Short`], [`CreditError::Invalid`], [`CreditError::ReferenceTaken`].
    async fn spend(&self, workspace: WorkspaceId, spend: NewSpend) -> Result<Booked, CreditError>;

    /// Gives credits back to the grants that they were spent from.
    ///
    /// # Errors
    /// [`CreditError::NotFound`], [`CreditError::NotUsage`], [`CreditError::RefundTooGreat`], [`CreditError::Invalid`],
    /// [`CreditError::ReferenceTaken`].
    async fn refund(&self, workspace: WorkspaceId, refund: NewRefund) -> Result<Booked, CreditError>;

    /// Gives credits that nobody pays for. Whether the caller may do so is not asked here.
    ///
    /// # Errors
    /// [`CreditError::NotFound`] when there is no such workspace, [`CreditError::Invalid`], [`CreditError::Full`],
    /// [`CreditError::ReferenceTaken`].
    async fn grant(&self, workspace: WorkspaceId, grant: NewGrant) -> Result<Booked, CreditError>;
}

/// A movement that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The movement.
    pub transaction: Transaction,
    /// Whether it had been booked before, under the same reference.
    pub is_repeated: bool,
}
