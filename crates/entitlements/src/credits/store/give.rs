//! Grants: credits that come.

use super::NotGranted;
use super::account::Accounts as _;
use super::book::{Book as _, Movement, Said};
use super::row::NewGrantRow;
use crate::credits::burn::Part;
use crate::credits::model::{Resource, Transaction, TransactionKind};
use crate::credits::schema::credit_grants;
use crate::credits::service::Booked;
use async_trait::async_trait;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Ids, Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, each_backend};

/// Most credits that a workspace may have: as many as JSON's numbers count exactly.
pub(crate) const MOST_BALANCE: i64 = (1 << 53) - 1;

/// Credits that come.
pub(crate) struct Gift<'g> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) kind: TransactionKind,
    pub(crate) amount: i64,
    pub(crate) priority: i32,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) description: Option<&'g str>,
    pub(crate) resource: Option<&'g Resource>,
    pub(crate) reference: Option<String>,
}

#[async_trait]
pub(crate) trait GiveCredits {
    /// Gives credits in a transaction that is under way, or says why not.
    async fn give_credits(
        &mut self,
        gift: &Gift<'_>,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotGranted>>;
}

#[each_backend]
#[async_trait]
impl GiveCredits for Conn {
    async fn give_credits(
        &mut self,
        gift: &Gift<'_>,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotGranted>> {
        let mut account = self.hold_account(gift.workspace, ids, at).await?;
        if let Some(reference) = &gift.reference
            && let Some(booked) = self.booked_under(gift.workspace, reference).await?
        {
            let transaction = Transaction::try_from(booked)?;
            let is_same = transaction.amount == gift.amount && transaction.kind == gift.kind;
            return Ok(if is_same {
                Ok(Booked { transaction, is_repeated: true })
            } else {
                Err(NotGranted::ReferenceTaken)
            });
        }
        if account.balance.saturating_add(gift.amount) > MOST_BALANCE {
            return Ok(Err(NotGranted::Full));
        }
        let new = NewGrantRow {
            workspace_id: gift.workspace.0,
            source: gift.kind.name(),
            amount: gift.amount,
            remaining: 0,
            priority: gift.priority,
            expires_at: gift.expires_at.map(Ts),
            created_at: Ts(at),
        };
        let insert = diesel::insert_into(credit_grants::table).values(new).returning(credit_grants::id);
        let parts = vec![Part { grant: insert.get_result(self).await?, amount: gift.amount }];
        let said =
            Said { description: gift.description, resource: gift.resource, reference: gift.reference.as_deref() };
        let movement = Movement { kind: gift.kind, parts, said, refund_of: None };
        let transaction = self.book(&mut account, movement, ids, at).await?;
        Ok(Ok(Booked { transaction, is_repeated: false }))
    }
}
