//! The questions that every request asks.

use crate::listing::MemberQuery;
use crate::model::Workspace;
use crate::slug::is_slug;
use crate::tenancy::Tenancy;
use async_trait::async_trait;
use mainstay_kernel::{Role, UserId, WorkspaceId};
use mainstay_store::StoreResult;
use std::sync::Arc;

/// Answers from memory; asks the database only for what is not at hand. On the node that makes a
/// change the next answer shows it, on every other node one within a second does.
///
/// # Errors
/// All of them fail only when the database does.
#[async_trait]
pub trait Memberships: Send + Sync {
    /// What the person is in the workspace; none when nothing, or when the workspace is deleted.
    async fn role(&self, user: UserId, workspace: WorkspaceId) -> StoreResult<Option<Role>>;

    /// The living workspace of this number.
    async fn workspace(&self, id: WorkspaceId) -> StoreResult<Option<Arc<Workspace>>>;

    /// The living workspace of this number and what the person is in it; none when they are nothing there.
    async fn standing(&self, user: UserId, workspace: WorkspaceId) -> StoreResult<Option<(Arc<Workspace>, Role)>>;

    /// The workspace that the person is in when they name none: the one they have been in longest.
    async fn default_of(&self, user: UserId) -> StoreResult<Option<WorkspaceId>>;

    /// The workspace of this slug, if the person is in it.
    async fn by_slug(&self, user: UserId, slug: &str) -> StoreResult<Option<WorkspaceId>>;

    /// The owners of a workspace, for whoever has to tell them something; read from the database.
    async fn owners(&self, workspace: WorkspaceId) -> StoreResult<Vec<UserId>>;
}

/// A remembered pointer that turns out to be old is forgotten and looked up once more.
const LOOKS: usize = 2;

#[async_trait]
impl Memberships for Tenancy {
    async fn role(&self, user: UserId, workspace: WorkspaceId) -> StoreResult<Option<Role>> {
        Ok(self.standing(user, workspace).await?.map(|(_, role)| role))
    }

    async fn standing(&self, user: UserId, id: WorkspaceId) -> StoreResult<Option<(Arc<Workspace>, Role)>> {
        let Some(workspace) = self.living(id).await? else { return Ok(None) };
        // The store's future is boxed when it is made, so it is made only where it is needed.
        let load = async { self.store.role(user, id).await };
        let role = self.known.roles.get_or_load(&(user, id), load).await?;
        Ok(role.map(|role| (workspace, role)))
    }

    async fn workspace(&self, id: WorkspaceId) -> StoreResult<Option<Arc<Workspace>>> {
        self.living(id).await
    }

    async fn default_of(&self, user: UserId) -> StoreResult<Option<WorkspaceId>> {
        for _ in 0..LOOKS {
            let load = async { self.store.longest_held(user).await };
            let Some(id) = self.known.defaults.get_or_load(&user, load).await? else { return Ok(None) };
            if self.role(user, id).await?.is_some() {
                return Ok(Some(id));
            }
            self.known.defaults.forget(&user);
        }
        Ok(None)
    }

    async fn by_slug(&self, user: UserId, slug: &str) -> StoreResult<Option<WorkspaceId>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        let slug = slug.to_owned();
        for _ in 0..LOOKS {
            let load = async { self.store.slug_holder(&slug).await };
            let Some(id) = self.known.slugs.get_or_load(&slug, load).await? else { return Ok(None) };
            if self.workspace(id).await?.is_some_and(|workspace| workspace.slug == slug) {
                return Ok(self.role(user, id).await?.map(|_| id));
            }
            self.known.slugs.forget(&slug);
        }
        Ok(None)
    }

    async fn owners(&self, workspace: WorkspaceId) -> StoreResult<Vec<UserId>> {
        let seats = self.store.all_seats(workspace, &MemberQuery::default()).await?;
        Ok(seats.into_iter().filter(|seat| seat.role == Role::Owner).map(|seat| seat.user).collect())
    }
}

impl Tenancy {
    pub(crate) async fn living(&self, id: WorkspaceId) -> StoreResult<Option<Arc<Workspace>>> {
        let load = async { Ok(self.store.workspace(id).await?.map(Arc::new)) };
        self.known.workspaces.get_or_load(&id, load).await
    }
}
