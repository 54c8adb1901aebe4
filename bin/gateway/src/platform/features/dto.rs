//! Features on the wire.

use crate::platform::offered::Sought;
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_entitlements::offer::Offered;
use mainstay_entitlements::{Feature, Price};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::convert::Infallible;

/// What the list of features can be asked.
pub(super) enum FeatureList {}

/// What features are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum FeatureColumn {
    Code,
    Name,
    CreatedAt,
    UpdatedAt,
}

impl Listable for FeatureList {
    type Column = FeatureColumn;
    type Status = Infallible;
    const COLUMNS: &'static [(&'static str, FeatureColumn)] = &[
        ("code", FeatureColumn::Code),
        ("name", FeatureColumn::Name),
        ("created_at", FeatureColumn::CreatedAt),
        ("updated_at", FeatureColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, Infallible)] = &[];
}

impl Sought<FeatureList> for Offered<Feature> {
    fn texts(&self) -> [&str; 2] {
        [&self.entry.code, &self.entry.name]
    }

    fn compare(&self, other: &Self, column: FeatureColumn) -> Ordering {
        match column {
            FeatureColumn::Code => self.entry.code.cmp(&other.entry.code),
            FeatureColumn::Name => self.entry.name.to_lowercase().cmp(&other.entry.name.to_lowercase()),
            FeatureColumn::CreatedAt => self.source.created_at().cmp(&other.source.created_at()),
            FeatureColumn::UpdatedAt => self.source.updated_at().cmp(&other.source.updated_at()),
        }
    }
}

/// A feature.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "feature_example")]
pub(super) struct FeatureResponse {
    /// What requests call it.
    code: String,
    /// What people call it.
    name: String,
    /// How it is used up: `boolean` (it is there or not), `limit` (it is counted) or `unlimited` (it is free to use).
    kind: &'static str,
    /// What it is counted in.
    unit: Option<String>,
    /// The feature whose limit and usage it shares.
    pool: Option<String>,
    /// When usage starts anew: `none`, `hourly`, `daily`, `weekly`, `monthly`, `yearly` or `rolling`.
    reset: &'static str,
    /// How many days count; null unless they roll.
    rolling_days: Option<u16>,
    /// How uses come to one number: `sum`, `count`, `max`, `latest` or `unique`.
    aggregation: &'static str,
    /// The member of the metadata whose values are counted; null unless they are.
    unique_by: Option<String>,
    /// What units beyond the limit cost in credits; null where they are refused.
    overage: Option<Overage>,
    /// Where it stands: `file` or `api`.
    source: &'static str,
    /// Since when it stands there; null in the file.
    created_at: Option<IsoSeconds>,
    /// When it was last changed; null in the file.
    updated_at: Option<IsoSeconds>,
}

/// What units beyond a limit cost: so many credits for so many of them. A credit that is begun is spent whole.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub(super) struct Overage {
    /// How many credits.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    credits: u64,
    /// For how many units; 1 if absent.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    units: u64,
}

const fn one() -> u64 {
    1
}

impl From<Overage> for Price {
    fn from(Overage { credits, units }: Overage) -> Self {
        Self { credits, units }
    }
}

impl From<Price> for Overage {
    fn from(Price { credits, units }: Price) -> Self {
        Self { credits, units }
    }
}

fn feature_example() -> Value {
    json!({
        "code": "exports", "name": "Exports", "kind": "limit", "unit": null, "pool": null, "reset": "monthly",
        "rolling_days": null, "aggregation": "sum", "unique_by": null, "overage": null, "source": "api",
        "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Offered<Feature>> for FeatureResponse {
    fn from(Offered { entry, source }: Offered<Feature>) -> Self {
        let Feature { code, name, kind, unit, pool, reset, aggregation, unique_by, overage } = entry;
        Self {
            code,
            name,
            kind: kind.name(),
            unit,
            pool,
            reset: reset.name(),
            rolling_days: reset.rolling_days(),
            aggregation: aggregation.name(),
            unique_by,
            overage: overage.map(Into::into),
            source: source.name(),
            created_at: source.created_at().map(Into::into),
            updated_at: source.updated_at().map(Into::into),
        }
    }
}
