//! Letters to those who own a workspace.

use crate::compose::Services;
use crate::post::Post;
use mainstay_auth::AuthService;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_mail::{Content, Letter};
use mainstay_store::jobs::{self, Jobs};
use mainstay_tenancy::{Memberships, Workspace};
use std::fmt::Display;
use std::sync::Arc;

/// Writes to the owners of workspaces.
pub(super) struct Owners {
    people: Arc<dyn AuthService>,
    memberships: Arc<dyn Memberships>,
    pub(super) post: Arc<Post>,
    jobs: Arc<dyn Jobs>,
}

impl Owners {
    pub(super) fn new(services: &Services) -> Self {
        let jobs = jobs::open(&services.database);
        let (people, memberships) = (services.people(), services.memberships());
        Self { people, memberships, post: Arc::clone(&services.post), jobs }
    }

    /// Writes to all owners of a workspace what is to be told of it; to nobody if it is deleted.
    pub(super) async fn write(
        &self,
        workspace: WorkspaceId,
        at: Timestamp,
        content: impl FnOnce(&Workspace) -> Content + Send,
    ) -> Result<(), String> {
        let Some(workspace) = self.memberships.workspace(workspace).await.map_err(text)? else { return Ok(()) };
        let content = content(&workspace);
        for owner in self.memberships.owners(workspace.id).await.map_err(text)? {
            let Some(owner) = self.people.person(owner).await.map_err(text)? else { continue };
            let job = self.post.letter(&Letter { to: owner.email.clone(), content: content.clone() }, at);
            self.jobs.add(job, at).await.map_err(text)?;
        }
        Ok(())
    }
}

fn text(cause: impl Display) -> String {
    cause.to_string()
}
