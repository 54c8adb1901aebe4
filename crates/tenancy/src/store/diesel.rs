//! The store over diesel, written once for both databases.

mod changes;
mod departure;
mod lists;
mod lookups;
mod rows;

use super::{
    Founding, MemberStanding, MemberStep, Membership, Rule, Ruled, Seat, Tell, TenancyStore, WorkspaceStanding,
};
use crate::listing::{MemberQuery, WorkspaceQuery};
use crate::model::Workspace;
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, Role, UserId, WorkspaceId};
use mainstay_store::{Database, StoreResult, each_backend};
use std::sync::Arc;

/// The store over one of the two handles.
#[derive(Clone)]
pub struct DieselTenancyStore<D> {
    db: D,
}

/// The store over the database that was opened.
pub fn open(database: &Database) -> Arc<dyn TenancyStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselTenancyStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselTenancyStore { db: db.clone() }),
    }
}

#[each_backend]
#[async_trait]
impl TenancyStore for DieselTenancyStore<Db> {
    async fn page(&self, user: UserId, query: &WorkspaceQuery) -> StoreResult<Page<Workspace>> {
        let query = query.clone();
        self.db.scan(move |conn| Self::list_workspaces(conn, user, query).boxed()).await
    }

    async fn find(&self, user: UserId, id: WorkspaceId) -> StoreResult<Option<Workspace>> {
        self.db.read(|conn| Self::find_for(conn, user, id).boxed()).await
    }

    async fn workspace(&self, id: WorkspaceId) -> StoreResult<Option<Workspace>> {
        self.db.read(|conn| Self::find_living(conn, id).boxed()).await
    }

    async fn slug_holder(&self, slug: &str) -> StoreResult<Option<WorkspaceId>> {
        self.db.read(|conn| Self::find_by_slug(conn, slug.to_owned()).boxed()).await
    }

    async fn role(&self, user: UserId, id: WorkspaceId) -> StoreResult<Option<Role>> {
        let seat = self.db.read(|conn| Self::find_seat(conn, user, id).boxed()).await?;
        Ok(seat.map(|seat| seat.role))
    }

    async fn longest_held(&self, user: UserId) -> StoreResult<Option<WorkspaceId>> {
        self.db.read(|conn| Self::find_longest_held(conn, user).boxed()).await
    }

    async fn personal_of(&self, user: UserId) -> StoreResult<Option<Workspace>> {
        self.db.read(move |conn| Self::find_personal(conn, user).boxed()).await
    }

    async fn found(&self, owner: UserId, founding: Founding, tell: Tell) -> StoreResult<Workspace> {
        self.db.write(move |conn| Self::insert_workspace(conn, owner, founding, tell).boxed()).await
    }

    async fn update(
        &self,
        actor: UserId,
        id: WorkspaceId,
        decide: Rule<WorkspaceStanding, Workspace>,
    ) -> Ruled<Workspace> {
        self.db.write(move |conn| Self::update_workspace(conn, actor, id, decide).boxed()).await
    }

    async fn replace(&self, id: WorkspaceId, decide: Rule<Workspace, Workspace>) -> Ruled<Workspace> {
        self.db.write(move |conn| Self::replace_workspace(conn, id, decide).boxed()).await
    }

    async fn delete(&self, actor: UserId, id: WorkspaceId, decide: Rule<WorkspaceStanding, ()>) -> Ruled<()> {
        self.db.write(move |conn| Self::delete_workspace(conn, actor, id, decide).boxed()).await
    }

    async fn change_member(&self, seat: Seat, decide: Rule<MemberStanding, MemberStep>) -> Ruled<Option<Membership>> {
        self.db.write(move |conn| Self::change_seat(conn, seat, decide).boxed()).await
    }

    async fn seats(&self, id: WorkspaceId, query: &MemberQuery) -> StoreResult<Page<Membership>> {
        let query = query.clone();
        self.db.scan(move |conn| Self::list_seats(conn, id, query).boxed()).await
    }

    async fn members(&self, id: WorkspaceId) -> StoreResult<i64> {
        self.db.read(move |conn| Self::count_members(conn, id).boxed()).await
    }

    async fn all_seats(&self, id: WorkspaceId, query: &MemberQuery) -> StoreResult<Vec<Membership>> {
        let query = query.clone();
        self.db.scan(move |conn| Self::load_seats(conn, id, query).boxed()).await
    }

    async fn seats_of(
        &self,
        user: UserId,
        workspaces: &[WorkspaceId],
        role: Option<Role>,
    ) -> StoreResult<Vec<Membership>> {
        let ids = workspaces.iter().map(|id| id.0).collect();
        self.db.scan(move |conn| Self::load_shared_seats(conn, user, ids, role).boxed()).await
    }
}
