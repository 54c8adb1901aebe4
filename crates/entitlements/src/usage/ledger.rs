//! Uses that are counted together, one after the other.

use super::store::{Entry, Outcome};
use crate::meter::Meter;
use crate::tally::Tally;
use crate::verdict::Verdict;
use mainstay_kernel::{Timestamp, WorkspaceId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Whose meter of which feature.
pub(crate) type Place = (WorkspaceId, String);

/// An hour of a meter.
pub(crate) type Hour = (WorkspaceId, String, Timestamp);

/// Uses that are counted in one transaction: the meters as they are by now, and what is to be written of them.
#[derive(Default)]
pub(crate) struct Ledger<'e> {
    pub(crate) meters: HashMap<Place, Meter>,
    /// When each value that is counted was last seen.
    pub(crate) values: HashMap<(WorkspaceId, String, String), Timestamp>,
    /// Those whose id was told of before.
    pub(crate) repeated: HashSet<usize>,
    /// What is to be kept of the uses.
    pub(crate) counted: Vec<&'e Entry>,
    /// The meters that changed.
    pub(crate) changed: HashSet<Place>,
}

impl<'e> Ledger<'e> {
    fn meter(&self, entry: &Entry) -> Meter {
        self.meters.get(&place(entry)).copied().unwrap_or_default()
    }

    /// Counts a use, unless it is refused or was counted before. `number` is its own among all.
    pub(crate) fn count(&mut self, number: usize, entry: &'e Entry) -> Outcome {
        let mut meter = self.meter(entry);
        if self.repeated.contains(&number) {
            let verdict = Verdict { reason: None, ..Verdict::of(entry.allowance, meter.used, 0) };
            return Outcome { verdict, meter, is_repeated: true };
        }
        let (aggregation, is_new) = (entry.metered.aggregation, self.is_new(entry));
        let growth = meter.growth(aggregation, entry.quantity, is_new);
        let judged = Verdict::of(entry.allowance, meter.used, growth);
        if entry.is_limited && !judged.is_allowed() {
            return Outcome { verdict: judged, meter, is_repeated: false };
        }
        meter.count(aggregation, entry.quantity, entry.at, is_new);
        meter.version += 1;
        self.meters.insert(place(entry), meter);
        self.changed.insert(place(entry));
        self.see(entry);
        self.counted.push(entry);
        let verdict = Verdict { reason: judged.reason, ..Verdict::of(entry.allowance, meter.used, 0) };
        Outcome { verdict, meter, is_repeated: false }
    }

    /// Whether a value is the first of its kind in the window.
    fn is_new(&self, entry: &Entry) -> bool {
        let Some(value) = &entry.value else { return false };
        let (workspace, feature) = place(entry);
        let last = self.values.get(&(workspace, feature, value.clone()));
        last.is_none_or(|last| !entry.metered.window.contains(*last))
    }

    fn see(&mut self, entry: &Entry) {
        let Some(value) = &entry.value else { return };
        let (workspace, feature) = place(entry);
        let last = self.values.entry((workspace, feature, value.clone())).or_insert(entry.at);
        *last = entry.at.max(*last);
    }

    /// What was counted, by the hour in which it took place.
    pub(crate) fn hours(&self) -> BTreeMap<Hour, Tally> {
        let mut hours: BTreeMap<Hour, Tally> = BTreeMap::new();
        for entry in &self.counted {
            let (workspace, feature) = place(entry);
            let tally = hours.entry((workspace, feature, hour_of(entry.at))).or_default();
            *tally = tally.and(Tally::one(entry.quantity, entry.at));
        }
        hours
    }
}

pub(crate) fn place(entry: &Entry) -> Place {
    (entry.workspace, entry.metered.feature.clone())
}

/// The full hour before that instant.
pub(crate) fn hour_of(at: Timestamp) -> Timestamp {
    const HOUR: i64 = 3_600_000_000;
    Timestamp::from_micros(at.micros().div_euclid(HOUR) * HOUR)
}
