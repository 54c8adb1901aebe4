//! The store, written once for both databases.

use super::hours::AddHours as _;
use super::ids::{ClaimIds as _, FreeIds as _};
use super::meters::Meters as _;
use super::noting::NoteThresholds as _;
use super::opening::OpenMeter as _;
use super::paying::PayForUse as _;
use super::records::KeepRecords as _;
use super::row::Row;
use super::values::{ReadValues as _, WriteValues as _};
use super::{Counted, Entry, Metered, Outcome, UsageStore};
use crate::credits::store::Accounts as _;
use crate::meter::Meter;
use crate::schema::{usage_ids, usage_meters};
use crate::usage::ledger::{Ledger, Name, Place, name, place};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids, Timestamp, WorkspaceId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How many ids are forgotten in one transaction, and what was told together with the last of them.
const BATCH: i64 = 500;

/// Usage over the handle `D`.
pub(super) struct DieselUsageStore<D> {
    db: D,
    ids: Arc<dyn Ids>,
}

impl<D> DieselUsageStore<D> {
    pub(super) const fn new(db: D, ids: Arc<dyn Ids>) -> Self {
        Self { db, ids }
    }
}

/// What several steps have in common.
#[async_trait]
trait Steps {
    /// Counts groups of uses.
    async fn count(&mut self, groups: &[Arc<Vec<Entry>>], ids: &dyn Ids) -> StoreResult<Vec<Vec<Outcome>>>;
    /// Takes meters to count by.
    async fn take_meters(&mut self, ledger: &mut Ledger<'_>, entries: &[&Entry]) -> StoreResult<HashMap<Place, i64>>;
    /// Judges and counts uses, one after the other.
    async fn judge<'e>(
        &mut self,
        ledger: &mut Ledger<'e>,
        entries: &[&'e Entry],
        ids: &dyn Ids,
    ) -> StoreResult<Vec<Outcome>>;
    /// Writes what was counted.
    async fn write(&mut self, ledger: &Ledger<'_>, numbers: &HashMap<Place, i64>, ids: &dyn Ids) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn count(&mut self, groups: &[Arc<Vec<Entry>>], ids: &dyn Ids) -> StoreResult<Vec<Vec<Outcome>>> {
        let entries: Vec<&Entry> = groups.iter().flat_map(|group| group.iter()).collect();
        let mut ledger = Ledger::default();
        let numbers = self.take_meters(&mut ledger, &entries).await?;
        ledger.values = self.read_values(&entries).await?;
        let names: BTreeMap<Name, Timestamp> =
            entries.iter().filter_map(|entry| Some((name(entry)?, entry.now))).collect();
        ledger.known = self.claim_ids(&names).await?;
        let outcomes = self.judge(&mut ledger, &entries, ids).await?;
        // Whoever is refused may try the same again.
        let refused: Vec<_> = names.keys().filter(|name| !ledger.known.contains(name)).collect();
        self.free_ids(&refused).await?;
        self.write(&ledger, &numbers, ids).await?;
        let mut outcomes = outcomes.into_iter();
        Ok(groups.iter().map(|group| outcomes.by_ref().take(group.len()).collect()).collect())
    }

    async fn take_meters(&mut self, ledger: &mut Ledger<'_>, entries: &[&Entry]) -> StoreResult<HashMap<Place, i64>> {
        let places: BTreeSet<Place> = entries.iter().map(|entry| place(entry)).collect();
        let held = self.hold_meters(&places).await?;
        let mut numbers = HashMap::with_capacity(held.len());
        for (place, (number, meter)) in held {
            numbers.insert(place.clone(), number);
            ledger.meters.insert(place, meter);
        }
        for entry in entries {
            let meter = ledger.meters.entry(place(entry)).or_default();
            self.open(meter, entry.workspace, &entry.metered, entry.now).await?;
        }
        Ok(numbers)
    }

    async fn judge<'e>(
        &mut self,
        ledger: &mut Ledger<'e>,
        entries: &[&'e Entry],
        ids: &dyn Ids,
    ) -> StoreResult<Vec<Outcome>> {
        let now = entries.iter().map(|entry| entry.now).max().unwrap_or_default();
        for workspace in ledger.payers(entries) {
            self.hold_account(workspace, ids, now).await?;
        }
        let mut outcomes = Vec::with_capacity(entries.len());
        for entry in entries {
            let payment = match ledger.cost(entry) {
                Some(credits) => Some(self.pay(entry, credits, ids).await?),
                None => None,
            };
            outcomes.push(ledger.count(entry, payment));
        }
        Ok(outcomes)
    }

    async fn write(&mut self, ledger: &Ledger<'_>, numbers: &HashMap<Place, i64>, ids: &dyn Ids) -> StoreResult<()> {
        let Some(first) = ledger.counted.as_slice().first() else { return Ok(()) };
        self.keep_records(&ledger.counted).await?;
        self.add_hours(&ledger.hours()).await?;
        self.write_values(&ledger.seen()).await?;
        for alert in &ledger.alerts {
            self.append(&alert.event(ids, first.now)).await?;
        }
        let changed =
            ledger.changed.iter().filter_map(|place| Some((*numbers.get(place)?, *ledger.meters.get(place)?)));
        self.write_meters(&changed.collect::<Vec<_>>()).await
    }
}

#[each_backend]
impl DieselUsageStore<Db> {
    /// Counts groups of uses in one transaction.
    pub(super) async fn count_all(&self, groups: Vec<Arc<Vec<Entry>>>) -> StoreResult<Vec<Vec<Outcome>>> {
        let ids = Arc::clone(&self.ids);
        self.db.write(move |conn| async move { conn.count(&groups, &*ids).await }.boxed()).await
    }
}

#[each_backend]
#[async_trait]
impl UsageStore for DieselUsageStore<Db> {
    async fn count(&self, entries: Arc<Vec<Entry>>) -> StoreResult<Vec<Outcome>> {
        Ok(self.count_all(vec![entries]).await?.pop().unwrap_or_default())
    }

    async fn meter(&self, workspace: WorkspaceId, of: Metered, now: Timestamp) -> StoreResult<Meter> {
        let read = self.db.read(move |conn| {
            async move {
                let kept = usage_meters::table
                    .filter(usage_meters::workspace_id.eq(workspace.0))
                    .filter(usage_meters::feature.eq(&of.feature));
                let row: Option<Row> = kept.select(Row::as_select()).first(conn).await.optional()?;
                let mut meter = row.map(|row| row.meter()).unwrap_or_default();
                conn.open(&mut meter, workspace, &of, now).await?;
                Ok(meter)
            }
            .boxed()
        });
        read.await
    }

    async fn note(&self, counted: Counted) -> StoreResult<()> {
        let place = (counted.workspace, counted.feature.clone());
        let kept = self.db.read(move |conn| async move { conn.noted(&place).await }.boxed()).await?;
        if counted.is_no_news(kept) {
            return Ok(());
        }
        let ids = Arc::clone(&self.ids);
        self.db.write(move |conn| async move { conn.note(&counted, &*ids).await }.boxed()).await
    }

    async fn forget_ids(&self, before: Timestamp) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let old = || usage_ids::table.filter(usage_ids::recorded_at.lt(Ts(before)));
                let by_age = old().order(usage_ids::recorded_at).select(usage_ids::recorded_at);
                let some: Option<Ts> = by_age.offset(BATCH - 1).first(conn).await.optional()?;
                let last = some.unwrap_or(Ts(before));
                Ok(diesel::delete(old().filter(usage_ids::recorded_at.le(last))).execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }
}
