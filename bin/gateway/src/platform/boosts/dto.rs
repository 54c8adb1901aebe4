//! Boosts on the wire.

use crate::platform::few::Few;
use mainstay_edge::{IsoSeconds, Listable, Rejection};
use mainstay_entitlements::benefits::{BoostTerm, Boosted, NewBoost};
use mainstay_entitlements::{Boost, BoostKind};
use mainstay_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cmp::Ordering;
use validator::Validate;

/// What the list of boosts can be asked.
pub(super) enum BoostList {}

/// What boosts are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum BoostColumn {
    Id,
    Feature,
    StartsAt,
    CreatedAt,
}

/// What became of a boost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoostStatus {
    Pending,
    Active,
    Expired,
    Cancelled,
}

impl BoostStatus {
    fn of(boost: &Boost, now: Timestamp) -> Self {
        if boost.cancelled_at.is_some_and(|at| at <= now) {
            Self::Cancelled
        } else if boost.ends_at.is_some_and(|at| at <= now) {
            Self::Expired
        } else if boost.starts_at > now {
            Self::Pending
        } else {
            Self::Active
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Listable for BoostList {
    type Column = BoostColumn;
    type Status = BoostStatus;
    const COLUMNS: &'static [(&'static str, BoostColumn)] = &[
        ("id", BoostColumn::Id),
        ("feature", BoostColumn::Feature),
        ("starts_at", BoostColumn::StartsAt),
        ("created_at", BoostColumn::CreatedAt),
    ];
    const STATUSES: &'static [(&'static str, BoostStatus)] = &[
        ("pending", BoostStatus::Pending),
        ("active", BoostStatus::Active),
        ("expired", BoostStatus::Expired),
        ("cancelled", BoostStatus::Cancelled),
    ];
}

impl Few<BoostList> for Boosted {
    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.boost.cancelled_at.unwrap_or(self.created_at)
    }

    fn name(&self) -> &str {
        &self.feature
    }

    fn is(&self, status: BoostStatus, now: Timestamp) -> bool {
        BoostStatus::of(&self.boost, now) == status
    }

    fn compare(&self, other: &Self, column: BoostColumn) -> Ordering {
        match column {
            BoostColumn::Id => self.id.cmp(&other.id),
            BoostColumn::Feature => self.feature.cmp(&other.feature),
            BoostColumn::StartsAt => self.boost.starts_at.cmp(&other.boost.starts_at),
            BoostColumn::CreatedAt => self.created_at.cmp(&other.created_at),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// A boost to be given.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "boost_example")]
pub(super) struct BoostRequest {
    /// The feature's code.
    #[validate(length(min = 1, max = 100))]
    feature: String,
    /// `add_limit` (so much more of it; if absent), `enable` (it is there) or `unlimited`.
    #[serde(rename = "type", default)]
    kind: Kind,
    /// How much more, for `add_limit`.
    #[validate(range(min = 1, max = 1_000_000_000_000_u64))]
    limit_value: Option<u64>,
    /// `cycle_bound` (until usage starts anew; if absent), `duration` (until `expires_at`) or `permanent`.
    #[serde(default)]
    duration_type: Term,
    /// From when on, in ISO 8601; now if absent or over.
    starts_at: Option<String>,
    /// Until when, for `duration`.
    expires_at: Option<String>,
}

/// What a boost gives.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    AddLimit,
    Enable,
    Unlimited,
}

/// For how long.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Term {
    #[default]
    CycleBound,
    Duration,
    Permanent,
}

fn boost_example() -> Value {
    json!({ "feature": "api_calls", "type": "add_limit", "limit_value": 5000, "duration_type": "cycle_bound" })
}

impl TryFrom<BoostRequest> for NewBoost {
    type Error = Rejection;

    fn try_from(request: BoostRequest) -> Result<Self, Rejection> {
        let BoostRequest { feature, kind, limit_value, duration_type, starts_at, expires_at } = request;
        let kind = match (kind, limit_value) {
            (Kind::AddLimit, Some(more)) => BoostKind::Add(more),
            (Kind::AddLimit, None) => {
                return Err(Rejection::field(
                    "limit_value",
                    "required",
                    "The limit_value says how much more there is.",
                ));
            }
            (_, Some(_)) => {
                return Err(Rejection::field("limit_value", "prohibited", "Only add_limit has a limit_value."));
            }
            (Kind::Enable, None) => BoostKind::Enable,
            (Kind::Unlimited, None) => BoostKind::Unlimited,
        };
        let term = match duration_type {
            Term::CycleBound => BoostTerm::Cycle,
            Term::Duration => BoostTerm::Dated,
            Term::Permanent => BoostTerm::Permanent,
        };
        let (starts_at, ends_at) = (time("starts_at", starts_at)?, time("expires_at", expires_at)?);
        Ok(Self { feature, kind, term, starts_at, ends_at })
    }
}

fn time(field: &str, text: Option<String>) -> Result<Option<Timestamp>, Rejection> {
    let wrong = || {
        let text = format!("The {field} must be in ISO 8601, such as 2026-01-31T00:00:00Z.");
        Rejection::field(field, "date", &text)
    };
    text.map(|text| Timestamp::parse(&text).ok_or_else(wrong)).transpose()
}

/// A boost.
#[derive(Serialize, JsonSchema)]
pub(super) struct BoostResponse {
    /// Its number.
    id: i64,
    /// The feature's code.
    feature: String,
    /// `add_limit`, `enable` or `unlimited`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How much more, for `add_limit`.
    limit_value: Option<u64>,
    /// `cycle_bound`, `duration` or `permanent`.
    duration_type: &'static str,
    /// `pending`, `active`, `expired` or `cancelled`.
    status: &'static str,
    /// From when on.
    starts_at: IsoSeconds,
    /// The first instant without it; null for one that stays.
    expires_at: Option<IsoSeconds>,
    /// When it was called off.
    cancelled_at: Option<IsoSeconds>,
    /// When it was given.
    created_at: IsoSeconds,
}

impl BoostResponse {
    pub(super) fn new(boosted: Boosted, now: Timestamp) -> Self {
        let Boosted { id, feature, boost, term, created_at } = boosted;
        Self {
            id,
            feature,
            kind: boost.kind.name(),
            limit_value: if let BoostKind::Add(more) = boost.kind { Some(more) } else { None },
            duration_type: term.name(),
            status: BoostStatus::of(&boost, now).name(),
            starts_at: boost.starts_at.into(),
            expires_at: boost.ends_at.map(Into::into),
            cancelled_at: boost.cancelled_at.map(Into::into),
            created_at: created_at.into(),
        }
    }
}
