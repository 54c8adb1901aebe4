//! `/api/v1`: a file a resource, its wire types beside it.

mod api_keys;
mod audit_log;
mod boosts;
mod entitlements;
mod event_types;
mod events;
mod features;
mod few;
mod invites;
pub(crate) mod mcp;
mod me;
mod members;
pub(crate) mod never_null;
mod oauth_clients;
mod offered;
mod owner;
mod pixel;
mod plans;
mod reservations;
mod seo;
mod webhook_deliveries;
mod webhook_replays;
mod webhooks;
mod workspace_plan;
mod workspaces;

use mainstay_auth::AuthService;
use mainstay_edge::{Failure, Platform, Surface};
use mainstay_kernel::UserId;
pub(crate) use owner::{must_own_installation, owns_installation};
pub(crate) use pixel::is_open_to_pages;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Platform>) {
    me::declare(surface);
    workspaces::declare(surface);
    members::declare(surface);
    invites::declare(surface);
    api_keys::declare(surface);
    oauth_clients::declare(surface);
    audit_log::declare(surface);
    webhooks::declare(surface);
    webhook_deliveries::declare(surface);
    webhook_replays::declare(surface);
    events::declare(surface);
    event_types::declare(surface);
    entitlements::declare(surface);
    reservations::declare(surface);
    workspace_plan::declare(surface);
    boosts::declare(surface);
    mcp::declare(surface);
    pixel::declare(surface);
    seo::declare(surface);
    features::declare(surface);
    plans::declare(surface);
}

crate::permissions::permissions! {
    WorkspacesRead = "workspaces:read",
    WorkspacesWrite = "workspaces:write",
    WorkspacesDelete = "workspaces:delete",
    AuditView = "audit-log:view",
    KeysRead = "api-keys:read",
    KeysWrite = "api-keys:write",
    KeysDelete = "api-keys:delete",
    KeysVerify = "api-keys:verify",
    OAuthClientsRead = "oauth-clients:read",
    OAuthClientsWrite = "oauth-clients:write",
    OAuthClientsDelete = "oauth-clients:delete",
    WebhooksRead = "webhooks:read",
    WebhooksWrite = "webhooks:write",
    WebhooksDelete = "webhooks:delete",
    EventsWrite = "events:write",
    EntitlementsRead = "entitlements:read",
    EntitlementsWrite = "entitlements:write",
    EventTypesRead = "event-types:read",
    EventTypesWrite = "event-types:write",
    EventTypesDelete = "event-types:delete",
    PixelRead = "pixel:read",
    PixelWrite = "pixel:write",
    PixelDelete = "pixel:delete",
    McpRead = "mcp:read",
    McpWrite = "mcp:write",
    McpServersWrite = "mcp-servers:write",
    McpServersDelete = "mcp-servers:delete",
    McpCallsView = "mcp-calls:view",
    SeoRead = "seo:read",
    SeoWrite = "seo:write",
}

/// Whether anyone may choose the plan of a workspace; given to the application as data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlanChoice {
    pub(crate) open_to_all: bool,
}

impl PlanChoice {
    /// Whether this person may: the installation's owner always does.
    async fn is_open_to(self, user: UserId, people: &dyn AuthService) -> Result<bool, Failure> {
        Ok(self.open_to_all || owns_installation(user, people).await?)
    }
}
