//! Rows, as the tables of projects have them.

use crate::ids::{MembershipId, PermissionId, ProjectId};
use crate::permissions::Permission;
use crate::projects::{Project, ProjectRole, ProjectSeat};
use crate::schema::{project_members, project_permissions, projects};
use diesel::prelude::*;
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_store::{Id, StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = projects, treat_none_as_default_value = false)]
pub(crate) struct ProjectRow {
    id: Id,
    workspace_id: i64,
    slug: String,
    name: String,
    description: Option<String>,
    is_public: bool,
    owner_id: Id,
    created_at: Ts,
    updated_at: Ts,
}

impl From<Project> for ProjectRow {
    fn from(project: Project) -> Self {
        Self {
            id: Id(project.id.0),
            workspace_id: project.workspace.0,
            slug: project.slug,
            name: project.name,
            description: project.description,
            is_public: project.is_public,
            owner_id: Id(project.owner.0),
            created_at: Ts(project.created_at),
            updated_at: Ts(project.updated_at),
        }
    }
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: ProjectId(row.id.0),
            workspace: WorkspaceId(row.workspace_id),
            slug: row.slug,
            name: row.name,
            description: row.description,
            is_public: row.is_public,
            owner: UserId(row.owner_id.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = project_members, treat_none_as_default_value = false)]
pub(crate) struct SeatRow {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) user_id: Id,
    pub(crate) role: String,
    pub(crate) created_at: Ts,
}

impl SeatRow {
    pub(crate) fn with(self, mut permissions: Vec<String>) -> StoreResult<ProjectSeat> {
        permissions.sort_unstable();
        Ok(ProjectSeat {
            id: MembershipId(self.id.0),
            user: UserId(self.user_id.0),
            role: role(&self.role)?,
            permissions,
            created_at: self.created_at.0,
        })
    }
}

/// The role of a row.
pub(crate) fn role(name: &str) -> StoreResult<ProjectRole> {
    ProjectRole::named(name).ok_or_else(|| StoreError::Damaged(format!("a role in a project {name:?}")))
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = project_permissions, treat_none_as_default_value = false)]
pub(crate) struct PermissionRow {
    id: Id,
    project_id: Id,
    key: String,
    display_name: String,
    description: Option<String>,
    is_default: bool,
    created_at: Ts,
}

impl PermissionRow {
    pub(crate) fn new(project: ProjectId, permission: Permission) -> Self {
        Self {
            id: Id(permission.id.0),
            project_id: Id(project.0),
            key: permission.key,
            display_name: permission.display_name,
            description: permission.description,
            is_default: permission.is_default,
            created_at: Ts(permission.created_at),
        }
    }
}

impl From<PermissionRow> for Permission {
    fn from(row: PermissionRow) -> Self {
        Self {
            id: PermissionId(row.id.0),
            key: row.key,
            display_name: row.display_name,
            description: row.description,
            is_default: row.is_default,
            created_at: row.created_at.0,
        }
    }
}
