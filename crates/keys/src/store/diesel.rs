//! The store, written once for both databases.

use super::row::{Born, Row};
use super::{Draft, KeyStore, RotatedKey, StoredKey, Successor, Tell};
use crate::hash::KeyHash;
use crate::keys::CHANGED;
use crate::model::{ApiKey, KeyQuery};
use crate::schema::{api_keys, workspaces};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{KeyId, Page, Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::{Locked, Unlocked};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, Uses, each_backend};

/// Keys over the handle `D`.
pub(super) struct DieselKeyStore<D> {
    db: D,
}

impl<D> DieselKeyStore<D> {
    pub(super) const fn new(db: D) -> Self {
        Self { db }
    }
}

/// The keys of a workspace that work and are not in their grace.
macro_rules! for_good {
    ($workspace:expr, $now:expr) => {
        api_keys::table
            .filter(api_keys::workspace_id.eq($workspace.0))
            .filter(api_keys::revoked_at.is_null())
            .filter(api_keys::grace_period_ends_at.is_null())
            .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(Ts($now))))
    };
}

/// Most keys revoked in one transaction, and most touched by one statement: SQLite takes a
/// parameter for each.
pub(super) const BATCH: usize = 500;

/// What several steps have in common.
#[async_trait]
pub(super) trait Steps {
    /// How many keys of the workspace work and have no successor; nobody adds one until the
    /// transaction ends.
    async fn hold_and_count(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<i64>;
    /// Adds a key, and the event that tells of it.
    async fn add(&mut self, born: Born, tell: &Tell) -> StoreResult<ApiKey>;
    /// Tells everybody that a key was revoked; gives its hash.
    async fn tell_revoked(&mut self, row: Row, now: Timestamp, tell: &Tell) -> StoreResult<KeyHash>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn hold_and_count(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<i64> {
        let held = workspaces::table.filter(workspaces::id.eq(workspace.0)).select(workspaces::id);
        let _: Vec<i64> = Locked(held).load(self).await?;
        Ok(for_good!(workspace, now).count().get_result(self).await?)
    }

    async fn add(&mut self, born: Born, tell: &Tell) -> StoreResult<ApiKey> {
        let row: Row =
            diesel::insert_into(api_keys::table).values(born).returning(Row::as_returning()).get_result(self).await?;
        let key = row.try_into()?;
        self.append(&tell(&key)).await?;
        Ok(key)
    }

    async fn tell_revoked(&mut self, row: Row, now: Timestamp, tell: &Tell) -> StoreResult<KeyHash> {
        let StoredKey { hash, key } = row.try_into()?;
        self.append(&tell(&key)).await?;
        self.announce(CHANGED, hash.to_string(), now).await?;
        Ok(hash)
    }
}

#[each_backend]
#[async_trait]
impl KeyStore for DieselKeyStore<Db> {
    async fn find_by_hash(&self, hash: KeyHash) -> StoreResult<Option<StoredKey>> {
        let read = self.db.read(move |conn| {
            async move {
                let with_hash = api_keys::table.filter(api_keys::hash.eq(hash.bytes().as_slice()));
                let row: Option<Row> = with_hash.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn find(&self, workspace: WorkspaceId, id: KeyId) -> StoreResult<Option<ApiKey>> {
        let read = self.db.read(move |conn| {
            async move {
                let of_tenant = api_keys::table.filter(api_keys::workspace_id.eq(workspace.0));
                let with_id = of_tenant.filter(api_keys::id.eq(id.0));
                let row: Option<Row> = with_id.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn list(&self, workspace: WorkspaceId, query: KeyQuery, now: Timestamp) -> StoreResult<Page<ApiKey>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, &query, now).count().get_result(conn).await?;
                let (page, sort) = (query.listing.page, &query.listing.sort);
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, &query, now), sort)
                    .limit(page.per_page())
                    .offset(page.offset())
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                let items = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn count_for_good(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<i64> {
        let read = self
            .db
            .read(move |conn| async move { Ok(for_good!(workspace, now).count().get_result(conn).await?) }.boxed());
        read.await
    }

    async fn insert(&self, draft: Draft, most: Option<u64>, tell: Tell) -> StoreResult<Option<ApiKey>> {
        let write = self.db.write(move |conn| {
            async move {
                if let Some(most) = most
                    && conn.hold_and_count(draft.workspace, draft.now).await? >= i64::try_from(most).unwrap_or(i64::MAX)
                {
                    return Ok(None);
                }
                conn.add(draft.into(), &tell).await.map(Some)
            }
            .boxed()
        });
        write.await
    }

    async fn rotate(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        successor: Successor,
        tell: Tell,
    ) -> StoreResult<Option<RotatedKey>> {
        let write = self.db.write(move |conn| {
            async move {
                let now = Ts(successor.now);
                let rotatable = api_keys::table
                    .filter(api_keys::workspace_id.eq(workspace.0))
                    .filter(api_keys::id.eq(id.0))
                    .filter(api_keys::revoked_at.is_null())
                    .filter(api_keys::grace_period_ends_at.is_null())
                    .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(now)));
                let ends = api_keys::grace_period_ends_at.eq(Ts(successor.grace_period_ends_at));
                let row: Option<Row> = diesel::update(rotatable)
                    .set((ends, api_keys::updated_at.eq(now)))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await
                    .optional()?;
                let Some(row) = row else { return Ok(None) };
                let old = row.hash()?;
                let key = conn.add(row.succeeded_by(successor), &tell).await?;
                conn.announce(CHANGED, old.to_string(), now.0).await?;
                Ok(Some(RotatedKey { old, key }))
            }
            .boxed()
        });
        write.await
    }

    async fn revoke(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        now: Timestamp,
        tell: Tell,
    ) -> StoreResult<Option<KeyHash>> {
        let write = self.db.write(move |conn| {
            async move {
                let standing = api_keys::table
                    .filter(api_keys::workspace_id.eq(workspace.0))
                    .filter(api_keys::id.eq(id.0))
                    .filter(api_keys::revoked_at.is_null());
                let row: Option<Row> = diesel::update(standing)
                    .set((api_keys::revoked_at.eq(Ts(now)), api_keys::updated_at.eq(Ts(now))))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await
                    .optional()?;
                match row {
                    Some(row) => conn.tell_revoked(row, now, &tell).await.map(Some),
                    None => Ok(None),
                }
            }
            .boxed()
        });
        write.await
    }

    async fn revoke_past_grace(&self, now: Timestamp, tell: Tell) -> StoreResult<Vec<KeyHash>> {
        let write = self.db.write(move |conn| {
            async move {
                let over = api_keys::table
                    .filter(api_keys::revoked_at.is_null())
                    .filter(api_keys::grace_period_ends_at.le(Ts(now)))
                    .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
                    .select(api_keys::id);
                let ids: Vec<i64> = Unlocked(over).load(conn).await?;
                let rows: Vec<Row> = diesel::update(api_keys::table.filter(api_keys::id.eq_any(ids)))
                    .set((api_keys::revoked_at.eq(Ts(now)), api_keys::updated_at.eq(Ts(now))))
                    .returning(Row::as_returning())
                    .get_results(conn)
                    .await?;
                let mut hashes = Vec::with_capacity(rows.len());
                for row in rows {
                    hashes.push(conn.tell_revoked(row, now, &tell).await?);
                }
                Ok(hashes)
            }
            .boxed()
        });
        write.await
    }

    async fn write_used(&self, uses: Uses<KeyId>) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let ids: Vec<i64> = uses.ids().into_iter().map(|id| id.0).collect();
                for some in ids.chunks(BATCH) {
                    let held =
                        api_keys::table.filter(api_keys::id.eq_any(some)).order(api_keys::id).select(api_keys::id);
                    let _: Vec<i64> = Locked(held).load(conn).await?;
                }
                for (at, ids) in uses.by_second() {
                    let ids: Vec<i64> = ids.into_iter().map(|id| id.0).collect();
                    let earlier = || api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(Ts(at)));
                    for some in ids.chunks(BATCH) {
                        diesel::update(api_keys::table.filter(api_keys::id.eq_any(some)).filter(earlier()))
                            .set(api_keys::last_used_at.eq(Ts(at)))
                            .execute(conn)
                            .await?;
                    }
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }
}
