//! The store, written once for both databases.

use super::account::Accounts as _;
use super::give::{Gift, GiveCredits as _};
use super::refund::RefundCredits as _;
use super::row::{AccountRow, TransactionRow};
use super::spend::{NotSpent, Spend, SpendCredits as _};
use super::{CreditStore, Moment, NotGranted, NotRefunded};
use crate::credits::model::{Balance, NewGrant, NewRefund, Transaction, TransactionKind, TransactionQuery};
use crate::credits::schema::{credit_accounts, credit_transactions};
use crate::credits::service::Booked;
use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, each_backend};

/// Credits over the handle `D`.
pub(super) struct DieselCreditStore<D> {
    pub(super) db: D,
}

#[each_backend]
#[async_trait]
impl CreditStore for DieselCreditStore<Db> {
    async fn balance(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<(Balance, bool)> {
        let read = self.db.read(move |conn| {
            async move {
                let account = credit_accounts::table.find(workspace.0).select(AccountRow::as_select());
                let row: Option<AccountRow> = account.first(conn).await.optional()?;
                Ok(row.map(|row| (row.balance(), row.has_expired(now))).unwrap_or_default())
            }
            .boxed()
        });
        read.await
    }

    async fn list(&self, workspace: WorkspaceId, query: TransactionQuery) -> StoreResult<Page<Transaction>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, query).count().get_result(conn).await?;
                let rows: Vec<TransactionRow> = Self::matching(workspace, query)
                    .order(credit_transactions::id.desc())
                    .limit(query.page.per_page())
                    .offset(query.page.offset())
                    .select(TransactionRow::as_select())
                    .load(conn)
                    .await?;
                let items = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn used_since(&self, workspace: WorkspaceId, since: Timestamp) -> StoreResult<i64> {
        let read = self.db.read(move |conn| {
            async move {
                let used = [TransactionKind::Usage.name(), TransactionKind::Refund.name()];
                let sum = sql::<BigInt>("CAST(COALESCE(SUM(-amount), 0) AS bigint)");
                let of_workspace = credit_transactions::table
                    .filter(credit_transactions::workspace_id.eq(workspace.0))
                    .filter(credit_transactions::created_at.ge(Ts(since)))
                    .filter(credit_transactions::kind.eq_any(used));
                Ok(of_workspace.select(sum).get_result(conn).await?)
            }
            .boxed()
        });
        read.await
    }

    async fn with_expired(&self, now: Timestamp, most: i64) -> StoreResult<Vec<WorkspaceId>> {
        let read = self.db.read(move |conn| {
            async move {
                let due = credit_accounts::table
                    .filter(credit_accounts::next_expiry_at.le(Ts(now)))
                    .order(credit_accounts::next_expiry_at)
                    .limit(most);
                let ids: Vec<i64> = due.select(credit_accounts::workspace_id).load(conn).await?;
                Ok(ids.into_iter().map(WorkspaceId).collect())
            }
            .boxed()
        });
        read.await
    }

    async fn expire(&self, workspace: WorkspaceId, moment: Moment) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move { conn.hold_account(workspace, &*moment.ids, moment.at).await.map(drop) }.boxed()
        });
        write.await
    }

    async fn spend(&self, wanted: Spend, moment: Moment) -> StoreResult<Result<Booked, NotSpent>> {
        let write = self
            .db
            .write(move |conn| async move { conn.spend_credits(&wanted, &*moment.ids, moment.at).await }.boxed());
        write.await
    }

    async fn refund(
        &self,
        workspace: WorkspaceId,
        refund: NewRefund,
        moment: Moment,
    ) -> StoreResult<Result<Booked, NotRefunded>> {
        let write = self.db.write(move |conn| {
            async move { conn.refund_credits(workspace, &refund, &*moment.ids, moment.at).await }.boxed()
        });
        write.await
    }

    async fn grant(
        &self,
        workspace: WorkspaceId,
        grant: NewGrant,
        moment: Moment,
    ) -> StoreResult<Result<Booked, NotGranted>> {
        let write = self.db.write(move |conn| {
            async move {
                let gift = Gift {
                    workspace,
                    kind: grant.kind.transaction(),
                    amount: grant.amount,
                    priority: grant.priority,
                    expires_at: grant.expires_at,
                    description: grant.description.as_deref(),
                    resource: None,
                    reference: grant.reference.as_ref().map(|name| format!("grant:{name}")),
                };
                conn.give_credits(&gift, &*moment.ids, moment.at).await
            }
            .boxed()
        });
        write.await
    }
}
