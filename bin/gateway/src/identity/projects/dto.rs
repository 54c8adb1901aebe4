//! Projects on the wire.

use mainstay_edge::IsoMillis;
use mainstay_kernel::Patch;
use mainstay_tenancy::projects::{NewProject, Project, ProjectChange, ProjectView};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// A project to be made.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateProjectRequest {
    /// Its name, from which its slug is made.
    #[schemars(length(min = 1, max = 255))]
    name: String,
    /// What it is about.
    #[schemars(length(max = 2000))]
    description: Option<String>,
    /// Whether everyone with an account may see and join it; not unless said so.
    is_public: Option<bool>,
}

fn create_example() -> Value {
    json!({ "name": "My Project", "description": "What it is about", "is_public": false })
}

impl From<CreateProjectRequest> for NewProject {
    fn from(request: CreateProjectRequest) -> Self {
        let CreateProjectRequest { name, description, is_public } = request;
        Self { name, description, is_public: is_public.unwrap_or_default() }
    }
}

/// A change of a project; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateProjectRequest {
    /// Its new name; the slug stays.
    #[schemars(length(min = 1, max = 255))]
    name: Option<String>,
    /// What it is about; null clears it.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 2000))]
    description: Patch<String>,
    /// Whether everyone with an account may see and join it.
    is_public: Option<bool>,
}

fn update_example() -> Value {
    json!({ "name": "New Name", "description": null, "is_public": true })
}

impl From<UpdateProjectRequest> for ProjectChange {
    fn from(request: UpdateProjectRequest) -> Self {
        let UpdateProjectRequest { name, description, is_public } = request;
        Self { name, description, is_public }
    }
}

/// A project.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "project_example")]
pub(super) struct ProjectResponse {
    id: Uuid,
    name: String,
    /// Its name in addresses.
    slug: String,
    description: Option<String>,
    is_public: bool,
    /// The person who owns it.
    owner_id: Uuid,
    created_at: IsoMillis,
}

fn project_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "My Project", "slug": "my-project",
        "description": "What it is about", "is_public": false,
        "owner_id": "01890a5d-ac96-774b-bcce-b302099a8058", "created_at": "2026-01-15T10:30:00.000Z"
    })
}

impl From<Project> for ProjectResponse {
    fn from(project: Project) -> Self {
        let Project { id, slug, name, description, is_public, owner, created_at, .. } = project;
        let (owner_id, created_at) = (owner.0, created_at.into());
        Self { id: id.0, name, slug, description, is_public, owner_id, created_at }
    }
}

/// A project as the caller sees it.
#[derive(Serialize, JsonSchema)]
pub(super) struct SeenProjectResponse {
    #[serde(flatten)]
    project: ProjectResponse,
    /// What the caller is in it: `owner`, `admin` or `member`; null for an outsider of a public one.
    role: Option<&'static str>,
}

impl From<ProjectView> for SeenProjectResponse {
    fn from(view: ProjectView) -> Self {
        Self { project: view.project.into(), role: view.role.map(mainstay_tenancy::ProjectRole::name) }
    }
}
