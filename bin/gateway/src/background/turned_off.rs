//! Owners are told by mail when an endpoint of theirs was turned off.

use crate::compose::Services;
use crate::post::Post;
use async_trait::async_trait;
use mainstay_auth::AuthService;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_mail::{Content, Letter};
use mainstay_store::jobs::{self, Jobs};
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::Memberships;
use mainstay_webhooks::endpoints::DisabledReason;
use mainstay_webhooks::events;
use std::fmt::Display;
use std::sync::Arc;

/// Writes to the owners of a workspace whose endpoint failed too often, or is gone.
pub(super) struct TurnedOff {
    people: Arc<dyn AuthService>,
    memberships: Arc<dyn Memberships>,
    post: Arc<Post>,
    jobs: Arc<dyn Jobs>,
}

impl TurnedOff {
    pub(super) fn new(services: &Services) -> Self {
        let jobs = jobs::open(&services.database);
        let (people, memberships) = (services.people(), services.memberships());
        Self { people, memberships, post: Arc::clone(&services.post), jobs }
    }

    async fn write(&self, workspace: WorkspaceId, event: &Event) -> Result<(), String> {
        let Some(workspace) = self.memberships.workspace(workspace).await.map_err(text)? else { return Ok(()) };
        let content = Content::WebhookDisabled {
            workspace: workspace.name.clone(),
            host: event.data["host"].as_str().unwrap_or_default().to_owned(),
            is_gone: event.data["reason"] == DisabledReason::Gone.name(),
            link: self.post.link_to_workspace(&workspace.slug),
        };
        for owner in self.memberships.owners(workspace.id).await.map_err(text)? {
            let Some(owner) = self.people.person(owner).await.map_err(text)? else { continue };
            let job = self.post.letter(&Letter { to: owner.email.clone(), content: content.clone() }, event.at);
            self.jobs.add(job, event.at).await.map_err(text)?;
        }
        Ok(())
    }
}

fn text(cause: impl Display) -> String {
    cause.to_string()
}

#[async_trait]
impl Subscriber for TurnedOff {
    async fn told(&self, event: &Event) -> Result<(), String> {
        match event.workspace {
            Some(workspace) if event.name == events::ENDPOINT_DISABLED => self.write(workspace, event).await,
            _ => Ok(()),
        }
    }
}
