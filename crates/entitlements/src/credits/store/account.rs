//! The account of a workspace: whoever books something holds it first.

use super::book::{Book as _, Movement, Said};
use super::row::{AccountRow, LeftRow};
use crate::credits::burn::{Left, Part};
use crate::credits::model::TransactionKind;
use crate::credits::schema::{credit_accounts, credit_grants};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Ids, Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

#[async_trait]
pub(crate) trait Accounts {
    /// The account, made where there is none, and held until the transaction ends. What has expired by then is booked.
    async fn hold_account(&mut self, workspace: WorkspaceId, ids: &dyn Ids, at: Timestamp) -> StoreResult<AccountRow>;
    /// Books what has expired.
    async fn book_expired(&mut self, account: &mut AccountRow, ids: &dyn Ids, at: Timestamp) -> StoreResult<()>;
    /// The grants of which something is left, in no order.
    async fn grants_left(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Left>>;
}

#[each_backend]
#[async_trait]
impl Accounts for Conn {
    async fn hold_account(&mut self, workspace: WorkspaceId, ids: &dyn Ids, at: Timestamp) -> StoreResult<AccountRow> {
        let account = || Locked(credit_accounts::table.find(workspace.0).select(AccountRow::as_select()));
        let mut held: Option<AccountRow> = account().get_result(self).await.optional()?;
        if held.is_none() {
            let new = (credit_accounts::workspace_id.eq(workspace.0), credit_accounts::balance.eq(0));
            let insert = diesel::insert_into(credit_accounts::table).values(new);
            insert.on_conflict_do_nothing().execute(self).await?;
            held = account().get_result(self).await.optional()?;
        }
        let mut account = held.ok_or(StoreError::MissingReference)?;
        self.book_expired(&mut account, ids, at).await?;
        Ok(account)
    }

    async fn book_expired(&mut self, account: &mut AccountRow, ids: &dyn Ids, at: Timestamp) -> StoreResult<()> {
        if !account.has_expired(at) {
            return Ok(());
        }
        let left = self.grants_left(WorkspaceId(account.workspace_id)).await?.into_iter();
        let expired = left.filter(|grant| grant.expires_at.is_some_and(|expires_at| expires_at <= at));
        let parts = expired.map(|grant| Part { grant: grant.grant, amount: -grant.remaining }).collect();
        let movement = Movement { kind: TransactionKind::Expiry, parts, said: Said::default(), refund_of: None };
        self.book(account, movement, ids, at).await?;
        Ok(())
    }

    async fn grants_left(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Left>> {
        let left = credit_grants::table
            .filter(credit_grants::workspace_id.eq(workspace.0))
            .filter(credit_grants::remaining.gt(0))
            .order(credit_grants::id);
        let rows: Vec<LeftRow> = left.select(LeftRow::as_select()).load(self).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// When the next grant of an account expires.
#[async_trait]
pub(super) trait NextExpiry {
    async fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Ts>>;
}

#[each_backend]
#[async_trait]
impl NextExpiry for Conn {
    async fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Ts>> {
        let soonest = credit_grants::table
            .filter(credit_grants::workspace_id.eq(workspace.0))
            .filter(credit_grants::remaining.gt(0))
            .filter(credit_grants::expires_at.is_not_null())
            .order(credit_grants::expires_at);
        let soonest: Option<Option<Ts>> = soonest.select(credit_grants::expires_at).first(self).await.optional()?;
        Ok(soonest.flatten())
    }
}
