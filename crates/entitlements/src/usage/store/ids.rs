//! Ids under which uses are told, each database in its own way.

use crate::schema::usage_ids;
use crate::usage::UseId;
use crate::usage::ledger::Name;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp, each_backend};
use std::collections::{BTreeMap, HashSet};

#[async_trait]
pub(super) trait ClaimIds {
    /// Takes ids, in their order, so that two who take the same ones never wait for each other; gives those that were
    /// taken before.
    async fn claim_ids(&mut self, names: &BTreeMap<Name, Timestamp>) -> StoreResult<HashSet<Name>>;
}

#[async_trait]
pub(super) trait FreeIds {
    /// Gives ids back under which nothing was counted.
    async fn free_ids(&mut self, names: &[&Name]) -> StoreResult<()>;
}

#[async_trait]
impl ClaimIds for SqliteConn {
    async fn claim_ids(&mut self, names: &BTreeMap<Name, Timestamp>) -> StoreResult<HashSet<Name>> {
        let mut taken = HashSet::new();
        for (name, at) in names {
            let (workspace, id) = name;
            let claiming = diesel::sql_query(include_str!("ids_claim_one.sql"))
                .bind::<BigInt, _>(workspace.0)
                .bind::<Text, _>(&id.source)
                .bind::<Text, _>(&id.name)
                .bind::<UtcTimestamp, _>(Ts(*at));
            if claiming.prepared().execute(self).await? == 0 {
                taken.insert(name.clone());
            }
        }
        Ok(taken)
    }
}

#[derive(QueryableByName)]
#[diesel(table_name = usage_ids)]
struct Claimed {
    workspace_id: i64,
    source: String,
    name: String,
}

#[async_trait]
impl ClaimIds for PgConn {
    async fn claim_ids(&mut self, names: &BTreeMap<Name, Timestamp>) -> StoreResult<HashSet<Name>> {
        if names.is_empty() {
            return Ok(HashSet::new());
        }
        let claiming = diesel::sql_query(include_str!("ids_claim.sql"))
            .bind::<Array<BigInt>, _>(names.keys().map(|(workspace, _)| workspace.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(names.keys().map(|(_, id)| id.source.as_str()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(names.keys().map(|(_, id)| id.name.as_str()).collect::<Vec<_>>())
            .bind::<Array<UtcTimestamp>, _>(names.values().map(|at| Ts(*at)).collect::<Vec<_>>());
        let mut taken: HashSet<Name> = names.keys().cloned().collect();
        let claimed: Vec<Claimed> = claiming.prepared().load(self).await?;
        for Claimed { workspace_id, source, name } in claimed {
            taken.remove(&(WorkspaceId(workspace_id), UseId { source, name }));
        }
        Ok(taken)
    }
}

#[each_backend]
#[async_trait]
impl FreeIds for Conn {
    async fn free_ids(&mut self, names: &[&Name]) -> StoreResult<()> {
        for (workspace, id) in names {
            let taken = usage_ids::table
                .filter(usage_ids::workspace_id.eq(workspace.0))
                .filter(usage_ids::source.eq(&id.source))
                .filter(usage_ids::name.eq(&id.name));
            diesel::delete(taken).execute(self).await?;
        }
        Ok(())
    }
}
