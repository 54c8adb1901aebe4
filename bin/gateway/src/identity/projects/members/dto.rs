//! The people of projects on the wire.

use mainstay_edge::IsoMillis;
use mainstay_tenancy::project_members::{NewProjectMember, ProjectMember, ProjectMemberChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// A person to be added.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "add_example")]
pub(super) struct AddProjectMemberRequest {
    /// A verified address of theirs.
    email: String,
    /// `admin` or `member`; a member unless said so.
    role: Option<String>,
    /// Keys of permissions; the project's default ones unless said so.
    permissions: Option<Vec<String>>,
}

fn add_example() -> Value {
    json!({ "email": "grace@example.com", "role": "member", "permissions": ["can_deploy"] })
}

impl From<AddProjectMemberRequest> for NewProjectMember {
    fn from(request: AddProjectMemberRequest) -> Self {
        let AddProjectMemberRequest { email, role, permissions } = request;
        Self { email, role, permissions }
    }
}

/// A change of a member; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "change_example")]
pub(super) struct ChangeProjectMemberRequest {
    /// `admin` or `member`.
    role: Option<String>,
    /// Keys of permissions, in place of all present ones.
    permissions: Option<Vec<String>>,
}

fn change_example() -> Value {
    json!({ "role": "admin", "permissions": ["can_deploy"] })
}

impl From<ChangeProjectMemberRequest> for ProjectMemberChange {
    fn from(request: ChangeProjectMemberRequest) -> Self {
        let ChangeProjectMemberRequest { role, permissions } = request;
        Self { role, permissions }
    }
}

/// A person in a project.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "member_example")]
pub(in crate::identity::projects) struct ProjectMemberResponse {
    /// The membership's id, by which paths name the member.
    id: Uuid,
    /// The person's id.
    user_id: Uuid,
    /// `owner`, `admin` or `member`.
    role: &'static str,
    /// The person.
    user: ProjectPersonResponse,
    /// The keys of the permissions given, sorted.
    permissions: Vec<String>,
    /// When they joined.
    created_at: IsoMillis,
}

/// A person, as the others in a project see them.
#[derive(Serialize, JsonSchema)]
struct ProjectPersonResponse {
    /// The person's id.
    id: Uuid,
    /// Their address; null when they are gone.
    email: Option<String>,
    /// Their name; null when they are gone.
    display_name: Option<String>,
}

fn member_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "user_id": "01890a5d-ac96-774b-bcce-b302099a8058",
        "role": "member",
        "user": {
            "id": "01890a5d-ac96-774b-bcce-b302099a8058", "email": "grace@example.com", "display_name": "Grace"
        },
        "permissions": ["can_deploy"], "created_at": "2026-01-15T10:30:00.000Z"
    })
}

impl From<ProjectMember> for ProjectMemberResponse {
    fn from(member: ProjectMember) -> Self {
        let ProjectMember { id, user, email, name, role, permissions, created_at } = member;
        let person = ProjectPersonResponse { id: user.0, email, display_name: name };
        let (role, created_at) = (role.name(), created_at.into());
        Self { id: id.0, user_id: user.0, role, user: person, permissions, created_at }
    }
}
