//! Everyone who signs up has a workspace of their own, also when the sign-up broke off half-way.

use crate::compose::Services;
use async_trait::async_trait;
use mainstay_auth::{AuthService, events};
use mainstay_kernel::{Event, UserId};
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::WorkspaceService;
use std::sync::Arc;

/// Makes the workspace of a new person, where the sign-up itself has not.
pub(super) struct PersonalWorkspaces {
    people: Arc<dyn AuthService>,
    workspaces: Arc<dyn WorkspaceService>,
}

impl PersonalWorkspaces {
    pub(super) fn new(services: &Services) -> Self {
        Self { people: services.people(), workspaces: Arc::clone(&services.tenancy) as Arc<dyn WorkspaceService> }
    }
}

#[async_trait]
impl Subscriber for PersonalWorkspaces {
    async fn told(&self, event: &Event) -> Result<(), String> {
        if event.name != events::USER_CREATED {
            return Ok(());
        }
        let Some(user) = event.data["user_id"].as_str().and_then(|id| id.parse().ok()).map(UserId) else {
            return Ok(());
        };
        let person = self.people.person(user).await.map_err(|cause| cause.to_string())?;
        // Setup makes the workspace of the installation's owner.
        if person.is_some_and(|person| !person.is_installation_owner) {
            self.workspaces.personal(user).await.map_err(|cause| cause.to_string())?;
        }
        Ok(())
    }
}
