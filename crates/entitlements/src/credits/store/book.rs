//! The one place that writes the ledger.

use super::account::NextExpiry as _;
use super::row::{AccountRow, NewTransactionRow, TransactionRow};
use crate::credits::burn::{self, Part};
use crate::credits::model::{OWN_SIDE, Resource, Transaction, TransactionKind};
use crate::credits::schema::{credit_accounts, credit_entries, credit_grants, credit_transactions};
use crate::credits::{events, public_id};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Event, Ids, Timestamp, WorkspaceId};
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Prepare as _, StoreError, StoreResult, Ts, each_backend, insert_rows};
use serde_json::json;

/// A movement that is to be booked.
pub(super) struct Movement<'m> {
    pub(super) kind: TransactionKind,
    /// What it does to which grant.
    pub(super) parts: Vec<Part>,
    pub(super) said: Said<'m>,
    /// The transaction that it gives back of.
    pub(super) refund_of: Option<i64>,
}

/// What its cause says of a movement.
#[derive(Default, Clone, Copy)]
pub(super) struct Said<'m> {
    pub(super) description: Option<&'m str>,
    pub(super) resource: Option<&'m Resource>,
    pub(super) reference: Option<&'m str>,
}

insert_rows! {
    struct NewEntry<'e> into credit_entries {
        workspace_id: i64,
        transaction_id: i64,
        account: &'e str,
        grant_id: Option<i64>,
        amount: i64,
    }
    returning (id) => i64
}

#[async_trait]
pub(super) trait Book {
    /// Books a movement of an account that is held: both its sides, what is left of the grants, the balance, and the events
    /// that tell of it.
    async fn book(
        &mut self,
        account: &mut AccountRow,
        movement: Movement<'_>,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Transaction>;
    /// Writes both sides, and what is left of the grants.
    async fn write_entries(&mut self, transaction: &TransactionRow, parts: &[Part]) -> StoreResult<()>;
    /// What was booked under this reference.
    async fn booked_under(&mut self, workspace: WorkspaceId, reference: &str) -> StoreResult<Option<TransactionRow>>;
}

#[each_backend]
#[async_trait]
impl Book for Conn {
    async fn book(
        &mut self,
        account: &mut AccountRow,
        movement: Movement<'_>,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Transaction> {
        let workspace = WorkspaceId(account.workspace_id);
        let (before, amount) = (account.balance, burn::sum(&movement.parts));
        let after = before.checked_add(amount).filter(|after| *after >= 0);
        account.balance =
            after.ok_or_else(|| StoreError::Damaged(format!("credit_accounts: the balance of {workspace}")))?;
        let new = new_row(account, &movement, public_id::draw(ids), at);
        let insert = diesel::insert_into(credit_transactions::table).values(new);
        let row: TransactionRow = insert.returning(TransactionRow::as_returning()).get_result(self).await?;
        self.write_entries(&row, &movement.parts).await?;
        if movement.kind == TransactionKind::Purchase {
            account.last_purchase_at = Some(Ts(at));
        }
        // What is spent of an account where nothing expires changes nothing about that.
        if movement.kind != TransactionKind::Usage || account.next_expiry_at.is_some() {
            account.next_expiry_at = self.next_expiry(workspace).await?;
        }
        diesel::update(credit_accounts::table.find(account.workspace_id))
            .set((
                credit_accounts::balance.eq(account.balance),
                credit_accounts::last_purchase_at.eq(account.last_purchase_at),
                credit_accounts::next_expiry_at.eq(account.next_expiry_at),
            ))
            .prepared()
            .execute(self)
            .await?;
        let transaction = Transaction::try_from(row)?;
        for name in told(&transaction, before) {
            self.append(&event(workspace, name, &transaction, ids)).await?;
        }
        Ok(transaction)
    }

    async fn write_entries(&mut self, transaction: &TransactionRow, parts: &[Part]) -> StoreResult<()> {
        let entry = |account, grant_id, amount| NewEntry {
            workspace_id: transaction.workspace().0,
            transaction_id: transaction.id,
            account,
            grant_id,
            amount,
        };
        let own = parts.iter().map(|part| entry(OWN_SIDE, Some(part.grant), part.amount));
        let other = entry(transaction.kind()?.other_side(), None, -burn::sum(parts));
        let _: Vec<i64> = self.insert_rows(own.chain([other]).collect()).await?;
        for part in parts {
            let grant = credit_grants::table.find(part.grant);
            let given = credit_grants::remaining.eq(credit_grants::remaining + part.amount);
            diesel::update(grant).set(given).prepared().execute(self).await?;
        }
        Ok(())
    }

    async fn booked_under(&mut self, workspace: WorkspaceId, reference: &str) -> StoreResult<Option<TransactionRow>> {
        let booked = credit_transactions::table
            .filter(credit_transactions::workspace_id.eq(workspace.0))
            .filter(credit_transactions::reference.eq(reference));
        Ok(booked.select(TransactionRow::as_select()).first(self).await.optional()?)
    }
}

fn new_row<'m>(account: &AccountRow, movement: &Movement<'m>, id: String, at: Timestamp) -> NewTransactionRow<'m> {
    let said = movement.said;
    NewTransactionRow {
        public_id: id,
        workspace_id: account.workspace_id,
        kind: movement.kind.name(),
        amount: burn::sum(&movement.parts),
        balance_after: account.balance,
        description: said.description,
        resource_type: said.resource.map(|resource| resource.kind.as_str()),
        resource_id: said.resource.and_then(|resource| resource.id.as_deref()),
        reference: said.reference,
        refund_of: movement.refund_of,
        created_at: Ts(at),
    }
}

/// The events that tell of a transaction.
fn told(transaction: &Transaction, before: i64) -> impl Iterator<Item = &'static str> {
    let of_kind = match transaction.kind {
        TransactionKind::Purchase => Some(events::PURCHASED),
        TransactionKind::Refund => Some(events::REFUNDED),
        TransactionKind::Expiry => Some(events::EXPIRED),
        TransactionKind::Usage | TransactionKind::Adjustment | TransactionKind::Bonus => None,
    };
    let is_last = before > 0 && transaction.balance_after == 0;
    of_kind.into_iter().chain(is_last.then_some(events::EXHAUSTED))
}

fn event(workspace: WorkspaceId, name: &str, transaction: &Transaction, ids: &dyn Ids) -> Event {
    let resource = transaction.resource.as_ref();
    let data = json!({
        "transaction_id": transaction.id,
        "amount": transaction.amount,
        "balance": transaction.balance_after,
        "resource_type": resource.map(|resource| &resource.kind),
        "resource_id": resource.and_then(|resource| resource.id.as_ref()),
    });
    Event::of(workspace, name, data, ids, transaction.created_at)
}
