//! How things stand for a caller in a project.

use super::error::ProjectError;
use super::model::{Project, ProjectSeat};
use super::role::ProjectRole;
use crate::ids::PermissionId;
use crate::permissions::Permission;
use mainstay_kernel::FieldError;

/// A project, what the caller is in it, and what can be permitted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectStanding {
    /// The project.
    pub project: Project,
    /// The caller's seat; none for an outsider.
    pub actor: Option<ProjectSeat>,
    /// The project's permissions, oldest first.
    pub catalogue: Vec<Permission>,
}

impl ProjectStanding {
    /// The caller's seat, who otherwise is refused.
    pub(crate) fn seat(&self) -> Result<&ProjectSeat, ProjectError> {
        self.actor.as_ref().ok_or(ProjectError::NotProjectMember)
    }

    /// Refuses a caller below `needs`; gives their role.
    pub(crate) fn at_least(&self, needs: ProjectRole) -> Result<ProjectRole, ProjectError> {
        let role = self.seat()?.role;
        if role >= needs { Ok(role) } else { Err(ProjectError::InsufficientRole { needs }) }
    }

    /// Refuses a caller who may not bring in somebody as `role`.
    pub(crate) fn may_bring_in(&self, role: ProjectRole) -> Result<(), ProjectError> {
        let actor = self.at_least(ProjectRole::Admin)?;
        if role > ProjectRole::Member && actor < ProjectRole::Owner {
            return Err(ProjectError::OnlyOwnerAssignsAdmin);
        }
        Ok(())
    }

    /// What a new member may do when nobody says.
    pub(crate) fn defaults(&self) -> Vec<PermissionId> {
        self.catalogue.iter().filter(|permission| permission.is_default).map(|permission| permission.id).collect()
    }

    /// The permissions of these keys, each once.
    pub(crate) fn permissions(&self, keys: &[String]) -> Result<Vec<PermissionId>, ProjectError> {
        let (mut ids, mut problems) = (Vec::with_capacity(keys.len()), Vec::new());
        for (at, key) in keys.iter().enumerate() {
            let known = self.catalogue.iter().find(|permission| permission.key == *key);
            let unknown = || {
                let message = "The project has no permission of this key.";
                FieldError::new(format!("permissions.{at}"), "exists", message)
            };
            match known.map(|permission| permission.id).ok_or_else(unknown) {
                Ok(id) => ids.push(id),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(ProjectError::Invalid(problems));
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}
