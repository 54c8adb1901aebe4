//! Visits, as both databases have them.

use crate::domains::DomainId;
use crate::schema::tracking_visits::{self, dsl};
use crate::visits::open_visit::{OpenVisit, VisitorKey};
use async_trait::async_trait;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::RunQueryDsl;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp, each_backend, insert_rows};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tracking_visits)]
pub(super) struct VisitRow {
    id: i64,
    domain_id: i64,
    started_at: Ts,
    last_at: Ts,
    hits: i32,
    views: i32,
    events: i32,
    host: i64,
    entry_page: i64,
    exit_page: i64,
    referrer: i64,
    source: i64,
    medium: i64,
    campaign: i64,
    term: i64,
    content: i64,
    country: i64,
    device: i64,
    browser: i64,
    os: i64,
}

insert_rows! {
    struct NewVisit into tracking_visits {
        id: i64,
        domain_id: i64,
        visitor: i64,
        started_at: Ts,
        last_at: Ts,
        hits: i32,
        views: i32,
        events: i32,
        host: i64,
        entry_page: i64,
        exit_page: i64,
        referrer: i64,
        source: i64,
        medium: i64,
        campaign: i64,
        term: i64,
        content: i64,
        country: i64,
        device: i64,
        browser: i64,
        os: i64,
    }
    returning (id) => i64
}

impl From<VisitRow> for OpenVisit {
    fn from(row: VisitRow) -> Self {
        Self {
            id: row.id,
            started_at: row.started_at.0,
            last_at: row.last_at.0,
            hits: row.hits,
            views: row.views,
            events: row.events,
            words: [
                row.host,
                row.entry_page,
                row.referrer,
                row.source,
                row.medium,
                row.campaign,
                row.term,
                row.content,
                row.country,
                row.device,
                row.browser,
                row.os,
            ],
            exit_page: row.exit_page,
        }
    }
}

impl VisitRow {
    pub(super) const fn domain(&self) -> DomainId {
        DomainId(self.domain_id)
    }
}

impl From<&(VisitorKey, OpenVisit)> for NewVisit {
    fn from(((domain, visitor), visit): &(VisitorKey, OpenVisit)) -> Self {
        let [host, entry_page, referrer, source, medium, campaign, term, content, country, device, browser, os] =
            visit.words;
        Self {
            id: visit.id,
            domain_id: domain.0,
            visitor: *visitor,
            started_at: Ts(visit.started_at),
            last_at: Ts(visit.last_at),
            hits: visit.hits,
            views: visit.views,
            events: visit.events,
            host,
            entry_page,
            exit_page: visit.exit_page,
            referrer,
            source,
            medium,
            campaign,
            term,
            content,
            country,
            device,
            browser,
            os,
        }
    }
}

#[async_trait]
pub(super) trait KeepVisits {
    /// The highest number of a visit.
    async fn last_visit(&mut self) -> StoreResult<i64>;
    /// Adds visits.
    async fn add_visits(&mut self, visits: &[(VisitorKey, OpenVisit)]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepVisits for Conn {
    async fn last_visit(&mut self) -> StoreResult<i64> {
        let last: Option<i64> = dsl::tracking_visits.select(max(dsl::id)).first(self).await?;
        Ok(last.unwrap_or(0))
    }

    async fn add_visits(&mut self, visits: &[(VisitorKey, OpenVisit)]) -> StoreResult<()> {
        let _: Vec<i64> = self.insert_rows(visits.iter().map(NewVisit::from).collect()).await?;
        Ok(())
    }
}

#[async_trait]
pub(super) trait MoveVisits {
    /// Writes how far visits have come.
    async fn move_visits(&mut self, visits: &[OpenVisit]) -> StoreResult<()>;
}

#[async_trait]
impl MoveVisits for SqliteConn {
    async fn move_visits(&mut self, visits: &[OpenVisit]) -> StoreResult<()> {
        for visit in visits {
            let moving = diesel::sql_query(include_str!("visits_move_one.sql"))
                .bind::<UtcTimestamp, _>(Ts(visit.last_at))
                .bind::<Integer, _>(visit.hits)
                .bind::<Integer, _>(visit.views)
                .bind::<Integer, _>(visit.events)
                .bind::<BigInt, _>(visit.exit_page)
                .bind::<BigInt, _>(visit.id);
            moving.prepared().execute(self).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl MoveVisits for PgConn {
    async fn move_visits(&mut self, visits: &[OpenVisit]) -> StoreResult<()> {
        if visits.is_empty() {
            return Ok(());
        }
        let integers = |of: fn(&OpenVisit) -> i32| visits.iter().map(of).collect::<Vec<_>>();
        let numbers = |of: fn(&OpenVisit) -> i64| visits.iter().map(of).collect::<Vec<_>>();
        let moving = diesel::sql_query(include_str!("visits_move.sql"))
            .bind::<Array<BigInt>, _>(numbers(|visit| visit.id))
            .bind::<Array<UtcTimestamp>, _>(visits.iter().map(|visit| Ts(visit.last_at)).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(integers(|visit| visit.hits))
            .bind::<Array<Integer>, _>(integers(|visit| visit.views))
            .bind::<Array<Integer>, _>(integers(|visit| visit.events))
            .bind::<Array<BigInt>, _>(numbers(|visit| visit.exit_page));
        moving.prepared().execute(self).await?;
        Ok(())
    }
}
