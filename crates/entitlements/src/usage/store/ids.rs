//! Ids under which uses are told, each database in its own way.

use super::Entry;
use crate::schema::usage_ids;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp, each_backend};
use std::collections::{BTreeMap, HashSet};

#[async_trait]
pub(super) trait ClaimIds {
    /// Takes the ids of these uses; gives the numbers of those whose id was taken before, be it by one of them.
    async fn claim_ids(&mut self, entries: &[&Entry]) -> StoreResult<HashSet<usize>>;
}

#[async_trait]
pub(super) trait FreeIds {
    /// Gives the ids of uses back that were not counted.
    async fn free_ids(&mut self, entries: &[&Entry]) -> StoreResult<()>;
}

#[async_trait]
impl ClaimIds for SqliteConn {
    async fn claim_ids(&mut self, entries: &[&Entry]) -> StoreResult<HashSet<usize>> {
        let mut taken = HashSet::new();
        for (number, entry) in entries.iter().enumerate() {
            let Some(id) = &entry.id else { continue };
            let claiming = diesel::sql_query(include_str!("ids_claim_one.sql"))
                .bind::<BigInt, _>(entry.workspace.0)
                .bind::<Text, _>(&id.source)
                .bind::<Text, _>(&id.name)
                .bind::<UtcTimestamp, _>(Ts(entry.now));
            if claiming.prepared().execute(self).await? == 0 {
                taken.insert(number);
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
    async fn claim_ids(&mut self, entries: &[&Entry]) -> StoreResult<HashSet<usize>> {
        // In one order, so that two who claim the same ones never wait for each other; the first of equal ones counts.
        let mut wanted: BTreeMap<(i64, &str, &str), (usize, Ts)> = BTreeMap::new();
        for (number, entry) in entries.iter().enumerate() {
            if let Some(id) = &entry.id {
                wanted.entry((entry.workspace.0, &id.source, &id.name)).or_insert((number, Ts(entry.now)));
            }
        }
        if wanted.is_empty() {
            return Ok(HashSet::new());
        }
        let claiming = diesel::sql_query(include_str!("ids_claim.sql"))
            .bind::<Array<BigInt>, _>(wanted.keys().map(|(workspace, ..)| *workspace).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(wanted.keys().map(|(_, source, _)| *source).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(wanted.keys().map(|(.., name)| *name).collect::<Vec<_>>())
            .bind::<Array<UtcTimestamp>, _>(wanted.values().map(|(_, at)| *at).collect::<Vec<_>>());
        let claimed: Vec<Claimed> = claiming.prepared().load(self).await?;
        let first =
            |row: &Claimed| wanted.get(&(row.workspace_id, &*row.source, &*row.name)).map(|(number, _)| *number);
        let claimed: HashSet<usize> = claimed.iter().filter_map(first).collect();
        let with_id = entries.iter().enumerate().filter(|(_, entry)| entry.id.is_some()).map(|(number, _)| number);
        Ok(with_id.filter(|number| !claimed.contains(number)).collect())
    }
}

#[each_backend]
#[async_trait]
impl FreeIds for Conn {
    async fn free_ids(&mut self, entries: &[&Entry]) -> StoreResult<()> {
        for entry in entries {
            let Some(id) = &entry.id else { continue };
            let taken = usage_ids::table
                .filter(usage_ids::workspace_id.eq(entry.workspace.0))
                .filter(usage_ids::source.eq(&id.source))
                .filter(usage_ids::name.eq(&id.name));
            diesel::delete(taken).execute(self).await?;
        }
        Ok(())
    }
}
