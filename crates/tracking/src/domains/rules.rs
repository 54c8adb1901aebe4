//! The rules of domains.

use super::events::{DOMAIN_CREATED, DOMAIN_DELETED, DOMAIN_UPDATED};
use super::model::{Domain, DomainChange, DomainId, NewDomain, Settings, SettingsChange};
use super::name::DomainName;
use super::service::DomainService;
use super::store::{Amend, Born, DomainStore};
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, FieldError, Ids, Timestamp, WorkspaceId};
use mainstay_store::StoreError;
use serde_json::json;
use std::sync::Arc;

/// The domains of an installation.
pub struct Domains {
    pub(crate) store: Arc<dyn DomainStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// Forgets on this node what has changed.
    pub(crate) forget: Arc<dyn Fn() + Send + Sync>,
}

/// Letters and digits of a pixel key.
const KEY_LENGTH: usize = 20;
/// Most domains that a workspace may register.
const MOST: usize = 200;
/// Most events that a domain may name.
const MOST_EVENTS: usize = 200;
/// Longest name of an event, in characters.
pub(crate) const LONGEST_EVENT: usize = 128;
/// How long visits may be kept, in days.
const LONGEST_RETENTION: u16 = 3_650;

impl Domains {
    pub(crate) fn new_key(ids: &dyn Ids) -> String {
        format!("px_{}", ids.alphanumeric(KEY_LENGTH))
    }

    async fn must_have_room(&self, workspace: WorkspaceId) -> Result<(), TrackingError> {
        if self.store.all(workspace).await?.len() < MOST {
            return Ok(());
        }
        Err(TrackingError::field("domain", "max", format!("A workspace may register up to {MOST} domains.")))
    }
}

#[async_trait]
impl DomainService for Domains {
    async fn domains(&self, workspace: WorkspaceId) -> Result<Vec<Domain>, TrackingError> {
        Ok(self.store.all(workspace).await?)
    }

    async fn domain(&self, workspace: WorkspaceId, id: DomainId) -> Result<Domain, TrackingError> {
        self.store.find(workspace, id).await?.ok_or(TrackingError::NotFound)
    }

    async fn register(&self, workspace: WorkspaceId, new: NewDomain) -> Result<Domain, TrackingError> {
        let name: DomainName = new
            .name
            .parse()
            .map_err(|bad: super::BadDomainName| TrackingError::field("domain", "host", bad.to_string()))?;
        check(&new.settings)?;
        self.must_have_room(workspace).await?;
        let settings = new.settings.made_to(&Settings::default());
        let born = Born {
            workspace,
            name: name.clone(),
            pixel_key: Self::new_key(&*self.ids),
            settings,
            at: self.clock.now(),
        };
        let (ids, at) = (Arc::clone(&self.ids), self.clock.now());
        let told = move |domain: &Domain| event_of(DOMAIN_CREATED, domain, &*ids, at);
        match self.store.insert(born, Box::new(told)).await {
            Err(StoreError::NotUnique(_)) => Err(TrackingError::DomainTaken(name.to_string())),
            Err(cause) => Err(cause.into()),
            Ok(domain) => {
                (self.forget)();
                Ok(domain)
            }
        }
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        id: DomainId,
        change: DomainChange,
    ) -> Result<Domain, TrackingError> {
        check(&change.settings)?;
        let key = change.has_new_key.then(|| Self::new_key(&*self.ids));
        let (ids, at, settings) = (Arc::clone(&self.ids), self.clock.now(), change.settings);
        let amend: Amend = Box::new(move |mut domain: Domain| {
            domain.settings = settings.made_to(&domain.settings);
            domain.pixel_key = key.unwrap_or(domain.pixel_key);
            domain.updated_at = at;
            let event = event_of(DOMAIN_UPDATED, &domain, &*ids, at);
            (domain, event)
        });
        let changed = self.store.amend(workspace, id, amend).await?.ok_or(TrackingError::NotFound)?;
        (self.forget)();
        Ok(changed)
    }

    async fn delete(&self, workspace: WorkspaceId, id: DomainId) -> Result<(), TrackingError> {
        let domain = self.domain(workspace, id).await?;
        let event = event_of(DOMAIN_DELETED, &domain, &*self.ids, self.clock.now());
        if !self.store.delete(workspace, id, event).await? {
            return Err(TrackingError::NotFound);
        }
        (self.forget)();
        Ok(())
    }
}

/// What is told of a domain.
pub(super) fn event_of(name: &'static str, domain: &Domain, ids: &dyn Ids, at: Timestamp) -> Event {
    let data = json!({ "workspace_id": domain.workspace.0, "domain_id": domain.id.0, "name": domain.name.as_str() });
    Event::of(domain.workspace, name, data, ids, at)
}

fn check(settings: &SettingsChange) -> Result<(), TrackingError> {
    let mut wrong = Vec::new();
    if settings.sample_rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
        wrong.push(FieldError::new("sample_rate", "range", "The sample_rate field must be between 0 and 1."));
    }
    if settings.retention_days.is_some_and(|days| !(1..=LONGEST_RETENTION).contains(&days)) {
        let text = format!("The retention_days field must be between 1 and {LONGEST_RETENTION}.");
        wrong.push(FieldError::new("retention_days", "range", text));
    }
    for (index, name) in settings.allowed_events.value().into_iter().flatten().enumerate() {
        if index == MOST_EVENTS {
            let text = format!("The allowed_events field may name up to {MOST_EVENTS} events.");
            wrong.push(FieldError::new("allowed_events", "max", text));
            break;
        }
        if name.trim().is_empty() || name.chars().count() > LONGEST_EVENT {
            let text = format!("An event's name has 1 to {LONGEST_EVENT} characters.");
            wrong.push(FieldError::new(format!("allowed_events.{index}"), "length", text));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(TrackingError::Invalid(wrong)) }
}
