//! Who does something with a site.

use super::cause::{Cause, Reason};
use super::events;
use super::model::{Actor, Site};
use mainstay_kernel::{Event, Ids, Timestamp};
use std::sync::Arc;

/// Who does something, when, and with what it takes to tell of it.
pub(crate) struct Doing {
    pub(crate) actor: Option<Actor>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) now: Timestamp,
}

impl Doing {
    /// Why what is done makes a difference.
    pub(crate) fn cause(&self, reason: Reason) -> Cause {
        Cause { reason, actor: self.actor.clone(), at: self.now }
    }

    pub(super) fn told(&self, site: &Site, name: &str) -> Event {
        events::of(site, name, self.actor.as_ref(), &*self.ids, self.now)
    }
}
