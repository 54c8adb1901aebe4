//! The rules.

use crate::aggregation::Aggregation;
use crate::allowance::Allowance;
use crate::audit::Audit;
use crate::benefits::store::BenefitStore;
use crate::benefits::{self, Benefits};
use crate::catalogue::Catalogue;
use crate::credits::{CreditParts, Credits};
use crate::error::EntitlementError;
use crate::feature::Feature;
use crate::meter::Meter;
use crate::price::cost;
use crate::readings::Readings;
use crate::reservations::{self, store::ReservationStore};
use crate::service::{EntitlementService, Holder, NewUse, Standing, Used};
use crate::usage::series;
use crate::usage::store::{self, Entry, Metered, Outcome, UsageStore};
use crate::verdict::Verdict;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Live, Plan, Timestamp, WorkspaceId};
use mainstay_store::limits::{Gauge, Limits, most_by_plan};
use mainstay_store::{Database, Remembered, StoreError, StoreResult};
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
/// Workspaces of which is known what they have beside their plans.
const CAPACITY: usize = 100_000;
/// How old what this node knows of others' counting may be.
const LIFE: Duration = Duration::from_secs(1);

/// What the rules stand on.
pub struct EntitlementParts {
    /// Where usage is kept.
    pub database: Database,
    /// All features, and what plans grant of them.
    pub catalogue: Live<Catalogue>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where names come from.
    pub ids: Arc<dyn Ids>,
    /// Who counts what nobody tells of as it is used.
    pub gauges: Vec<Arc<dyn Gauge>>,
}

/// What someone has at an instant.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'m> {
    /// The plan; none where nobody asks what may be used.
    pub(crate) plan: Option<&'m Plan>,
    pub(crate) benefits: &'m Benefits,
    pub(crate) now: Timestamp,
}

