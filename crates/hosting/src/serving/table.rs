//! What is remembered of sites, by what visitors call them. Names are kept in small letters.

use super::Served;
use crate::domains::Held;
use crate::ids::SiteId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Sites by the first part of their hosts, and by domains of their own.
#[derive(Clone, Default)]
pub(super) struct Table {
    labels: HashMap<String, Arc<Served>>,
    homes: HashMap<String, Home>,
}

/// A domain that a site has.
#[derive(Clone)]
pub(super) struct Home {
    pub(super) served: Arc<Served>,
    /// Its certificate.
    pub(super) held: Option<Arc<Held>>,
    /// What whoever asks it for a challenge is shown.
    pub(super) challenge: Option<Arc<str>>,
}

fn small(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

impl Table {
    pub(super) fn labelled(&self, label: &str) -> Option<&Arc<Served>> {
        self.labels.get(&*small(label))
    }

    pub(super) fn home(&self, domain: &str) -> Option<&Home> {
        // Most installations have none, and all their callers come by here.
        if self.homes.is_empty() { None } else { self.homes.get(&*small(domain)) }
    }

    pub(super) fn label(&mut self, label: String, served: Arc<Served>) {
        self.labels.insert(label, served);
    }

    pub(super) fn house(&mut self, domain: String, home: Home) {
        self.homes.insert(domain, home);
    }

    pub(super) fn forget(&mut self, site: &SiteId) {
        self.labels.retain(|_, served| served.site != *site);
        self.homes.retain(|_, home| home.served.site != *site);
    }
}
