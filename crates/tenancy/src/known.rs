//! What is remembered so that requests need no database, and what makes it forgotten.

use crate::model::Workspace;
use mainstay_kernel::{Role, UserId, WorkspaceId};
use mainstay_store::{Changes, Remembered};
use std::sync::Arc;

/// Announces that a workspace changed or ended; the subject is its number.
pub(crate) const WORKSPACES: &str = "workspaces";
/// Announces that a membership began, changed or ended; see [`seat_subject`].
pub(crate) const MEMBERSHIPS: &str = "memberships";

const CAPACITY: usize = 100_000;

/// How a membership is announced.
pub(crate) fn seat_subject(user: UserId, workspace: WorkspaceId) -> String {
    format!("{user}/{workspace}")
}

pub(crate) fn seat_from(subject: &str) -> Option<(UserId, WorkspaceId)> {
    let (user, workspace) = subject.split_once('/')?;
    Some((UserId(user.parse().ok()?), WorkspaceId(workspace.parse().ok()?)))
}

/// The memory of one node. Roles, defaults and slugs count only together with a workspace that is
/// known to live, so that forgetting a workspace ends all of them at once.
pub(crate) struct Known {
    pub(crate) workspaces: Remembered<WorkspaceId, Arc<Workspace>>,
    pub(crate) roles: Remembered<(UserId, WorkspaceId), Role>,
    pub(crate) defaults: Remembered<UserId, WorkspaceId>,
    pub(crate) slugs: Remembered<String, WorkspaceId>,
}

impl Known {
    pub(crate) fn new() -> Self {
        Self {
            workspaces: Remembered::new(CAPACITY),
            roles: Remembered::new(CAPACITY),
            defaults: Remembered::new(CAPACITY),
            slugs: Remembered::new(CAPACITY),
        }
    }

    pub(crate) fn forget_workspace(&self, id: WorkspaceId) {
        self.workspaces.forget(&id);
    }

    pub(crate) fn forget_seat(&self, user: UserId, workspace: WorkspaceId) {
        self.roles.forget(&(user, workspace));
        self.defaults.forget(&user);
    }

    /// Forgets whatever any node announces.
    pub(crate) fn listen(self: &Arc<Self>, changes: &mut Changes) {
        let known = Arc::clone(self);
        let forget = move |subject: &str| {
            if let Ok(id) = subject.parse() {
                known.forget_workspace(WorkspaceId(id));
            }
        };
        changes.listen(WORKSPACES, Arc::new(forget));
        let known = Arc::clone(self);
        let forget = move |subject: &str| {
            if let Some((user, workspace)) = seat_from(subject) {
                known.forget_seat(user, workspace);
            }
        };
        changes.listen(MEMBERSHIPS, Arc::new(forget));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Ids as _, SystemIds};

    #[test]
    fn a_membership_is_announced_and_understood_alike() {
        let (user, workspace) = (UserId(SystemIds.uuid()), WorkspaceId(7));
        assert_eq!(seat_from(&seat_subject(user, workspace)), Some((user, workspace)));
        assert_eq!(seat_from("nonsense"), None);
    }
}
