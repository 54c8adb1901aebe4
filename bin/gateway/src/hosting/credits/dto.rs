//! Credits on the wire.

use mainstay_edge::IsoSeconds;
use mainstay_entitlements::credits::packages::Package;
use mainstay_entitlements::credits::purchases::Purchase;
use mainstay_entitlements::credits::{Balance, Pace, Transaction};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// What a workspace has.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "balance_example")]
pub(super) struct BalanceResponse {
    /// How many credits.
    balance: i64,
    /// When some were last paid for.
    last_purchase: Option<IsoSeconds>,
    /// What is counted: `credits`.
    currency: &'static str,
    /// How many are spent a day, to the hundredth.
    burn_per_day: f64,
    /// For how many whole days they last; null when none are spent.
    estimated_days_left: Option<i64>,
}

fn balance_example() -> Value {
    json!({
        "balance": 450,
        "lastPurchase": "2026-05-15T08:00:00Z",
        "currency": "credits",
        "burnPerDay": 12.5,
        "estimatedDaysLeft": 36,
    })
}

impl BalanceResponse {
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many credits that a hundredth is lost")]
    pub(super) fn new(balance: Balance, pace: Pace) -> Self {
        Self {
            balance: balance.credits,
            last_purchase: balance.last_purchase_at.map(Into::into),
            currency: "credits",
            burn_per_day: pace.hundredths_a_day() as f64 / 100.0,
            estimated_days_left: pace.days_left(balance.credits),
        }
    }
}

/// A movement of credits.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionResponse {
    /// What it is called.
    id: String,
    /// `PURCHASE`, `USAGE`, `REFUND`, `ADJUSTMENT`, `BONUS` or `EXPIRY`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How many credits came; negative of those that went.
    amount: i64,
    /// What the workspace had afterwards.
    balance_after: i64,
    /// What its cause says of it.
    description: Option<String>,
    /// What sort of thing it was for.
    resource_type: Option<String>,
    /// Which one.
    resource_id: Option<String>,
    /// When it was booked.
    created_at: IsoSeconds,
}

impl From<Transaction> for TransactionResponse {
    fn from(transaction: Transaction) -> Self {
        let (resource_type, resource_id) =
            transaction.resource.map_or((None, None), |resource| (Some(resource.kind), resource.id));
        Self {
            id: transaction.id,
            kind: transaction.kind.name(),
            amount: transaction.amount,
            balance_after: transaction.balance_after,
            description: transaction.description,
            resource_type,
            resource_id,
            created_at: transaction.created_at.into(),
        }
    }
}

/// Credits as they are sold.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PackageResponse {
    /// What it is called in requests.
    id: String,
    /// What people call it.
    name: String,
    /// How many credits it has.
    credits: i64,
    /// How many come with them as a gift.
    bonus_credits: i64,
    /// What it costs, in the smallest units of the currency.
    price: i64,
    /// The currency (ISO 4217), in small letters.
    currency: String,
    /// Whether it is for sale.
    active: bool,
    /// After how many days its credits expire, counted from the settlement; null if never.
    expires_after_days: Option<u16>,
}

impl From<&Package> for PackageResponse {
    fn from(package: &Package) -> Self {
        Self {
            id: package.id.clone(),
            name: package.name.clone(),
            credits: package.credits,
            bonus_credits: package.bonus_credits,
            price: package.price,
            currency: package.currency.clone(),
            active: package.active,
            expires_after_days: package.expires_after_days,
        }
    }
}

/// A purchase.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurchaseResponse {
    /// What it is called.
    id: String,
    /// `PENDING`, `COMPLETED` or `FAILED`.
    status: &'static str,
    /// Which package.
    package_id: String,
    /// How many of it.
    quantity: i64,
    /// How many credits that is.
    credits: i64,
    /// How many come with them as a gift.
    bonus_credits: i64,
    /// What it costs, in the smallest units of the currency.
    amount: i64,
    /// The currency (ISO 4217), in small letters.
    currency: String,
    /// With whom it is paid: `manual` or `stripe`.
    provider: String,
    /// Where it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkout_url: Option<String>,
    /// Why it failed, or what a person must look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it was begun.
    created_at: IsoSeconds,
    /// When its credits were booked.
    settled_at: Option<IsoSeconds>,
}

impl From<Purchase> for PurchaseResponse {
    fn from(purchase: Purchase) -> Self {
        Self {
            id: purchase.id,
            status: purchase.status.name(),
            package_id: purchase.package,
            quantity: purchase.quantity,
            credits: purchase.credits,
            bonus_credits: purchase.bonus_credits,
            amount: purchase.amount,
            currency: purchase.currency,
            provider: purchase.provider,
            checkout_url: purchase.checkout_url,
            reason: purchase.reason.map(|reason| reason.to_ascii_uppercase()),
            created_at: purchase.created_at.into(),
            settled_at: purchase.settled_at.map(Into::into),
        }
    }
}
