//! Who may make projects in a workspace.

use super::error::ProjectError;
use mainstay_kernel::Role;

/// The least role that makes them.
const LEAST: Role = Role::Member;

/// Refuses a person of this role in the workspace; one without any does not know of it.
pub(crate) fn may_found(role: Option<Role>) -> Result<(), ProjectError> {
    match role {
        None => Err(ProjectError::WorkspaceNotFound),
        Some(role) if role < LEAST => Err(ProjectError::InsufficientWorkspaceRole { needs: LEAST }),
        Some(_) => Ok(()),
    }
}
