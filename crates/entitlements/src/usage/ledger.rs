//! Uses that are counted together, one after the other.

use super::store::{Entry, Outcome, UseId};
use crate::meter::Meter;
use crate::reset::Reset;
use crate::tally::Tally;
use crate::verdict::Verdict;
use mainstay_kernel::{Timestamp, WorkspaceId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Whose meter of which feature.
pub(crate) type Place = (WorkspaceId, String);

/// When whose values of which feature were last seen.
pub(crate) type Seen = BTreeMap<(WorkspaceId, String, String), Timestamp>;

/// Whose id of a use.
pub(crate) type Name = (WorkspaceId, UseId);

/// An hour of a meter.
pub(crate) type Hour = (WorkspaceId, String, Timestamp);

/// Uses that are counted in one transaction: the meters as they are by now, and what is to be written of them.
#[derive(Default)]
pub(crate) struct Ledger<'e> {
    pub(crate) meters: HashMap<Place, Meter>,
    /// When each value that is counted was last seen.
    pub(crate) values: Seen,
    /// The ids of what is counted, now or before.
    pub(crate) known: HashSet<Name>,
    /// What is to be kept of the uses.
    pub(crate) counted: Vec<&'e Entry>,
    /// The meters that changed.
    pub(crate) changed: HashSet<Place>,
}

impl<'e> Ledger<'e> {
    fn meter(&self, entry: &Entry) -> Meter {
        self.meters.get(&place(entry)).copied().unwrap_or_default()
    }

    /// Counts a use, unless it is refused or was counted before.
    pub(crate) fn count(&mut self, entry: &'e Entry) -> Outcome {
        let mut meter = self.meter(entry);
        let name = name(entry);
        if name.as_ref().is_some_and(|name| self.known.contains(name)) {
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
        self.known.extend(name);
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

    /// When the values that were counted were last seen.
    pub(crate) fn seen(&self) -> Seen {
        let key = |entry: &&Entry| Some((entry.workspace, entry.metered.feature.clone(), entry.value.clone()?));
        let seen = self.counted.iter().filter_map(key);
        seen.filter_map(|key| self.values.get_key_value(&key)).map(|(key, last)| (key.clone(), *last)).collect()
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

pub(crate) fn name(entry: &Entry) -> Option<Name> {
    Some((entry.workspace, entry.id.clone()?))
}

/// The full hour before that instant.
pub(crate) fn hour_of(at: Timestamp) -> Timestamp {
    Reset::Hourly.window(Timestamp::default(), at).from
}
