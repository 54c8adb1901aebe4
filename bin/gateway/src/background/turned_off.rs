//! Owners are told by mail when an endpoint of theirs was turned off.

use super::owners::Owners;
use async_trait::async_trait;
use mainstay_kernel::Event;
use mainstay_mail::Content;
use mainstay_store::outbox::Subscriber;
use mainstay_webhooks::endpoints::DisabledReason;
use mainstay_webhooks::events;
use std::sync::Arc;

/// Writes to the owners of a workspace whose endpoint failed too often, or is gone.
pub(super) struct TurnedOff(pub(super) Arc<Owners>);

#[async_trait]
impl Subscriber for TurnedOff {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let Some(workspace) = event.workspace.filter(|_| event.name == events::ENDPOINT_DISABLED) else {
            return Ok(());
        };
        let Self(owners) = self;
        let content = |workspace: &mainstay_tenancy::Workspace| Content::WebhookDisabled {
            workspace: workspace.name.clone(),
            host: event.data["host"].as_str().unwrap_or_default().to_owned(),
            is_gone: event.data["reason"] == DisabledReason::Gone.name(),
            link: owners.post.link_to_workspace(&workspace.slug),
        };
        owners.write(workspace, event.at, content).await
    }
}
