//! What one server offers to one workspace.

use super::health::Health;
use super::known::Known;
use super::{LIFE, REST};
use crate::upstream::{Upstream, UpstreamFault};
use mainstay_kernel::{Clock, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What there is to be said at once.
pub(super) enum AtHand {
    /// This, and it is fresh.
    Fresh(Arc<Known>),
    /// This, but somebody should ask anew.
    Stale(Arc<Known>),
    /// This, but the server said that it is no longer so.
    Outdated(Arc<Known>),
    /// It did not answer a moment ago.
    Resting(UpstreamFault),
    /// It did not answer when it was last asked, which is a while ago.
    Failed(UpstreamFault),
    /// Nothing: it must be asked.
    Nothing,
}

pub(super) struct Slot {
    state: Mutex<State>,
    /// Held by whoever asks, so that others wait for the same answer.
    asking: tokio::sync::Mutex<()>,
}

struct State {
    known: Option<(Arc<Known>, Timestamp)>,
    fault: Option<(UpstreamFault, Timestamp)>,
    health: Health,
    is_outdated: bool,
    is_refreshing: bool,
    asked_at: Timestamp,
}

impl Slot {
    pub(super) fn new(now: Timestamp) -> Self {
        let state = State {
            known: None,
            fault: None,
            health: Health::Unknown,
            is_outdated: false,
            is_refreshing: false,
            asked_at: now,
        };
        Self { state: Mutex::new(state), asking: tokio::sync::Mutex::default() }
    }

    pub(super) fn at_hand(&self, now: Timestamp) -> AtHand {
        let state = self.state();
        let resting = state.fault.as_ref().filter(|(_, at)| now < at.plus(REST));
        match (&state.known, resting) {
            (Some((known, _)), None) if state.is_outdated => AtHand::Outdated(Arc::clone(known)),
            (Some((known, at)), _) if now < at.plus(LIFE) => AtHand::Fresh(Arc::clone(known)),
            // It fails: what it had before serves on, and it has its rest.
            (Some((known, _)), Some(_)) => AtHand::Fresh(Arc::clone(known)),
            (Some((known, _)), None) => AtHand::Stale(Arc::clone(known)),
            (None, Some((fault, _))) => AtHand::Resting(fault.clone()),
            (None, None) => match &state.fault {
                Some((fault, _)) => AtHand::Failed(fault.clone()),
                None => AtHand::Nothing,
            },
        }
    }

    /// Asks the server, unless somebody else just has.
    pub(super) async fn ask(
        &self,
        upstream: &dyn Upstream,
        patience: Duration,
        clock: &dyn Clock,
    ) -> Result<Arc<Known>, UpstreamFault> {
        let _turn = self.asking.lock().await;
        match self.at_hand(clock.now()) {
            AtHand::Fresh(known) => return Ok(known),
            AtHand::Resting(fault) => return Err(fault),
            AtHand::Stale(_) | AtHand::Outdated(_) | AtHand::Failed(_) | AtHand::Nothing => {}
        }
        // What it says it changed from here on is changed once more.
        let was_outdated = std::mem::take(&mut self.state().is_outdated);
        let answer = tokio::time::timeout(patience, upstream.offer()).await;
        let answer = answer.unwrap_or(Err(UpstreamFault::TimedOut(patience)));
        let now = clock.now();
        let mut state = self.state();
        match answer {
            Ok(offer) => {
                let known = Arc::new(Known::new(offer));
                state.known = Some((Arc::clone(&known), now));
                state.fault = None;
                state.health = Health::Healthy { at: now };
                Ok(known)
            }
            Err(fault) => {
                if let Some((_, at)) = state.known.as_mut().filter(|_| was_outdated) {
                    *at = at.minus(LIFE);
                }
                state.fault = Some((fault.clone(), now));
                state.health = Health::Unhealthy { at: now, why: fault.to_string() };
                Err(fault)
            }
        }
    }

    /// Whether the caller is the one who is to ask anew.
    pub(super) fn begin_refresh(&self) -> bool {
        !std::mem::replace(&mut self.state().is_refreshing, true)
    }

    pub(super) fn end_refresh(&self) {
        self.state().is_refreshing = false;
    }

    /// Notes how another request went. What the server itself refuses says nothing of its health.
    pub(super) fn note(&self, fault: Option<&UpstreamFault>, now: Timestamp) {
        let health = match fault {
            Some(UpstreamFault::Refused(_) | UpstreamFault::Busy) => return,
            Some(fault) => Health::Unhealthy { at: now, why: fault.to_string() },
            None => Health::Healthy { at: now },
        };
        self.state().health = health;
    }

    pub(super) fn outdate(&self) {
        let mut state = self.state();
        state.fault = None;
        state.is_outdated = state.known.is_some();
    }

    pub(super) fn known(&self) -> Option<Arc<Known>> {
        self.state().known.as_ref().map(|(known, _)| Arc::clone(known))
    }

    pub(super) fn health(&self) -> Health {
        self.state().health.clone()
    }

    pub(super) fn mark_asked(&self, now: Timestamp) {
        self.state().asked_at = now;
    }

    pub(super) fn was_asked_since(&self, instant: Timestamp) -> bool {
        self.state().asked_at >= instant
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
