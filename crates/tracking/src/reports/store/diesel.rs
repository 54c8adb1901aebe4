//! The store, written once for both databases.

use super::row::{CountRow, PlaceRow, PointRow, ShareRow};
use super::scan::Names;
use super::statement::Statement;
use super::{ReportStore, cells, page, realtime, scan, steps};
use crate::day::Day;
use crate::domains::Domain;
use crate::intake::{PAGEVIEW, WEB_VITALS};
use crate::numbers::Numbers;
use crate::reports::model::{Listing, Question, Realtime, Share, Steps};
use crate::reports::series::Sum;
use crate::schema::tracking_words;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, PageRequest, Timestamp};
use mainstay_store::{StoreResult, each_backend};

/// Reports over the handle `D`.
pub(super) struct DieselReportStore<D> {
    pub(super) db: D,
}

/// No word has this number.
const NO_WORD: i64 = -1;

#[async_trait]
trait Pieces {
    /// The numbers of the words that hits are told apart by.
    async fn names(&mut self, domain: &Domain) -> StoreResult<Names>;
    /// What all visits come to.
    async fn sums(&mut self, domain: &Domain, question: &Question) -> StoreResult<Numbers>;
}

#[each_backend]
#[async_trait]
impl Pieces for Conn {
    async fn names(&mut self, domain: &Domain) -> StoreResult<Names> {
        let known = tracking_words::table
            .filter(tracking_words::domain_id.eq(domain.id.0))
            .filter(tracking_words::word.eq_any([PAGEVIEW, WEB_VITALS]))
            .select((tracking_words::word, tracking_words::id));
        let words: Vec<(String, i64)> = known.load(self).await?;
        let number = |name: &str| words.iter().find(|(word, _)| word == name).map_or(NO_WORD, |(_, id)| *id);
        Ok(Names { pageview: number(PAGEVIEW), web_vitals: number(WEB_VITALS) })
    }

    async fn sums(&mut self, domain: &Domain, question: &Question) -> StoreResult<Numbers> {
        let statement = if question.filters.is_empty() {
            cells::totals(domain, question)
        } else {
            scan::totals::<Backend>(domain, question, self.names(domain).await?)
        };
        let row: Option<PointRow> = statement.query::<Backend>().get_result(self).await.optional()?;
        Ok(row.map(|row| row.sums.into()).unwrap_or_default())
    }
}

/// The sums of each place.
fn by_place(rows: Vec<PointRow>, places: usize) -> Vec<Numbers> {
    let mut sums = vec![Numbers::default(); places];
    for row in rows {
        if let Some(place) = usize::try_from(row.place).ok().and_then(|place| sums.get_mut(place)) {
            *place = row.sums.into();
        }
    }
    sums
}

fn sum(row: PointRow) -> Sum {
    let day = i32::try_from(row.place.div_euclid(24)).unwrap_or(0);
    ((Day(day), row.place.rem_euclid(24)), row.sums.into())
}

#[each_backend]
#[async_trait]
impl ReportStore for DieselReportStore<Db> {
    async fn points(&self, domain: &Domain, question: Question, by_hour: bool) -> StoreResult<Vec<Sum>> {
        let domain = domain.clone();
        let scan = self.db.scan(move |conn| {
            async move {
                let statement = if question.filters.is_empty() {
                    cells::points(&domain, &question, by_hour)
                } else {
                    scan::points::<Backend>(&domain, &question, by_hour, conn.names(&domain).await?)
                };
                let rows: Vec<PointRow> = statement.query::<Backend>().load(conn).await?;
                Ok(rows.into_iter().map(sum).collect())
            }
            .boxed()
        });
        scan.await
    }

    async fn totals(&self, domain: &Domain, question: Question) -> StoreResult<Numbers> {
        let domain = domain.clone();
        self.db.scan(move |conn| async move { conn.sums(&domain, &question).await }.boxed()).await
    }

    async fn followed(
        &self,
        domain: &Domain,
        question: Question,
        steps: Steps,
    ) -> StoreResult<(Numbers, Vec<Numbers>)> {
        let domain = domain.clone();
        let scan = self.db.scan(move |conn| {
            async move {
                let all = conn.sums(&domain, &question).await?;
                let names = conn.names(&domain).await?;
                let (statement, count) = match &steps {
                    Steps::Any(steps) => (steps::any(&domain, &question, steps, names), steps.len()),
                    Steps::InTurn(steps) => (steps::in_turn(&domain, &question, steps, names), steps.len()),
                };
                let rows: Vec<PointRow> = match count {
                    0 => Vec::new(),
                    _ => statement.query::<Backend>().load(conn).await?,
                };
                Ok((all, by_place(rows, count)))
            }
            .boxed()
        });
        scan.await
    }

    async fn breakdown(&self, domain: &Domain, question: Question, listing: Listing) -> StoreResult<Page<Share>> {
        let domain = domain.clone();
        let scan = self.db.scan(move |conn| {
            async move {
                let is_whole = question.filters.is_empty();
                let names = if is_whole { None } else { Some(conn.names(&domain).await?) };
                let words = |statement: &mut Statement| match names {
                    None => cells::words(statement, &domain, &question, listing.by),
                    Some(names) => scan::words::<Backend>(statement, (&domain, &question), listing.by, names),
                };
                let rows: Vec<ShareRow> = page::named(words, &listing).query::<Backend>().load(conn).await?;
                let mut total = rows.as_slice().first().map(|row| row.total);
                if total.is_none() && listing.page.is_some_and(|page| page.offset() > 0) {
                    // Behind the last page there is nobody who could tell how many there are.
                    let first = Listing { page: Some(PageRequest::new(1, 1)), ..listing };
                    let rows: Vec<ShareRow> = page::named(words, &first).query::<Backend>().load(conn).await?;
                    total = rows.as_slice().first().map(|row| row.total);
                }
                let total = total.unwrap_or(0);
                let items = rows.into_iter().map(|row| Share { name: row.name, numbers: row.sums.into() }).collect();
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn realtime(&self, domain: &Domain, now: Timestamp) -> StoreResult<Realtime> {
        let domain = domain.clone();
        let scan = self.db.scan(move |conn| {
            async move {
                let names = conn.names(&domain).await?;
                let present: Option<PlaceRow> =
                    realtime::visitors(&domain, now).query::<Backend>().get_result(conn).await.optional()?;
                let minutes = realtime::minutes::<Backend>(&domain, now, names);
                let minutes: Vec<PlaceRow> = minutes.query::<Backend>().load(conn).await?;
                let pages: Vec<CountRow> = realtime::pages(&domain, now, names).query::<Backend>().load(conn).await?;
                let first = realtime::first_minute(now);
                let count = |minute| minutes.iter().find(|row| row.place == minute).map_or(0, |row| row.count);
                Ok(Realtime {
                    visitors: present.map_or(0, |row| row.count),
                    views: (0..i64::try_from(realtime::MINUTES).unwrap_or(0))
                        .map(|minute| count(first + minute))
                        .collect(),
                    pages: pages.into_iter().map(|row| (row.name, row.count)).collect(),
                })
            }
            .boxed()
        });
        scan.await
    }
}
