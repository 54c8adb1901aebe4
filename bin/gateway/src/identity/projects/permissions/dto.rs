//! Permissions on the wire.

use mainstay_edge::IsoMillis;
use mainstay_kernel::Patch;
use mainstay_tenancy::permissions::{NewPermission, Permission, PermissionChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// A permission to be made.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreatePermissionRequest {
    /// Its name for programs, without white space and unique in the project.
    #[schemars(length(min = 1, max = 64))]
    key: String,
    /// Its name for people.
    #[schemars(length(min = 1, max = 255))]
    display_name: String,
    /// What it permits.
    #[schemars(length(max = 2000))]
    description: Option<String>,
    /// Whether later members are given it; not unless said so.
    is_default: Option<bool>,
}

fn create_example() -> Value {
    json!({ "key": "can_deploy", "display_name": "Can deploy", "is_default": false })
}

impl From<CreatePermissionRequest> for NewPermission {
    fn from(request: CreatePermissionRequest) -> Self {
        let CreatePermissionRequest { key, display_name, description, is_default } = request;
        Self { key, display_name, description, is_default: is_default.unwrap_or_default() }
    }
}

/// A change of a permission; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdatePermissionRequest {
    /// Its new name for people.
    #[schemars(length(min = 1, max = 255))]
    display_name: Option<String>,
    /// What it permits; null clears it.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 2000))]
    description: Patch<String>,
    /// Whether later members are given it; present ones keep what they have.
    is_default: Option<bool>,
}

fn update_example() -> Value {
    json!({ "display_name": "May deploy", "is_default": true })
}

impl From<UpdatePermissionRequest> for PermissionChange {
    fn from(request: UpdatePermissionRequest) -> Self {
        let UpdatePermissionRequest { display_name, description, is_default } = request;
        Self { display_name, description, is_default }
    }
}

/// What can be permitted in a project.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "permission_example")]
pub(super) struct PermissionResponse {
    id: Uuid,
    /// Its name for programs.
    key: String,
    /// Its name for people.
    display_name: String,
    description: Option<String>,
    /// Whether later members are given it.
    is_default: bool,
    created_at: IsoMillis,
}

fn permission_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "key": "can_deploy", "display_name": "Can deploy",
        "description": null, "is_default": false, "created_at": "2026-01-15T10:30:00.000Z"
    })
}

impl From<Permission> for PermissionResponse {
    fn from(permission: Permission) -> Self {
        let Permission { id, key, display_name, description, is_default, created_at } = permission;
        Self { id: id.0, key, display_name, description, is_default, created_at: created_at.into() }
    }
}
