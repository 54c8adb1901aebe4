//! Workspaces on the wire.

use crate::platform::members::MemberResponse;
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_kernel::WorkspaceId;
use mainstay_tenancy::{Member, NewWorkspace, Workspace, WorkspaceChange, WorkspaceColumn, WorkspaceStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use validator::Validate;

/// What the list of workspaces can be asked.
pub(super) enum WorkspaceList {}

impl Listable for WorkspaceList {
    type Column = WorkspaceColumn;
    type Status = WorkspaceStatus;
    const COLUMNS: &'static [(&'static str, WorkspaceColumn)] = &[
        ("id", WorkspaceColumn::Id),
        ("name", WorkspaceColumn::Name),
        ("slug", WorkspaceColumn::Slug),
        ("tier", WorkspaceColumn::Tier),
        ("created_at", WorkspaceColumn::CreatedAt),
        ("updated_at", WorkspaceColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, WorkspaceStatus)] = &[("active", WorkspaceStatus::Active)];
    const INCLUDES: &'static [&'static str] = &["members", "owner"];
}

/// A workspace to be made.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateWorkspaceRequest {
    /// Its name.
    #[validate(length(min = 1, max = 255))]
    name: String,
    /// Its name in URLs; made from the name if absent.
    #[validate(length(min = 1, max = 100))]
    slug: Option<String>,
    /// Its plan; `free` if absent.
    tier: Option<String>,
}

fn create_example() -> Value {
    json!({ "name": "New Workspace", "slug": "new-workspace" })
}

impl CreateWorkspaceRequest {
    pub(super) fn into_new(self, may_choose_tier: bool) -> NewWorkspace {
        NewWorkspace { name: self.name, slug: self.slug, tier: self.tier, may_choose_tier }
    }
}

/// A change of a workspace; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateWorkspaceRequest {
    /// Its new name.
    #[validate(length(min = 1, max = 255))]
    name: Option<String>,
    /// Its new name in URLs.
    #[validate(length(min = 1, max = 100))]
    slug: Option<String>,
    /// Its new plan.
    tier: Option<String>,
    /// Merged into its settings; null removes a key.
    settings: Option<Map<String, Value>>,
}

fn update_example() -> Value {
    json!({ "name": "Updated Name", "settings": { "timezone": "Europe/London" } })
}

impl UpdateWorkspaceRequest {
    pub(super) fn into_change(self, may_choose_tier: bool) -> WorkspaceChange {
        let Self { name, slug, tier, settings } = self;
        WorkspaceChange { name, slug, tier, may_choose_tier, settings }
    }
}

/// A workspace in a list.
#[derive(Serialize, JsonSchema)]
pub(super) struct WorkspaceItem {
    id: i64,
    name: String,
    slug: String,
    tier: String,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
    /// Its people, where `include` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<MemberResponse>>,
    /// Its longest-standing owner, where `include` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<MemberResponse>,
}

type ByWorkspace = HashMap<WorkspaceId, Vec<Member>>;

impl WorkspaceItem {
    pub(super) fn new(workspace: Workspace, members: Option<&ByWorkspace>, owners: Option<&ByWorkspace>) -> Self {
        let Workspace { id, name, slug, tier, settings: _, created_at, updated_at } = workspace;
        let of = |people: &ByWorkspace| people.get(&id).cloned().unwrap_or_default();
        Self {
            id: id.0,
            name,
            slug,
            tier,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
            members: members.map(|people| of(people).into_iter().map(Into::into).collect()),
            owner: owners.and_then(|people| of(people).into_iter().next()).map(Into::into),
        }
    }
}

/// A workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "workspace_example")]
pub(super) struct WorkspaceResponse {
    id: i64,
    name: String,
    slug: String,
    tier: String,
    settings: Map<String, Value>,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

fn workspace_example() -> Value {
    json!({
        "id": 1, "name": "Acme Corporation", "slug": "acme-corp", "tier": "business",
        "settings": { "timezone": "UTC", "locale": "en_GB" },
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Workspace> for WorkspaceResponse {
    fn from(workspace: Workspace) -> Self {
        let Workspace { id, name, slug, tier, settings, created_at, updated_at } = workspace;
        let (created_at, updated_at) = (created_at.into(), updated_at.into());
        Self { id: id.0, name, slug, tier, settings, created_at, updated_at }
    }
}

/// A workspace that was just made.
#[derive(Serialize, JsonSchema)]
pub(super) struct CreatedWorkspace {
    id: i64,
    name: String,
    slug: String,
    tier: String,
    created_at: IsoSeconds,
}

impl From<Workspace> for CreatedWorkspace {
    fn from(workspace: Workspace) -> Self {
        let Workspace { id, name, slug, tier, created_at, .. } = workspace;
        Self { id: id.0, name, slug, tier, created_at: created_at.into() }
    }
}
