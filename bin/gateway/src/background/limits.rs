//! Owners are told by mail when usage comes near to a limit.

use super::owners::Owners;
use async_trait::async_trait;
use mainstay_entitlements::Entitlements;
use mainstay_entitlements::usage::events;
use mainstay_kernel::Event;
use mainstay_mail::Content;
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::Workspace;
use std::sync::Arc;

/// Writes to the owners of a workspace that has used much of a feature, or all of it.
pub(super) struct Limits {
    pub(super) owners: Arc<Owners>,
    pub(super) entitlements: Arc<Entitlements>,
}

#[async_trait]
impl Subscriber for Limits {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let is_near = matches!(event.name.as_str(), events::LIMIT_WARNING | events::LIMIT_REACHED);
        let Some(workspace) = event.workspace.filter(|_| is_near) else { return Ok(()) };
        let number = |name: &str| event.data[name].as_u64().unwrap_or_default();
        let content = |workspace: &Workspace| Content::LimitNear {
            workspace: workspace.name.clone(),
            feature: self.entitlements.name_of(event.data["feature"].as_str().unwrap_or_default()),
            percent: u8::try_from(number("threshold")).unwrap_or(100),
            used: number("used"),
            limit: number("limit"),
            link: self.owners.post.link_to_workspace(&workspace.slug),
        };
        self.owners.write(workspace, event.at, content).await
    }
}
