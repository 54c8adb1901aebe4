//! The rules of domains.

use super::certificate::Keys;
use super::checking;
use super::dns::TextRecords;
use super::events;
use super::model::{Domain, DomainStatus, NewCertificate, Ordering};
use super::name::DomainName;
use super::service::{DomainOf, DomainService};
use super::store::{Added, AmendDomain, DomainStore};
use crate::bell::Bell;
use crate::error::HostingError;
use crate::ids::{SiteId, letters};
use crate::sites::Actor;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, Ids, Timestamp, WorkspaceId};
use mainstay_store::StoreError;
use std::sync::Arc;
use std::time::Duration;

/// The domains of an installation.
pub struct Domains {
    pub(crate) store: Arc<dyn DomainStore>,
    pub(crate) dns: Arc<dyn TextRecords>,
    pub(crate) keys: Keys,
    pub(crate) bell: Arc<Bell>,
    /// Hosts of the installation itself, at and below which nobody has a domain.
    pub(crate) own_hosts: [String; 2],
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// Most domains of a site.
const MOST: usize = 20;
/// Letters and digits of a token: 124 bits of chance.
const TOKEN: usize = 24;
/// How long after a claim name servers are first asked by themselves.
const FIRST: Duration = Duration::from_secs(10);
/// How often it is tried to take a name for which others come at the same instant.
const TRIES: usize = 3;

impl Domains {
    async fn known(&self, of: &DomainOf) -> Result<Domain, HostingError> {
        let domains = self.domains(of.workspace, &of.site).await?;
        domains.into_iter().find(|own| own.name == of.name).ok_or(HostingError::DomainNotFound)
    }

    fn name(&self, text: &str) -> Result<DomainName, HostingError> {
        let name = DomainName::parse(text).ok_or_else(|| {
            let message = "domain must be a name such as shop.example.com: no address, no wildcard, no port";
            HostingError::field("domain", "format", message)
        })?;
        if self.own_hosts.iter().any(|host| name.is_within(host)) {
            return Err(HostingError::field("domain", "reserved", format!("{name} belongs to this installation")));
        }
        Ok(name)
    }

    /// Asks name servers, and takes on what they say.
    pub(super) async fn check(&self, domain: &Domain, asked: Option<&Actor>) -> Result<Domain, HostingError> {
        let seen = checking::look(&*self.dns, domain).await;
        for _ in 1..TRIES {
            match self.heed(domain, seen, asked).await {
                // Somebody else was faster by a hair: then it is seen that they have it.
                Err(HostingError::Store(StoreError::NotUnique(_))) => {}
                other => return other,
            }
        }
        self.heed(domain, seen, asked).await
    }

    async fn heed(&self, domain: &Domain, seen: checking::Seen, asked: Option<&Actor>) -> Result<Domain, HostingError> {
        let (now, ids, actor) = (self.clock.now(), Arc::clone(&self.ids), asked.cloned());
        let amend: AmendDomain = Box::new(move |own, facts| {
            if actor.is_some() {
                if facts.is_going {
                    return Err(HostingError::Deleting);
                }
                own.begin_anew(now);
            }
            let told = own.heed(seen, facts, now);
            Ok(told.map(|name| events::of(own, name, actor.as_ref(), &*ids, now)).into_iter().collect())
        });
        self.amend(domain, amend).await
    }

    /// Changes a domain, and lets visitors know if that concerns them.
    pub(super) async fn amend(&self, before: &Domain, amend: AmendDomain) -> Result<Domain, HostingError> {
        let DomainOf { workspace, site, name } = before.into();
        let amended = self.store.amend_domain(workspace, site, name, amend).await?;
        let after = amended.ok_or(HostingError::DomainNotFound)??;
        if after.is_met_otherwise_than(before) {
            self.bell.ring(&after.site).await;
        }
        Ok(after)
    }

    fn claimed(&self, (workspace, site): (WorkspaceId, &SiteId), name: DomainName, now: Timestamp) -> Domain {
        Domain {
            name,
            workspace,
            site: site.clone(),
            label: String::new(),
            status: DomainStatus::PendingDns,
            token: letters(&*self.ids, TOKEN),
            is_held: false,
            problem: None,
            missing_at: Some(now),
            check_at: Some(now.plus(FIRST)),
            checked_at: None,
            verified_at: None,
            certificate: None,
            order: Ordering::default(),
            created_at: now,
            updated_at: now,
        }
    }

    fn event(&self, domain: &Domain, name: &str, actor: Option<&Actor>) -> Event {
        events::of(domain, name, actor, &*self.ids, self.clock.now())
    }
}

impl From<&Domain> for DomainOf {
    fn from(domain: &Domain) -> Self {
        Self { workspace: domain.workspace, site: domain.site.clone(), name: domain.name.clone() }
    }
}

#[async_trait]
impl DomainService for Domains {
    async fn domains(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<Domain>, HostingError> {
        self.store.domains(workspace, site.clone()).await?.ok_or(HostingError::SiteNotFound)
    }

    async fn add(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
        name: &str,
    ) -> Result<Domain, HostingError> {
        let domain = self.claimed((workspace, site), self.name(name)?, self.clock.now());
        let event = self.event(&domain, events::ADDED, actor.as_ref());
        let shown = domain.name.to_string();
        match self.store.add_domain(domain, MOST, event).await? {
            Added::Done(domain) => Ok(*domain),
            Added::NoSite => Err(HostingError::SiteNotFound),
            Added::Going => Err(HostingError::Deleting),
            Added::Known => Err(HostingError::DomainTaken(shown)),
            Added::TooMany => {
                Err(HostingError::field("domain", "max", format!("A site may have up to {MOST} domains")))
            }
        }
    }

    async fn verify(&self, of: &DomainOf, actor: Option<Actor>) -> Result<Domain, HostingError> {
        let domain = self.known(of).await?;
        self.check(&domain, actor.as_ref()).await
    }

    async fn remove(&self, of: &DomainOf, actor: Option<Actor>) -> Result<(), HostingError> {
        let event = self.event(&self.known(of).await?, events::REMOVED, actor.as_ref());
        let DomainOf { workspace, site, name } = of.clone();
        if !self.store.remove_domain(workspace, site, name, event).await? {
            return Err(HostingError::DomainNotFound);
        }
        self.bell.ring(&of.site).await;
        Ok(())
    }

    async fn certify(&self, of: &DomainOf, actor: Option<Actor>, new: NewCertificate) -> Result<Domain, HostingError> {
        let known = self.known(of).await?;
        let (now, ids) = (self.clock.now(), Arc::clone(&self.ids));
        let certificate = self.keys.check((&of.site, &of.name), &new, now)?;
        let amend: AmendDomain = Box::new(move |own, facts| {
            if facts.is_going {
                return Err(HostingError::Deleting);
            }
            own.certificate = Some(certificate);
            own.order_nothing();
            own.updated_at = now;
            Ok(vec![events::of(own, events::CERTIFICATE_SET, actor.as_ref(), &*ids, now)])
        });
        self.amend(&known, amend).await
    }

    async fn uncertify(&self, of: &DomainOf, actor: Option<Actor>) -> Result<(), HostingError> {
        let (now, ids) = (self.clock.now(), Arc::clone(&self.ids));
        let amend: AmendDomain = Box::new(move |own, _| {
            if own.certificate.take().is_none() {
                return Ok(Vec::new());
            }
            own.order_nothing();
            own.updated_at = now;
            Ok(vec![events::of(own, events::CERTIFICATE_REMOVED, actor.as_ref(), &*ids, now)])
        });
        self.amend(&self.known(of).await?, amend).await?;
        Ok(())
    }
}
