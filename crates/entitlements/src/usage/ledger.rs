//! Uses that are counted together, one after the other.

use super::events::Alert;
use super::store::{Entry, Outcome, UseId};
use crate::allowance::Allowance;
use crate::meter::Meter;
use crate::price::Payment;
use crate::reset::Reset;
use crate::tally::Tally;
use crate::verdict::Verdict;
use mainstay_kernel::{Timestamp, WorkspaceId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// What is to be told of.
    pub(crate) alerts: Vec<Alert>,
}

impl<'e> Ledger<'e> {
    fn meter(&self, entry: &Entry) -> Meter {
        self.meters.get(&place(entry)).copied().unwrap_or_default()
    }

    fn is_known(&self, entry: &Entry) -> bool {
        name(entry).is_some_and(|name| self.known.contains(&name))
    }

    /// Who may have to pay with credits for some of these uses, in the order in which their accounts are held.
    pub(crate) fn payers(&self, entries: &[&Entry]) -> BTreeSet<WorkspaceId> {
        let (mut taken, mut payers): (HashMap<Place, u64>, _) = (HashMap::new(), BTreeSet::new());
        if entries.iter().all(|entry| entry.price.is_none()) {
            return payers;
        }
        for entry in entries {
            let Allowance::Limit(limit) = entry.allowance else { continue };
            let taken = taken.entry(place(entry)).or_insert_with(|| self.meter(entry).taken().total());
            *taken = taken.saturating_add(entry.quantity);
            if entry.is_limited && entry.price.is_some() && *taken > limit {
                payers.insert(entry.workspace);
            }
        }
        payers
    }

    /// How many credits a use costs, if it is not refused for them.
    pub(crate) fn cost(&self, entry: &Entry) -> Option<u64> {
        if !entry.is_limited || entry.price.is_none() || self.is_known(entry) {
            return None;
        }
        let meter = self.meter(entry);
        entry.cost(meter.taken(), meter.growth(entry.metered.aggregation, entry.quantity, self.is_new(entry)))
    }

    /// Counts a use, unless it is refused or was counted before.
    pub(crate) fn count(&mut self, entry: &'e Entry, payment: Option<Payment>) -> Outcome {
        let mut meter = self.meter(entry);
        if self.is_known(entry) {
            let verdict = Verdict { reason: None, ..Verdict::of(entry.allowance, meter.taken(), 0) };
            return Outcome { verdict, meter, is_repeated: true, payment: None };
        }
        let (aggregation, is_new) = (entry.metered.aggregation, self.is_new(entry));
        let growth = meter.growth(aggregation, entry.quantity, is_new);
        let is_paid = payment.as_ref().is_some_and(Payment::is_made);
        let mut judged = Verdict::of(entry.allowance, meter.taken(), growth);
        judged.reason = judged.reason.filter(|_| !is_paid);
        if entry.is_limited && !judged.is_allowed() {
            return Outcome { verdict: judged, meter, is_repeated: false, payment };
        }
        meter.count(aggregation, entry.quantity, entry.at, is_new);
        self.tell(entry, &mut meter);
        meter.version += 1;
        self.meters.insert(place(entry), meter);
        self.changed.insert(place(entry));
        self.known.extend(name(entry));
        self.see(entry);
        self.counted.push(entry);
        let verdict = Verdict { reason: judged.reason, ..Verdict::of(entry.allowance, meter.taken(), 0) };
        Outcome { verdict, meter, is_repeated: false, payment }
    }

    /// Notes what is to be told of the usage that a meter shows now.
    fn tell(&mut self, entry: &Entry, meter: &mut Meter) {
        let Allowance::Limit(limit) = entry.allowance else { return };
        let threshold = meter.tell(Some(limit));
        self.alerts.extend(threshold.map(|threshold| Alert::of(place(entry), threshold, (meter.used, limit))));
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
