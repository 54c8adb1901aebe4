//! Members on the wire.

use mainstay_edge::valid::{one_of, trimmed};
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_kernel::Role;
use mainstay_tenancy::{Member, MemberColumn};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// What the list of members can be asked.
pub(super) enum MemberList {}

impl Listable for MemberList {
    type Column = MemberColumn;
    type Status = Role;
    const COLUMNS: &'static [(&'static str, MemberColumn)] = &[
        ("id", MemberColumn::Id),
        ("name", MemberColumn::Name),
        ("email", MemberColumn::Email),
        ("role", MemberColumn::Role),
        ("created_at", MemberColumn::CreatedAt),
        ("updated_at", MemberColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, Role)] =
        &[("owner", Role::Owner), ("admin", Role::Admin), ("member", Role::Member), ("viewer", Role::Viewer)];
}

/// A role, by its name.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum RoleName {
    /// Everything, including the workspace's end.
    Owner,
    /// Keys, endpoints, settings and people.
    Admin,
    /// Daily work.
    Member,
    /// Reading.
    Viewer,
}

impl<'de> Deserialize<'de> for RoleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words =
            [("owner", Self::Owner), ("admin", Self::Admin), ("member", Self::Member), ("viewer", Self::Viewer)];
        one_of(deserializer, &words)
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Admin => Self::Admin,
            RoleName::Member => Self::Member,
            RoleName::Viewer => Self::Viewer,
        }
    }
}

/// A person to be added.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "add_example")]
pub(super) struct AddMemberRequest {
    /// A verified address of the person.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
    /// What they will be.
    pub(super) role: RoleName,
}

fn add_example() -> Value {
    json!({ "email": "grace@example.com", "role": "member" })
}

/// Another role.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "change_example")]
pub(super) struct ChangeRoleRequest {
    /// What they will be.
    pub(super) role: RoleName,
}

fn change_example() -> Value {
    json!({ "role": "admin" })
}

/// A person in a workspace.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform) struct MemberResponse {
    /// The person's id.
    id: Uuid,
    /// Their verified address.
    email: Option<String>,
    /// Their name.
    name: Option<String>,
    /// What they are there.
    role: &'static str,
    /// When they joined.
    created_at: IsoSeconds,
    /// When their role last changed.
    updated_at: IsoSeconds,
}

impl From<Member> for MemberResponse {
    fn from(member: Member) -> Self {
        let Member { user, email, name, role, created_at, updated_at } = member;
        let (created_at, updated_at) = (created_at.into(), updated_at.into());
        Self { id: user.0, email, name, role: role.name(), created_at, updated_at }
    }
}
