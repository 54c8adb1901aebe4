//! Accounts, grants and transactions as both databases have them.

use crate::credits::burn::Left;
use crate::credits::model::{Balance, Resource, Transaction, TransactionKind};
use crate::credits::schema::{credit_accounts, credit_grants, credit_transactions};
use diesel::prelude::*;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_accounts)]
pub(crate) struct AccountRow {
    pub(super) workspace_id: i64,
    pub(crate) balance: i64,
    pub(super) last_purchase_at: Option<Ts>,
    pub(super) next_expiry_at: Option<Ts>,
}

impl AccountRow {
    pub(super) fn balance(&self) -> Balance {
        Balance { credits: self.balance, last_purchase_at: self.last_purchase_at.map(|at| at.0) }
    }

    /// Whether something expired that is not booked yet.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.next_expiry_at.is_some_and(|at| at.0 <= now)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_grants)]
pub(super) struct LeftRow {
    id: i64,
    remaining: i64,
    priority: i32,
    expires_at: Option<Ts>,
}

impl From<LeftRow> for Left {
    fn from(row: LeftRow) -> Self {
        let LeftRow { id: grant, remaining, priority, expires_at } = row;
        Self { grant, remaining, priority, expires_at: expires_at.map(|at| at.0) }
    }
}

#[derive(Insertable)]
#[diesel(table_name = credit_grants)]
pub(super) struct NewGrantRow {
    pub(super) workspace_id: i64,
    pub(super) source: &'static str,
    pub(super) amount: i64,
    pub(super) remaining: i64,
    pub(super) priority: i32,
    pub(super) expires_at: Option<Ts>,
    pub(super) created_at: Ts,
}

#[derive(Insertable)]
#[diesel(table_name = credit_transactions)]
pub(super) struct NewTransactionRow<'m> {
    pub(super) public_id: String,
    pub(super) workspace_id: i64,
    pub(super) kind: &'static str,
    pub(super) amount: i64,
    pub(super) balance_after: i64,
    pub(super) description: Option<&'m str>,
    pub(super) resource_type: Option<&'m str>,
    pub(super) resource_id: Option<&'m str>,
    pub(super) reference: Option<&'m str>,
    pub(super) refund_of: Option<i64>,
    pub(super) created_at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_transactions)]
pub(super) struct TransactionRow {
    pub(super) id: i64,
    public_id: String,
    workspace_id: i64,
    kind: String,
    pub(super) amount: i64,
    balance_after: i64,
    description: Option<String>,
    resource_type: Option<String>,
    resource_id: Option<String>,
    pub(super) refund_of: Option<i64>,
    created_at: Ts,
}

impl TransactionRow {
    pub(super) fn kind(&self) -> StoreResult<TransactionKind> {
        let damaged = || StoreError::Damaged(format!("credit_transactions: the kind of {}", self.id));
        TransactionKind::named(&self.kind).ok_or_else(damaged)
    }

    pub(super) const fn workspace(&self) -> WorkspaceId {
        WorkspaceId(self.workspace_id)
    }
}

impl TryFrom<TransactionRow> for Transaction {
    type Error = StoreError;

    fn try_from(row: TransactionRow) -> StoreResult<Self> {
        Ok(Self {
            kind: row.kind()?,
            id: row.public_id,
            amount: row.amount,
            balance_after: row.balance_after,
            description: row.description,
            resource: row.resource_type.map(|kind| Resource { kind, id: row.resource_id }),
            created_at: row.created_at.0,
        })
    }
}
