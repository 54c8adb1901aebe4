//! A purchase as both databases have it.

use crate::credits::purchases::model::{Purchase, PurchaseStatus};
use crate::credits::schema::credit_purchases;
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreError, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_purchases)]
pub(super) struct Row {
    pub(super) id: i64,
    public_id: String,
    pub(super) workspace_id: i64,
    package_id: String,
    quantity: i64,
    credits: i64,
    bonus_credits: i64,
    amount: i64,
    currency: String,
    expires_after_days: Option<i32>,
    provider: String,
    checkout_url: Option<String>,
    status: String,
    reason: Option<String>,
    created_at: Ts,
    settled_at: Option<Ts>,
}

#[derive(Insertable)]
#[diesel(table_name = credit_purchases)]
pub(super) struct NewRow {
    public_id: String,
    workspace_id: i64,
    package_id: String,
    quantity: i64,
    credits: i64,
    bonus_credits: i64,
    amount: i64,
    currency: String,
    expires_after_days: Option<i32>,
    provider: String,
    session: Option<String>,
    checkout_url: Option<String>,
    status: &'static str,
    created_at: Ts,
    updated_at: Ts,
}

impl NewRow {
    pub(super) fn new(purchase: Purchase, session: Option<String>) -> Self {
        Self {
            public_id: purchase.id,
            workspace_id: purchase.workspace.0,
            package_id: purchase.package,
            quantity: purchase.quantity,
            credits: purchase.credits,
            bonus_credits: purchase.bonus_credits,
            amount: purchase.amount,
            currency: purchase.currency,
            expires_after_days: purchase.expires_after_days.map(i32::from),
            provider: purchase.provider,
            session,
            checkout_url: purchase.checkout_url,
            status: purchase.status.name(),
            created_at: Ts(purchase.created_at),
            updated_at: Ts(purchase.created_at),
        }
    }
}

impl TryFrom<Row> for Purchase {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("credit_purchases: the {what} of {}", row.id));
        let days = row.expires_after_days.map(u16::try_from).transpose().map_err(|_| damaged("expires_after_days"))?;
        Ok(Self {
            status: PurchaseStatus::named(&row.status).ok_or_else(|| damaged("status"))?,
            id: row.public_id,
            workspace: WorkspaceId(row.workspace_id),
            package: row.package_id,
            quantity: row.quantity,
            credits: row.credits,
            bonus_credits: row.bonus_credits,
            amount: row.amount,
            currency: row.currency,
            expires_after_days: days,
            provider: row.provider,
            checkout_url: row.checkout_url,
            reason: row.reason,
            created_at: row.created_at.0,
            settled_at: row.settled_at.map(|at| at.0),
        })
    }
}
