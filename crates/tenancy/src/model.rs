//! Workspaces and their members.

use mainstay_kernel::{Role, Timestamp, UserId, WorkspaceId};
use serde_json::{Map, Value};

/// A tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Its number, never given to another one.
    pub id: WorkspaceId,
    /// Its name for people, 1 to 255 characters.
    pub name: String,
    /// Its name in addresses, unique among living workspaces.
    pub slug: String,
    /// The name of the plan that it is on.
    pub tier: String,
    /// What its people keep there: a small JSON object.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name, slug, tier or settings last changed.
    pub updated_at: Timestamp,
}

/// A person in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// Their address; none when the directory does not know the person.
    pub email: Option<String>,
    /// Their name; none when the directory does not know the person.
    pub name: Option<String>,
    /// What they are there.
    pub role: Role,
    /// When they joined.
    pub created_at: Timestamp,
    /// When their role last changed.
    pub updated_at: Timestamp,
}

/// A workspace to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewWorkspace {
    /// 1 to 255 characters, white space around them aside.
    pub name: String,
    /// Made from the name when absent.
    pub slug: Option<String>,
    /// The free plan when absent.
    pub tier: Option<String>,
    /// Whether the caller may ask for another plan than the free one.
    pub may_choose_tier: bool,
}

/// A change of a workspace; what is absent stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkspaceChange {
    /// 1 to 255 characters, white space around them aside.
    pub name: Option<String>,
    /// Must not be taken.
    pub slug: Option<String>,
    /// A plan of the catalogue.
    pub tier: Option<String>,
    /// Whether the caller may ask for another plan than the present one.
    pub may_choose_tier: bool,
    /// Merged into the present settings, first level only; null removes a key.
    pub settings: Option<Map<String, Value>>,
}
