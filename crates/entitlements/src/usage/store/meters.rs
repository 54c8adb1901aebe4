//! Meters, each database in its own way: PostgreSQL takes all of a group with one statement, SQLite one after the other
//! with statements that are kept prepared.

use super::row::{Row, percent, signed};
use crate::meter::Meter;
use crate::schema::usage_meters;
use crate::usage::ledger::Place;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreError, StoreResult, Ts, UtcTimestamp};
use std::collections::{BTreeSet, HashMap};

#[async_trait]
pub(crate) trait Meters {
    /// The meters of these places, made where there are none, and held until the transaction ends.
    async fn hold_meters(&mut self, places: &BTreeSet<Place>) -> StoreResult<HashMap<Place, (i64, Meter)>>;
    /// Writes meters that are held.
    async fn write_meters(&mut self, meters: &[(i64, Meter)]) -> StoreResult<()>;
}

#[async_trait]
impl Meters for SqliteConn {
    async fn hold_meters(&mut self, places: &BTreeSet<Place>) -> StoreResult<HashMap<Place, (i64, Meter)>> {
        let mut meters = HashMap::with_capacity(places.len());
        for place in places {
            let (workspace, feature) = place;
            let kept = usage_meters::table
                .filter(usage_meters::workspace_id.eq(workspace.0))
                .filter(usage_meters::feature.eq(feature));
            let row: Option<Row> = kept.select(Row::as_select()).first(self).await.optional()?;
            let row = if let Some(row) = row {
                row
            } else {
                let new = (
                    usage_meters::workspace_id.eq(workspace.0),
                    usage_meters::feature.eq(feature),
                    usage_meters::used.eq(0),
                    usage_meters::version.eq(0),
                );
                let insert = diesel::insert_into(usage_meters::table).values(new);
                insert.returning(Row::as_returning()).get_result(self).await?
            };
            meters.insert(place.clone(), (row.id, row.meter()));
        }
        Ok(meters)
    }

    async fn write_meters(&mut self, meters: &[(i64, Meter)]) -> StoreResult<()> {
        for (id, meter) in meters {
            diesel::update(usage_meters::table.filter(usage_meters::id.eq(*id)))
                .set((
                    usage_meters::opened_at.eq(meter.opened_at.map(Ts)),
                    usage_meters::used.eq(signed(meter.used)),
                    usage_meters::latest_at.eq(meter.latest_at.map(Ts)),
                    usage_meters::version.eq(signed(meter.version)),
                    usage_meters::held.eq(signed(meter.held)),
                    usage_meters::held_until.eq(meter.held_until.map(Ts)),
                    usage_meters::told.eq(percent(meter.told)),
                ))
                .prepared()
                .execute(self)
                .await?;
        }
        Ok(())
    }
}

async fn lock(conn: &mut PgConn, workspaces: &[i64], features: &[String]) -> StoreResult<Vec<Row>> {
    let locking = diesel::sql_query(include_str!("meters_lock.sql"))
        .bind::<Array<BigInt>, _>(workspaces)
        .bind::<Array<Text>, _>(features);
    Ok(locking.prepared().load(conn).await?)
}

async fn make(conn: &mut PgConn, workspaces: &[i64], features: &[String]) -> StoreResult<()> {
    let making = diesel::sql_query(include_str!("meters_make.sql"))
        .bind::<Array<BigInt>, _>(workspaces)
        .bind::<Array<Text>, _>(features);
    making.prepared().execute(conn).await?;
    Ok(())
}

#[async_trait]
impl Meters for PgConn {
    async fn hold_meters(&mut self, places: &BTreeSet<Place>) -> StoreResult<HashMap<Place, (i64, Meter)>> {
        let (workspaces, features): (Vec<i64>, Vec<String>) =
            places.iter().map(|(workspace, feature)| (workspace.0, feature.clone())).unzip();
        let mut rows = lock(self, &workspaces, &features).await?;
        if rows.len() < places.len() {
            make(self, &workspaces, &features).await?;
            rows = lock(self, &workspaces, &features).await?;
        }
        if rows.len() < places.len() {
            return Err(StoreError::MissingReference);
        }
        Ok(rows.into_iter().map(|row| (row.place(), (row.id, row.meter()))).collect())
    }

    async fn write_meters(&mut self, meters: &[(i64, Meter)]) -> StoreResult<()> {
        if meters.is_empty() {
            return Ok(());
        }
        let column = |of: fn(&Meter) -> i64| meters.iter().map(|(_, meter)| of(meter)).collect::<Vec<i64>>();
        let times = |of: fn(&Meter) -> Option<Ts>| meters.iter().map(|(_, meter)| of(meter)).collect::<Vec<_>>();
        let writing = diesel::sql_query(include_str!("meters_write.sql"))
            .bind::<Array<BigInt>, _>(meters.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            .bind::<Array<Nullable<UtcTimestamp>>, _>(times(|meter| meter.opened_at.map(Ts)))
            .bind::<Array<BigInt>, _>(column(|meter| signed(meter.used)))
            .bind::<Array<Nullable<UtcTimestamp>>, _>(times(|meter| meter.latest_at.map(Ts)))
            .bind::<Array<BigInt>, _>(column(|meter| signed(meter.version)))
            .bind::<Array<BigInt>, _>(column(|meter| signed(meter.held)))
            .bind::<Array<Nullable<UtcTimestamp>>, _>(times(|meter| meter.held_until.map(Ts)))
            .bind::<Array<Integer>, _>(meters.iter().map(|(_, meter)| percent(meter.told)).collect::<Vec<_>>());
        writing.prepared().execute(self).await?;
        Ok(())
    }
}