/// What workspaces may use, and what they have used.
pub struct Entitlements {
    pub(crate) store: Arc<dyn UsageStore>,
    pub(crate) benefit_store: Arc<dyn BenefitStore>,
    pub(crate) reservation_store: Arc<dyn ReservationStore>,
    pub(crate) series: Arc<dyn series::store::SeriesStore>,
    credits: Credits,
    pub(crate) catalogue: Live<Catalogue>,
    pub(crate) readings: Readings,
    /// What workspaces have beside their plans.
    pub(crate) known: Remembered<WorkspaceId, Arc<Benefits>>,
    pub(crate) gauges: Vec<Arc<dyn Gauge>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Entitlements {
    /// The rules over this database.
    pub fn open(parts: EntitlementParts) -> Self {
        let EntitlementParts { database, catalogue, clock, ids, gauges } = parts;
        // A file has one process, which knows all that is counted.
        let life = matches!(database, Database::Postgres(_)).then_some(LIFE);
        Self {
            store: store::open(&database, Arc::clone(&ids)),
            benefit_store: benefits::store::open(&database),
            reservation_store: reservations::store::open(&database, Arc::clone(&ids)),
            series: series::store::open(&database),
            credits: Credits::open(CreditParts { database, clock: Arc::clone(&clock), ids: Arc::clone(&ids) }),
            catalogue,
            readings: Readings::new(life),
            known: Remembered::new(CAPACITY),
            gauges,
            clock,
            ids,
        }
    }

    /// Forgets what the workspace has beside its plan that an announcement under [`benefits::CHANGED`] names, so that it is
    /// read anew.
    pub fn forget(&self, subject: &str) {
        match subject.parse() {
            Ok(workspace) => self.known.forget(&WorkspaceId(workspace)),
            // From a node that speaks of workspaces in another way: forgetting too much does no harm.
            Err(_) => self.known.forget_all(),
        }
    }

    /// What people call the feature of this code.
    pub fn name_of(&self, code: &str) -> String {
        self.catalogue.load().feature(code).map_or_else(|| code.to_owned(), |feature| feature.name.clone())
    }

    /// Whether there is a feature of this code.
    pub fn has_feature(&self, code: &str) -> bool {
        self.catalogue.load().feature(code).is_some()
    }

    /// Whether a feature is sold for credits beyond its limit.
    pub fn is_sold(&self, code: &str) -> bool {
        let catalogue = self.catalogue.load();
        catalogue.feature(code).is_some_and(|feature| catalogue.pool_of(feature).overage.is_some())
    }

    /// What a workspace has beside its plan.
    pub(crate) async fn benefits(&self, workspace: WorkspaceId) -> Result<Arc<Benefits>, StoreError> {
        if let Some(known) = self.known.get(&workspace) {
            return Ok(known);
        }
        // That it has nothing is worth remembering too.
        let load =
            async { self.benefit_store.benefits(workspace, self.clock.now()).await.map(|all| Some(Arc::new(all))) };
        Ok(self.known.get_or_load(&workspace, load).await?.unwrap_or_default())
    }

    /// What a feature is counted by, and how much of it there is.
    pub(crate) fn terms(&self, at: Moment<'_>, feature: &Feature) -> (Metered, Allowance) {
        let Moment { plan, benefits, now } = at;
        let catalogue = self.catalogue.load();
        let pool = catalogue.pool_of(feature);
        let window = pool.reset.window(benefits.anchor(), now);
        let metered = Metered { feature: pool.code.clone(), aggregation: pool.aggregation, window };
        let grant = plan.and_then(|plan| catalogue.grant(&plan.name, feature));
        (metered, Allowance::of(pool.kind, grant, &benefits.of(&pool.code), now))
    }

    async fn verdict(
        &self,
        workspace: WorkspaceId,
        (metered, allowance): (Metered, Allowance),
        quantity: u64,
    ) -> Result<(Verdict, Meter), StoreError> {
        let aggregation = metered.aggregation;
        let meter = self.reading(workspace, metered).await?;
        Ok((Verdict::of(allowance, meter.taken(), aggregation.growth(meter.used, quantity)), meter))
    }

    /// Whether the workspace has the credits for what is beyond the limit.
    async fn can_pay(&self, workspace: WorkspaceId, credits: u64) -> Result<bool, StoreError> {
        let balance = self.credits.settle_expired(workspace).await?.credits;
        Ok(u64::try_from(balance).is_ok_and(|balance| credits <= balance))
    }

    /// What a meter shows, from memory if that is still true.
    async fn reading(&self, workspace: WorkspaceId, metered: Metered) -> Result<Meter, StoreError> {
        if let Some(gauge) = self.gauge(&metered.feature) {
            return Ok(Meter { used: gauge.count(workspace).await?, ..Meter::default() });
        }
        let key = (workspace, metered.feature.clone(), metered.aggregation);
        let (window, now) = (metered.window, self.clock.now());
        if let Some(meter) = self.readings.get(&key, &window, now) {
            return Ok(meter);
        }
        let meter = self.store.meter(workspace, metered, now).await?;
        self.readings.keep(&key, meter, now);
        Ok(meter)
    }

    /// Counts uses that can be counted.
    async fn count(&self, codes: Vec<String>, entries: Vec<Entry>) -> Result<Vec<Used>, EntitlementError> {
        let (entries, now) = (Arc::new(entries), self.clock.now());
        let outcomes = self.store.count(Arc::clone(&entries)).await?;
        for (entry, outcome) in entries.iter().zip(&outcomes) {
            let Metered { feature, aggregation, .. } = &entry.metered;
            self.readings.keep(&(entry.workspace, feature.clone(), *aggregation), outcome.meter, now);
        }
        let used = |(feature, outcome)| {
            let Outcome { verdict, is_repeated, payment, .. } = outcome;
            Used { feature, verdict, is_repeated, payment }
        };
        Ok(codes.into_iter().zip(outcomes).map(used).collect())
    }

    /// Records uses of several workspaces in one transaction, an answer for each. There is none of a feature that is not in
    /// the catalogue.
    pub(crate) async fn record_for(
        &self,
        told: Vec<(WorkspaceId, Arc<Plan>, NewUse)>,
    ) -> Result<Vec<Used>, EntitlementError> {
        let (mut codes, mut entries) = (Vec::with_capacity(told.len()), Vec::with_capacity(told.len()));
        for (workspace, plan, told) in told {
            if self.catalogue.load().feature(&told.feature).is_none() {
                continue;
            }
            let benefits = self.benefits(workspace).await?;
            let moment = Moment { plan: Some(&*plan), benefits: &benefits, now: self.clock.now() };
            codes.push(told.feature.clone());
            let entry = self.entry(workspace, told, false, moment);
            entries.push(entry.map_err(|field| EntitlementError::Invalid(vec![field]))?);
        }
        if entries.is_empty() { Ok(Vec::new()) } else { self.count(codes, entries).await }
    }

    /// Counts one use; `is_limited` refuses it beyond a limit.
    async fn count_one(&self, holder: Holder<'_>, told: NewUse, is_limited: bool) -> Result<Used, EntitlementError> {
        let code = told.feature.clone();
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let entry = self.entry(holder.workspace, told, is_limited, moment);
        let entry = entry.map_err(|field| EntitlementError::Invalid(vec![field]))?;
        let used = self.count(vec![code], vec![entry]).await?.pop();
        used.ok_or_else(|| StoreError::Damaged("a use has no outcome".to_owned()).into())
    }

    pub(crate) fn entry(
        &self,
        workspace: WorkspaceId,
        told: NewUse,
        is_limited: bool,
        moment: Moment<'_>,
    ) -> Result<Entry, FieldError> {
        let now = moment.now;
        let catalogue = self.catalogue.load();
        let Some(feature) = catalogue.feature(&told.feature) else {
            return Err(FieldError::new("feature", "exists", format!("There is no feature {:?}.", told.feature)));
        };
        if self.gauge(&catalogue.pool_of(feature).code).is_some() {
            let text = format!("{:?} is counted by itself.", feature.code);
            return Err(FieldError::new("feature", "counted", text));
        }
        if !(1..=MOST_QUANTITY).contains(&told.quantity) {
            return Err(FieldError::new("quantity", "range", format!("The quantity must be 1 to {MOST_QUANTITY}.")));
        }
        if let Some(id) = &told.id {
            check_id("id", &id.name)?;
            check_id("source", &id.source)?;
        }
        let (metered, allowance) = self.terms(moment, feature);
        let at = told.at.unwrap_or(now);
        if !metered.window.contains(at) || at > now.plus(CLOCKS_DIFFER) {
            let text = "The time must lie in the cycle that is open, and not ahead.";
            return Err(FieldError::new("time", "window", text));
        }
        let pool = catalogue.pool_of(feature);
        let (value, price) = (value(pool, &told)?, pool.overage);
        let metadata = Value::Object(told.metadata);
        let (quantity, id) = (told.quantity, told.id);
        Ok(Entry { workspace, metered, allowance, is_limited, price, quantity, value, metadata, id, at, now })
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
        let catalogue = self.catalogue.load();
        let Some(feature) = catalogue.feature(feature) else { return Ok(Verdict::unknown()) };
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let terms = self.terms(moment, feature);
        let (allowance, price) = (terms.1, catalogue.pool_of(feature).overage);
        let (mut verdict, meter) = self.verdict(holder.workspace, terms, quantity).await?;
        if let Some(credits) = cost(allowance, price, meter.taken(), quantity)
            && self.can_pay(holder.workspace, credits).await?
        {
            verdict.reason = None;
        }
        Ok(verdict)
    }

    async fn audit(&self, holder: Holder<'_>, feature: &str, quantity: u64) -> Result<Option<Audit>, EntitlementError> {
        let verdict = self.check(holder, feature, quantity).await?;
        let catalogue = self.catalogue.load();
        let Some(feature) = catalogue.feature(feature) else { return Ok(None) };
        let (workspace, counted) = (holder.workspace, catalogue.pool_of(feature).clone());
        let mut boosts = self.benefit_store.boosts(workspace).await?;
        boosts.retain(|boosted| boosted.feature == counted.code);
        let benefits = self.benefits(workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let (metered, allowance) = self.terms(moment, feature);
        let (window, price) = (metered.window, counted.overage);
        let taken = self.reading(workspace, metered).await?.taken();
        let balance = match price {
            Some(_) => Some(self.credits.settle_expired(workspace).await?.credits),
            None => None,
        };
        let (grant, anchor, at) = (catalogue.grant(&holder.plan.name, feature), benefits.anchor, moment.now);
        Ok(Some(Audit { counted, grant, boosts, allowance, anchor, window, taken, price, balance, verdict, at }))
    }

    async fn resets_at(&self, holder: Holder<'_>, feature: &str) -> Result<Option<Timestamp>, EntitlementError> {
        let catalogue = self.catalogue.load();
        let Some(feature) = catalogue.feature(feature) else { return Ok(None) };
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        Ok(self.terms(moment, feature).0.window.until)
    }

    async fn summary(&self, holder: Holder<'_>) -> Result<Vec<Standing>, EntitlementError> {
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let mut standings = Vec::new();
        for feature in self.catalogue.load().features() {
            let terms = self.terms(moment, feature);
            if terms.1 == Allowance::NotIncluded {
                continue;
            }
            let resets_at = terms.0.window.until;
            let (verdict, _) = self.verdict(holder.workspace, terms, 0).await?;
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
        let codes = told.iter().map(|told| told.feature.clone()).collect();
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let (mut entries, mut wrong) = (Vec::with_capacity(told.len()), Vec::new());
        for (index, told) in told.into_iter().enumerate() {
            match self.entry(holder.workspace, told, false, moment) {
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
        Err(EntitlementError::Refused { feature: used.feature, verdict: used.verdict, payment: used.payment })
    }
}

#[async_trait]
impl Limits for Entitlements {
    async fn most(&self, workspace: WorkspaceId, plan: &Plan, feature: &str) -> StoreResult<Option<u64>> {
        let catalogue = self.catalogue.load();
        // What no feature stands for, the plan itself may limit.
        let Some(feature) = catalogue.feature(feature) else { return Ok(most_by_plan(plan, feature)) };
        let benefits = self.benefits(workspace).await?;
        let moment = Moment { plan: Some(plan), benefits: &benefits, now: self.clock.now() };
        Ok(match self.terms(moment, feature).1 {
            Allowance::NotIncluded => Some(0),
            Allowance::Included | Allowance::Unlimited => None,
            Allowance::Limit(limit) => Some(limit),
        })
    }
}
