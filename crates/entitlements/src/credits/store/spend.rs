//! Spending.

use super::account::Accounts as _;
use super::book::{Book as _, Movement, Said};
use crate::credits::burn::burn;
use crate::credits::model::{NewSpend, Transaction, TransactionKind};
use crate::credits::service::Booked;
use async_trait::async_trait;
use mainstay_kernel::{Ids, Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, each_backend};

/// What a workspace wishes to spend. Its amount is 1 at least.
#[derive(Debug, Clone)]
pub struct Spend {
    /// Who spends.
    pub workspace: WorkspaceId,
    /// What.
    pub wish: NewSpend,
}

/// Why nothing was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSpent {
    /// There are only so many credits.
    Short {
        /// How many.
        balance: i64,
    },
    /// Something else was spent under this reference.
    ReferenceTaken,
}

/// Spends credits in a transaction that is under way: what else the transaction does and the payment for it commit together
/// or not at all. When there are not so many credits, nothing is spent, and the transaction may go on.
///
/// The account of the workspace is held until the transaction ends. Who pays for several workspaces in one transaction does
/// so in the order of their numbers, after all other locks, so that two of them never wait for each other.
#[async_trait]
pub(crate) trait SpendCredits {
    /// Spends credits, or says why not.
    async fn spend_credits(
        &mut self,
        wanted: &Spend,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotSpent>>;
}

#[each_backend]
#[async_trait]
impl SpendCredits for Conn {
    async fn spend_credits(
        &mut self,
        wanted: &Spend,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotSpent>> {
        let Spend { workspace, wish } = wanted;
        let mut account = self.hold_account(*workspace, ids, at).await?;
        let reference = wish.reference.as_ref().map(|name| format!("spend:{name}"));
        if let Some(reference) = &reference
            && let Some(booked) = self.booked_under(*workspace, reference).await?
        {
            let transaction = Transaction::try_from(booked)?;
            let is_same = transaction.amount == -wish.amount && transaction.resource == wish.resource;
            return Ok(if is_same {
                Ok(Booked { transaction, is_repeated: true })
            } else {
                Err(NotSpent::ReferenceTaken)
            });
        }
        let Some(parts) = burn(self.grants_left(*workspace).await?, wish.amount) else {
            return Ok(Err(NotSpent::Short { balance: account.balance }));
        };
        let said = Said {
            description: wish.description.as_deref(),
            resource: wish.resource.as_ref(),
            reference: reference.as_deref(),
        };
        let movement = Movement { kind: TransactionKind::Usage, parts, said, refund_of: None };
        let transaction = self.book(&mut account, movement, ids, at).await?;
        Ok(Ok(Booked { transaction, is_repeated: false }))
    }
}
