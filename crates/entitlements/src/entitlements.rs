//! The rules.

use crate::aggregation::Aggregation;
use crate::allowance::Allowance;
use crate::catalogue::Catalogue;
use crate::error::EntitlementError;
use crate::feature::Feature;
use crate::readings::Readings;
use crate::service::{EntitlementService, Holder, NewUse, Standing, Used};
use crate::usage::series;
use crate::usage::store::{self, Entry, Metered, Outcome, UsageStore};
use crate::verdict::Verdict;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Timestamp};
use mainstay_store::{Database, StoreError};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Most uses that are recorded at once.
pub const MOST_AT_ONCE: usize = 1_000;
/// Most of a feature that is used at once.
pub const MOST_QUANTITY: u64 = 1_000_000_000_000;
/// Most characters of an id, and of its source.
const MOST_ID: usize = 255;
/// How long it is known under which ids was told, and a use told again is not counted again.
pub(crate) const IDS_ARE_KNOWN: Duration = Duration::from_hours(35 * 24);

/// Most characters of a value that is counted.
const MOST_VALUE: usize = 255;
/// How far clocks may differ.
const CLOCKS_DIFFER: Duration = Duration::from_mins(1);
/// How old what this node knows of others' counting may be.
const LIFE: Duration = Duration::from_secs(1);

/// What the rules stand on.
pub struct EntitlementParts {
    /// Where usage is kept.
    pub database: Database,
    /// All features, and what plans grant of them.
    pub catalogue: Arc<Catalogue>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What workspaces may use, and what they have used.
pub struct Entitlements {
    pub(crate) store: Arc<dyn UsageStore>,
    pub(crate) series: Arc<dyn series::store::SeriesStore>,
    pub(crate) catalogue: Arc<Catalogue>,
    readings: Readings,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Entitlements {
    /// The rules over this database.
    pub fn open(parts: EntitlementParts) -> Self {
        let EntitlementParts { database, catalogue, clock } = parts;
        // A file has one process, which knows all that is counted.
        let life = matches!(database, Database::Postgres(_)).then_some(LIFE);
        let (store, series) = (store::open(&database), series::store::open(&database));
        Self { store, series, catalogue, readings: Readings::new(life), clock }
    }

    /// What a feature is counted by, and how much of it there is.
    fn terms(&self, holder: Holder<'_>, feature: &Feature, now: Timestamp) -> (Metered, Allowance) {
        let pool = self.catalogue.pool_of(feature);
        // Where nothing else is said, months and years are those of the calendar.
        let window = pool.reset.window(Timestamp::default(), now);
        let metered = Metered { feature: pool.code.clone(), aggregation: pool.aggregation, window };
        (metered, Allowance::of(pool.kind, self.catalogue.grant(&holder.plan.name, feature), &[], now))
    }

    async fn verdict(
        &self,
        holder: Holder<'_>,
        (metered, allowance): (Metered, Allowance),
        quantity: u64,
    ) -> Result<Verdict, EntitlementError> {
        let (aggregation, window, now) = (metered.aggregation, metered.window, self.clock.now());
        let key = (holder.workspace, metered.feature.clone());
        let meter = if let Some(meter) = self.readings.get(&key, &window, now) {
            meter
        } else {
            let meter = self.store.meter(holder.workspace, metered).await?;
            self.readings.keep(&key, meter, now);
            meter
        };
        Ok(Verdict::of(allowance, meter.used, aggregation.growth(meter.used, quantity)))
    }

    /// Counts uses that can be counted.
    async fn count(&self, codes: Vec<String>, entries: Vec<Entry>) -> Result<Vec<Used>, EntitlementError> {
        let (entries, now) = (Arc::new(entries), self.clock.now());
        let outcomes = self.store.count(Arc::clone(&entries)).await?;
        for (entry, outcome) in entries.iter().zip(&outcomes) {
            self.readings.keep(&(entry.workspace, entry.metered.feature.clone()), outcome.meter, now);
        }
        let used = |(feature, Outcome { verdict, is_repeated, .. })| Used { feature, verdict, is_repeated };
        Ok(codes.into_iter().zip(outcomes).map(used).collect())
    }

    /// Counts one use; `is_limited` refuses it beyond a limit.
    async fn count_one(&self, holder: Holder<'_>, told: NewUse, is_limited: bool) -> Result<Used, EntitlementError> {
        let code = told.feature.clone();
        let entry = self.entry(holder, told, is_limited, self.clock.now());
        let entry = entry.map_err(|field| EntitlementError::Invalid(vec![field]))?;
        let used = self.count(vec![code], vec![entry]).await?.pop();
        used.ok_or_else(|| StoreError::Damaged("a use has no outcome".to_owned()).into())
    }

    fn entry(&self, holder: Holder<'_>, told: NewUse, is_limited: bool, now: Timestamp) -> Result<Entry, FieldError> {
        let Some(feature) = self.catalogue.feature(&told.feature) else {
            return Err(FieldError::new("feature", "exists", format!("There is no feature {:?}.", told.feature)));
        };
        if !(1..=MOST_QUANTITY).contains(&told.quantity) {
            return Err(FieldError::new("quantity", "range", format!("The quantity must be 1 to {MOST_QUANTITY}.")));
        }
        if let Some(id) = &told.id {
            check_id("id", &id.name)?;
            check_id("source", &id.source)?;
        }
        let (metered, allowance) = self.terms(holder, feature, now);
        let at = told.at.unwrap_or(now);
        if !metered.window.contains(at) || at > now.plus(CLOCKS_DIFFER) {
            let text = "The time must lie in the cycle that is open, and not ahead.";
            return Err(FieldError::new("time", "window", text));
        }
        let value = value(self.catalogue.pool_of(feature), &told)?;
        let (workspace, metadata) = (holder.workspace, Value::Object(told.metadata));
        let (quantity, id) = (told.quantity, told.id);
        Ok(Entry { workspace, metered, allowance, is_limited, quantity, value, metadata, id, at, now })
    }
}

fn check_id(field: &str, text: &str) -> Result<(), FieldError> {
    let length = text.chars().count();
    if (1..=MOST_ID).contains(&length) {
        return Ok(());
    }
    Err(FieldError::new(field, "length", format!("The {field} must have 1 to {MOST_ID} characters.")))
}

/// The value that is counted, of a feature that counts those.
fn value(feature: &Feature, told: &NewUse) -> Result<Option<String>, FieldError> {
    let (Aggregation::Unique, Some(member)) = (feature.aggregation, &feature.unique_by) else { return Ok(None) };
    let text = match told.metadata.get(member) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => Some(other.to_string()),
        _ => None,
    };
    match text {
        Some(text) if (1..=MOST_VALUE).contains(&text.chars().count()) => Ok(Some(text)),
        _ => {
            let text = format!(
                "{:?} counts its distinct values: it must be a text, number or truth of 1 to 255 characters.",
                feature.code
            );
            Err(FieldError::new(format!("metadata.{member}"), "required", text))
        }
    }
}

#[async_trait]
impl EntitlementService for Entitlements {
    async fn check(&self, holder: Holder<'_>, feature: &str, quantity: u64) -> Result<Verdict, EntitlementError> {
        if quantity == 0 {
            return Err(EntitlementError::field("quantity", "min", "The quantity must be at least 1."));
        }
        let Some(feature) = self.catalogue.feature(feature) else { return Ok(Verdict::unknown()) };
        self.verdict(holder, self.terms(holder, feature, self.clock.now()), quantity).await
    }

