//! What visitors are served: which site a host's name means, and which of its files a path does. Nothing here asks the
//! database: sites are remembered, and remembered anew when they change.

mod release;
mod table;

use crate::domains::Keys;
use crate::folders::Folders;
use crate::ids::{DeploymentId, SiteId};
use crate::metrics::{Counted, Counters};
use crate::running::{Upstream, Upstreams};
use crate::store::{ShelfStore, Shelved, ShelvedDomain};
use arc_swap::ArcSwap;
use mainstay_store::StoreResult;
pub use release::{Found, Release};
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use table::{Home, Table};
use tokio::sync::Mutex;

/// The sites of this node, by the first part of their hosts, and by domains of their own.
pub struct Serving {
    /// Sites answer below this domain.
    domain: String,
    /// Where the installation itself answers, which no site does.
    own_host: String,
    store: Arc<dyn ShelfStore>,
    folders: Folders,
    upstreams: Arc<Upstreams>,
    counters: Arc<Counters>,
    keys: Keys,
    sites: ArcSwap<Table>,
    // One change after the other, so that an older look never overwrites a newer one.
    turn: Mutex<()>,
}

/// A site, as visitors meet it.
pub struct Served {
    /// Which one.
    pub site: SiteId,
    /// What it answers with.
    pub answer: Answer,
    /// Where its answers are counted.
    pub counted: Arc<Counted>,
}

/// What a site answers with.
pub enum Answer {
    /// Files.
    Files(Release),
    /// What its program says.
    Program(Arc<Upstream>),
    /// Nothing: it is stopped.
    Stopped,
    /// Nothing: no release was ever ready.
    Empty,
}

/// Whom a visitor asks.
pub enum Asked {
    /// The installation itself.
    Installation,
    /// A site that nobody has.
    Nobody,
    /// A site.
    Site(Arc<Served>),
}

impl Serving {
    pub(crate) fn new(
        (domain, own_host): (&str, &str),
        store: Arc<dyn ShelfStore>,
        (folders, upstreams, counters): (Folders, Arc<Upstreams>, Arc<Counters>),
        keys: Keys,
    ) -> Self {
        Self {
            domain: domain.to_ascii_lowercase(),
            own_host: own_host.to_ascii_lowercase(),
            store,
            folders,
            upstreams,
            counters,
            keys,
            sites: ArcSwap::default(),
            turn: Mutex::default(),
        }
    }

    /// Who is meant by the host that a request names (RFC 9110 section 7.2), with or without a port.
    pub fn asked(&self, host: &str) -> Asked {
        let (name, sites) = (name_of(host), self.sites.load());
        let found = |served: &Arc<Served>| Asked::Site(Arc::clone(served));
        match self.label(name) {
            Some(label) => sites.labelled(label).map_or(Asked::Nobody, found),
            None => sites.home(name).map_or(Asked::Installation, |home| found(&home.served)),
        }
    }

    /// The certificate of a domain that a site has.
    pub fn certificate(&self, domain: &str) -> Option<Arc<CertifiedKey>> {
        self.sites.load().home(domain)?.held.as_ref().map(|held| Arc::clone(&held.certified))
    }

    /// Whether the host that a request names is a domain that a site has, with a certificate.
    pub fn is_certified(&self, host: &str) -> bool {
        self.sites.load().home(name_of(host)).is_some_and(|home| home.held.is_some())
    }

    /// What stands before the domain.
    fn label<'n>(&self, name: &'n str) -> Option<&'n str> {
        let at = name.len().checked_sub(self.domain.len() + 1)?;
        let (label, rest) = name.split_at_checked(at)?;
        let is_below = rest.starts_with('.') && rest[1..].eq_ignore_ascii_case(&self.domain);
        (is_below && !label.is_empty() && !name.eq_ignore_ascii_case(&self.own_host)).then_some(label)
    }

    /// The host of a site.
    pub fn host(&self, label: &str) -> String {
        format!("{label}.{}", self.domain)
    }

    /// What whoever asks a host for the answer to this challenge is shown, if it is being asked for (RFC 8555 section 8.3).
    pub fn challenge(&self, host: &str, token: &str) -> Option<Arc<str>> {
        let sites = self.sites.load();
        let answer = sites.home(name_of(host))?.challenge.as_ref()?;
        answer.split_once('.').is_some_and(|(own, _)| own == token).then(|| Arc::clone(answer))
    }

    /// Remembers every site.
    pub(crate) async fn open(&self) -> StoreResult<()> {
        let _turn = self.turn.lock().await;
        let mut sites = Table::default();
        for own in self.store.shelf(None).await? {
            self.add(&mut sites, own);
        }
        self.sites.store(Arc::new(sites));
        Ok(())
    }

    /// Remembers a site anew.
    pub(crate) async fn refresh(&self, site: &SiteId) {
        let _turn = self.turn.lock().await;
        match self.store.shelf(Some(site.clone())).await {
            Ok(found) => self.put(site, found.into_iter().next()),
            Err(cause) => tracing::warn!(%site, %cause, "a site could not be read anew; visitors meet it as it was"),
        }
    }

    fn put(&self, site: &SiteId, shelved: Option<Shelved>) {
        let mut sites = Table::clone(&self.sites.load());
        sites.forget(site);
        if let Some(own) = shelved {
            self.add(&mut sites, own);
        }
        self.sites.store(Arc::new(sites));
    }

    fn add(&self, sites: &mut Table, mut own: Shelved) {
        let (site, label, domains) = (own.site.clone(), own.label.clone(), std::mem::take(&mut own.domains));
        let served = Arc::new(self.served(own));
        let present = self.sites.load();
        for ShelvedDomain { name, certificate, challenge } in domains {
            let held = certificate.and_then(|(chain, sealed_key)| {
                // Sites change often and their certificates seldom: one that is known is not read anew.
                let known = present.home(&name).and_then(|home| home.held.clone());
                let same = known.filter(|held| held.chain == chain && held.sealed_key == sealed_key);
                same.or_else(|| self.keys.open(&site, &name, chain, sealed_key).map(Arc::new))
            });
            sites.house(name, Home { served: Arc::clone(&served), held, challenge: challenge.map(Into::into) });
        }
        sites.label(label, served);
    }

    fn served(&self, own: Shelved) -> Served {
        let Shelved { site, is_stopped, current, .. } = own;
        let answer = match current {
            _ if is_stopped => Answer::Stopped,
            None => Answer::Empty,
            Some(current) if current.program.is_some() => {
                let upstream = self.upstreams.of(&site);
                // Whoever reads that it is live meets it, also before its builder has come to say so.
                upstream.promote(&current.deployment);
                Answer::Program(upstream)
            }
            Some(current) => self.files(&site, &current.release),
        };
        let counted = self.counters.of(&site);
        Served { site, answer, counted }
    }

    fn files(&self, site: &SiteId, release: &DeploymentId) -> Answer {
        match Release::open(&self.folders.release(site, release)) {
            Ok(files) => Answer::Files(files),
            Err(cause) => {
                tracing::error!(%site, %release, %cause, "the files of a site cannot be opened");
                Answer::Empty
            }
        }
    }
}

/// A host without its port and the dot of the root.
fn name_of(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name).trim_end_matches('.')
}
