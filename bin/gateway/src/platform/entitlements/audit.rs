//! `/api/v1/entitlements/audit`: why an answer is what it is.

use super::input::CheckQuery;
use super::{Service, holder};
use crate::platform::EntitlementsRead;
use mainstay_edge::{Can, Data, Doc, Failure, IsoSeconds, Platform, Surface};
use mainstay_entitlements::benefits::Boosted;
use mainstay_entitlements::{Allowance, Audit, BoostKind, FeatureKind, Grant, Reason};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "What `check` answers now, and all that it stands on: what the plan grants, what boosts add, the window that is \
        open, what is used and held in it, and what credits could pay.";
    let doc = Doc { id: "auditEntitlement", tag: "Entitlements", summary: "Explain an answer", text, fails: &[] };
    surface.get("/entitlements/audit", audit, doc);
}

/// Why an answer is what it is.
#[derive(Serialize, JsonSchema)]
struct AuditResponse {
    /// The feature that was asked for.
    feature: String,
    /// How much of it.
    quantity: u64,
    /// Whether it may be used.
    allowed: bool,
    /// Why not: `LIMIT_EXCEEDED`, `NOT_IN_PLAN` or `FEATURE_NOT_FOUND`.
    reason: Option<&'static str>,
    /// The plan of the workspace.
    plan: String,
    /// What the answer stands on; null where there is no such feature.
    grounds: Option<GroundsResponse>,
    /// The instant of which all of this is true.
    at: Option<IsoSeconds>,
}

/// What an answer stands on.
#[derive(Serialize, JsonSchema)]
struct GroundsResponse {
    /// The feature whose limit and usage count: the pool of the one that was asked for, or itself.
    counted_as: String,
    /// `boolean`, `limit` or `unlimited`.
    kind: &'static str,
    /// What the plan grants: a number, "unlimited", or true; null where it leaves the feature out.
    granted: Value,
    /// What boosts add to it, the newest first. Those that count are `active`.
    boosts: Vec<BoostGround>,
    /// What both come to: a number, "unlimited", "included", or null where it is not in the plan.
    allowance: Value,
    /// At which instant a billing month begins; null where the calendar's months count.
    billing_anchor: Option<IsoSeconds>,
    /// The first instant of the window that is open.
    window_from: IsoSeconds,
    /// The first after it; null where usage never starts anew, or not at one instant.
    window_until: Option<IsoSeconds>,
    /// What is used in the window.
    used: u64,
    /// What reservations hold.
    held: u64,
    /// What is left; null where there is no limit.
    available: Option<u64>,
    /// What is beyond the limit costs; null where it is refused.
    overage: Option<OverageGround>,
}

/// A boost that has to do with it.
#[derive(Serialize, JsonSchema)]
struct BoostGround {
    /// Its number.
    id: i64,
    /// `add_limit`, `enable` or `unlimited`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How much more, for `add_limit`.
    limit_value: Option<u64>,
    /// Whether it counts now.
    active: bool,
    /// From when on.
    starts_at: IsoSeconds,
    /// The first instant without it.
    expires_at: Option<IsoSeconds>,
}

/// What is beyond the limit costs.
#[derive(Serialize, JsonSchema)]
struct OverageGround {
    /// So many credits,
    credits: u64,
    /// for so many units.
    units: u64,
    /// The credits that there are.
    balance: i64,
}

impl GroundsResponse {
    fn new(audit: Audit) -> Self {
        let Audit { counted, grant, boosts, allowance, anchor, window, taken, price, balance, verdict, at } = audit;
        let ground = |Boosted { id, boost, .. }| BoostGround {
            id,
            kind: boost.kind.name(),
            limit_value: if let BoostKind::Add(more) = boost.kind { Some(more) } else { None },
            active: boost.is_usable(at),
            starts_at: boost.starts_at.into(),
            expires_at: boost.ends_at.map(Into::into),
        };
        let overage = price.map(|price| OverageGround {
            credits: price.credits,
            units: price.units,
            balance: balance.unwrap_or_default(),
        });
        Self {
            counted_as: counted.code,
            kind: kind(counted.kind),
            granted: grant.map_or(Value::Null, granted),
            boosts: boosts.into_iter().map(ground).collect(),
            allowance: allowed(allowance),
            billing_anchor: anchor.map(Into::into),
            window_from: window.from.into(),
            window_until: window.until.map(Into::into),
            used: taken.used,
            held: taken.held,
            available: verdict.available,
            overage,
        }
    }
}

const fn kind(kind: FeatureKind) -> &'static str {
    match kind {
        FeatureKind::Boolean => "boolean",
        FeatureKind::Limit => "limit",
        FeatureKind::Unlimited => "unlimited",
    }
}

fn granted(grant: Grant) -> Value {
    match grant {
        Grant::Limit(limit) => json!(limit),
        Grant::Included(included) => json!(included),
        Grant::Unlimited(_) => json!("unlimited"),
    }
}

fn allowed(allowance: Allowance) -> Value {
    match allowance {
        Allowance::NotIncluded => Value::Null,
        Allowance::Included => json!("included"),
        Allowance::Limit(limit) => json!(limit),
        Allowance::Unlimited => json!("unlimited"),
    }
}

async fn audit(
    caller: Can<EntitlementsRead>,
    asked: CheckQuery,
    entitlements: Service,
) -> Result<Data<AuditResponse>, Failure> {
    let CheckQuery { feature, quantity } = asked;
    let audit = entitlements.audit(holder(&caller), &feature, quantity).await?;
    let reason = audit.as_ref().map_or(Some(Reason::FeatureNotFound), |audit| audit.verdict.reason);
    let data = AuditResponse {
        feature,
        quantity,
        allowed: reason.is_none(),
        reason: reason.map(Reason::as_str),
        plan: caller.principal.plan.name.clone(),
        at: audit.as_ref().map(|audit| audit.at.into()),
        grounds: audit.map(GroundsResponse::new),
    };
    Ok(Data { data })
}