    async fn summary(&self, holder: Holder<'_>) -> Result<Vec<Standing>, EntitlementError> {
        let now = self.clock.now();
        let mut standings = Vec::new();
        for feature in self.catalogue.features() {
            let terms = self.terms(holder, feature, now);
            if terms.1 == Allowance::NotIncluded {
                continue;
            }
            let resets_at = terms.0.window.until;
            let verdict = self.verdict(holder, terms, 0).await?;
            standings.push(Standing { feature: feature.clone(), verdict, resets_at });
        }
        Ok(standings)
    }

    async fn record(&self, holder: Holder<'_>, told: NewUse) -> Result<Used, EntitlementError> {
        self.count_one(holder, told, false).await
    }

    async fn record_all(&self, holder: Holder<'_>, told: Vec<NewUse>) -> Result<Vec<Used>, EntitlementError> {
        if !(1..=MOST_AT_ONCE).contains(&told.len()) {
            let text = format!("The events field must have 1 to {MOST_AT_ONCE} items.");
            return Err(EntitlementError::field("events", "length", text));
        }
        let (now, codes) = (self.clock.now(), told.iter().map(|told| told.feature.clone()).collect());
        let (mut entries, mut wrong) = (Vec::with_capacity(told.len()), Vec::new());
        for (index, told) in told.into_iter().enumerate() {
            match self.entry(holder, told, false, now) {
                Ok(entry) => entries.push(entry),
                Err(field) => wrong.push(FieldError { field: format!("events.{index}.{}", field.field), ..field }),
            }
        }
        if wrong.is_empty() { self.count(codes, entries).await } else { Err(EntitlementError::Invalid(wrong)) }
    }

    async fn consume(&self, holder: Holder<'_>, wanted: NewUse) -> Result<Used, EntitlementError> {
        let used = self.count_one(holder, wanted, true).await?;
        if used.verdict.is_allowed() {
            return Ok(used);
        }
        Err(EntitlementError::Refused { feature: used.feature, verdict: used.verdict })
    }
}
