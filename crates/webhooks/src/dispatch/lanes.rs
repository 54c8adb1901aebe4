//! All lanes of this node: which have something to do, and whose turn it is.

use super::lane::{Lane, Room};
use super::store::{ClaimedLane, Wanted};
use crate::model::EndpointId;
use mainstay_kernel::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;

/// Most lanes asked for in one transaction.
const MOST_LANES: usize = 128;
/// Most deliveries claimed in one transaction, so that those who write beside it need not wait long.
const MOST_CLAIMED: u32 = 256;

#[derive(Default)]
pub(super) struct Lanes {
    known: HashMap<EndpointId, Lane>,
    /// Those that may have something due now.
    busy: BTreeSet<EndpointId>,
    /// When to look at a lane again.
    alarms: BTreeSet<(Timestamp, EndpointId)>,
    /// After whom it goes on: everybody has a turn before anybody has another.
    last: Option<EndpointId>,
}

impl Lanes {
    /// Notes that there may be something due for these.
    pub(super) fn wake(&mut self, endpoints: impl IntoIterator<Item = EndpointId>) {
        self.busy.extend(endpoints);
    }

    /// Notes that there will be something then.
    pub(super) fn wake_at(&mut self, at: Timestamp, endpoint: EndpointId) {
        self.alarms.insert((at, endpoint));
    }

    /// When the next lane is to be looked at.
    pub(super) fn next_alarm(&self) -> Option<Timestamp> {
        self.alarms.first().map(|(at, _)| *at)
    }

    /// What is to be claimed now, fairly: lanes that had no turn for longest come first.
    pub(super) fn wanted(&mut self, now: Timestamp) -> Vec<Wanted> {
        while let Some((at, endpoint)) = self.alarms.first().copied().filter(|(at, _)| *at <= now) {
            self.alarms.remove(&(at, endpoint));
            self.busy.insert(endpoint);
        }
        let start = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let (first, then) = (self.busy.range((start, Bound::Unbounded)), self.busy.iter());
        let turns: Vec<_> = first.chain(then).copied().take(self.busy.len()).collect();
        let (mut wanted, mut sum) = (Vec::new(), 0);
        for endpoint in turns {
            if wanted.len() >= MOST_LANES || sum >= MOST_CLAIMED {
                break;
            }
            match self.known.entry(endpoint).or_default().room(now) {
                Room::For(room) => {
                    wanted.push(Wanted { endpoint, room });
                    sum += room;
                }
                Room::Later(at) => {
                    self.busy.remove(&endpoint);
                    self.wake_at(at, endpoint);
                }
                Room::Full => {}
            }
        }
        self.last = wanted.last().map(|wanted| wanted.endpoint).or(self.last);
        wanted
    }

    /// Notes what was claimed of what was wanted.
    pub(super) fn claimed(&mut self, wanted: &[Wanted], claimed: &[ClaimedLane], now: Timestamp) {
        let claimed: HashMap<_, _> = claimed.iter().map(|lane| (lane.endpoint, lane)).collect();
        for Wanted { endpoint, .. } in wanted {
            let Some(found) = claimed.get(endpoint) else {
                self.busy.remove(endpoint);
                continue;
            };
            let lane = self.known.entry(*endpoint).or_default();
            lane.allow(found.max_concurrency, found.not_before);
            lane.begin(found.deliveries.len(), now);
            if !found.has_more {
                self.busy.remove(endpoint);
            }
        }
        self.known.retain(|endpoint, lane| self.busy.contains(endpoint) || !lane.is_idle());
    }

    /// Notes how a delivery ended.
    pub(super) fn ended(&mut self, endpoint: EndpointId, arrived: bool, now: Timestamp) {
        if let Some(lane) = self.known.get_mut(&endpoint) {
            lane.end(arrived, now);
        }
    }

    /// Whether anything is under way.
    #[cfg(test)]
    fn is_idle(&self) -> bool {
        self.known.values().all(Lane::is_idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn everybody_has_a_turn_before_anybody_has_another() {
        let mut lanes = Lanes::default();
        lanes.wake((0..200).map(EndpointId));
        let first = lanes.wanted(NOW);
        let second = lanes.wanted(NOW);
        let numbers = |wanted: &[Wanted]| wanted.iter().map(|wanted| wanted.endpoint.0).collect::<BTreeSet<_>>();
        assert!(numbers(&first).is_disjoint(&numbers(&second)), "{first:?} {second:?}");
        assert!(lanes.is_idle());
    }

    #[test]
    fn an_alarm_rings_when_its_time_has_come() {
        let mut lanes = Lanes::default();
        lanes.wake_at(NOW, EndpointId(7));
        assert_eq!(lanes.next_alarm(), Some(NOW));
        assert!(lanes.wanted(Timestamp::from_seconds(999)).is_empty());
        assert_eq!(lanes.wanted(NOW).len(), 1);
        assert_eq!(lanes.next_alarm(), None);
    }
}
