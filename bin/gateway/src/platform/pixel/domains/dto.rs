//! Domains on the wire.

use crate::platform::few::Few;
use mainstay_edge::{IsoSeconds, Listable, PublicUrl};
use mainstay_kernel::Timestamp;
use mainstay_tracking::domains::Domain;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// What the list can be asked.
pub(super) enum DomainList {}

/// What domains can be sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Domain,
    CreatedAt,
    UpdatedAt,
}

impl Listable for DomainList {
    type Column = Column;
    type Status = bool;
    const COLUMNS: &'static [(&'static str, Column)] =
        &[("domain", Column::Domain), ("created_at", Column::CreatedAt), ("updated_at", Column::UpdatedAt)];
    const STATUSES: &'static [(&'static str, bool)] = &[("enabled", true), ("disabled", false)];
}

/// A domain as its list knows it.
pub(super) struct Kept(pub(super) Domain);

impl Few<DomainList> for Kept {
    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }

    fn name(&self) -> &str {
        self.0.name.as_str()
    }

    fn is(&self, status: bool, _: Timestamp) -> bool {
        self.0.settings.is_enabled == status
    }

    fn compare(&self, other: &Self, column: Column) -> Ordering {
        match column {
            Column::Domain => self.0.name.cmp(&other.0.name),
            Column::CreatedAt => self.0.created_at.cmp(&other.0.created_at),
            Column::UpdatedAt => self.0.updated_at.cmp(&other.0.updated_at),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.0.id.cmp(&other.0.id)
    }
}

/// A domain.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "domain_example")]
pub(super) struct DomainResponse {
    id: i64,
    /// The host; `*` stands for all that nobody registered.
    domain: String,
    /// What its pages name it by.
    pixel_key: String,
    /// What to put into its pages.
    snippet: String,
    /// Whether anything is tracked.
    enabled: bool,
    features: FeaturesItem,
    /// The share of visitors who are tracked, from 0 to 1.
    sample_rate: f64,
    /// The names of the events that are tracked; null for all.
    allowed_events: Option<Vec<String>>,
    /// Whether `DNT: 1` is honoured.
    honour_do_not_track: bool,
    /// Whether `Sec-GPC: 1` is honoured.
    honour_global_privacy_control: bool,
    /// How many days visits are kept.
    retention_days: u16,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

/// Kinds of what is tracked.
#[derive(Serialize, JsonSchema)]
struct FeaturesItem {
    pageviews: bool,
    events: bool,
    sessions: bool,
}

fn domain_example() -> Value {
    json!({
        "id": 1, "domain": "example.com", "pixel_key": "px_abcdefghijklmnopqrst",
        "snippet": "<script defer src=\"https://mainstay.example.com/pixel.js\" data-key=\"px_abcdefghijklmnopqrst\"></script>",
        "enabled": true, "features": { "pageviews": true, "events": true, "sessions": true }, "sample_rate": 1.0,
        "allowed_events": null, "honour_do_not_track": false, "honour_global_privacy_control": true,
        "retention_days": 365, "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl DomainResponse {
    pub(super) fn new(domain: Domain, public_url: &PublicUrl) -> Self {
        let Domain { id, name, pixel_key, settings, created_at, updated_at, .. } = domain;
        let script = public_url.join("/pixel.js");
        Self {
            id: id.0,
            domain: name.to_string(),
            snippet: format!("<script defer src=\"{script}\" data-key=\"{pixel_key}\"></script>"),
            pixel_key,
            enabled: settings.is_enabled,
            features: FeaturesItem {
                pageviews: settings.features.pageviews,
                events: settings.features.events,
                sessions: settings.features.sessions,
            },
            sample_rate: settings.sample_rate,
            allowed_events: settings.allowed_events,
            honour_do_not_track: settings.honours_do_not_track,
            honour_global_privacy_control: settings.honours_global_privacy_control,
            retention_days: settings.retention_days,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
