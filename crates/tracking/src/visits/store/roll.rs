//! Rolling up, written once for both databases.

use super::cells::AddCells as _;
use super::hits::KeepHits as _;
use super::inbox::{TakeHits as _, Taken};
use super::turn::TakeTurn as _;
use super::visitors::KeepVisitors as _;
use super::visits::{KeepVisits as _, MoveVisits as _};
use super::words::NumberWords as _;
use super::{Rolled, Tell, VisitStore};
use crate::aims::Targets as _;
use crate::domains::DomainId;
use crate::intake::Hit;
use crate::schema::tracking_inbox::dsl;
use crate::visits::book::Book;
use crate::visits::lexicon::Lexicon;
use crate::visits::open_visit::{OpenVisit, VisitorKey};
use async_trait::async_trait;
use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, each_backend};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Visits over the handle `D`.
pub(super) struct DieselVisitStore<D> {
    pub(super) db: D,
}

#[async_trait]
trait Steps {
    /// Opens a book with all that must be known of these hits.
    async fn open_book(&mut self, lexicon: Lexicon, hits: &[Hit]) -> StoreResult<Book>;
    /// Writes what hits have changed.
    async fn close_book(&mut self, book: Book, tell: &Tell) -> StoreResult<Lexicon>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn open_book(&mut self, mut lexicon: Lexicon, hits: &[Hit]) -> StoreResult<Book> {
        for (domain, word, number) in self.number_words(lexicon.unknown(hits)).await? {
            lexicon.learn(domain, word, number);
        }
        let ids = |hit: &Hit| [Some(hit.visitor.today), hit.visitor.yesterday].into_iter().flatten();
        let people = hits.iter().filter(|hit| hit.bot.is_none());
        let keys: BTreeSet<VisitorKey> =
            people.flat_map(|hit| ids(hit).map(|id| (hit.domain, id)).collect::<Vec<_>>()).collect();
        let visitors = self.read_visitors(keys).await?.into_iter().collect();
        let last_visit = self.last_visit().await?;
        let mut targets: HashMap<DomainId, Vec<_>> = HashMap::new();
        for target in self.targets(hits.iter().map(|hit| hit.domain.0).collect()).await? {
            targets.entry(DomainId(target.domain)).or_default().push(Arc::new(target));
        }
        Ok(Book { lexicon, visitors, last_visit, targets, ..Book::default() })
    }

    async fn close_book(&mut self, book: Book, tell: &Tell) -> StoreResult<Lexicon> {
        let Book { lexicon, visitors, begun, changed, seen, over, hits, cells, reached, .. } = book;
        let at = |key: &VisitorKey| Some((*key, visitors.get(key)?.visit));
        let mut added: Vec<(VisitorKey, OpenVisit)> = begun.values().filter_map(at).collect();
        added.extend(over.iter().filter(|over| over.is_new).map(|over| (over.key, over.visit)));
        added.sort_unstable_by_key(|(_, visit)| visit.id);
        let mut moved: Vec<OpenVisit> = changed.values().filter_map(at).map(|(_, visit)| visit).collect();
        moved.extend(over.iter().filter(|over| !over.is_new).map(|over| over.visit));
        self.add_visits(&added).await?;
        self.move_visits(&moved).await?;
        self.keep_hits(hits).await?;
        let seen: Vec<_> = seen.iter().filter_map(|key| Some((*key, visitors.get(key)?))).collect();
        self.write_visitors(&seen).await?;
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_unstable_by_key(|(cell, _)| *cell);
        self.add_cells(&cells).await?;
        for reached in &reached {
            self.append(&tell(reached)).await?;
        }
        Ok(lexicon)
    }
}

#[each_backend]
#[async_trait]
impl VisitStore for DieselVisitStore<Db> {
    async fn roll(&self, lexicon: Lexicon, tell: Tell) -> StoreResult<(Rolled, Lexicon)> {
        let write = self.db.write(move |conn| {
            async move {
                if !conn.take_turn().await? {
                    return Ok((Rolled::default(), lexicon));
                }
                let Taken { hits, bytes, is_more } = conn.take_hits().await?;
                let rolled = Rolled { hits: hits.len(), bytes, is_more };
                if hits.is_empty() {
                    return Ok((rolled, lexicon));
                }
                let mut book = conn.open_book(lexicon, &hits).await?;
                for hit in hits {
                    book.take(hit);
                }
                Ok((rolled, conn.close_book(book, &tell).await?))
            }
            .boxed()
        });
        write.await
    }

    async fn waiting(&self) -> StoreResult<Option<(i64, i64)>> {
        let read = self.db.read(move |conn| {
            async move {
                let ends: (Option<i64>, Option<i64>) =
                    dsl::tracking_inbox.select((max(dsl::id), min(dsl::id))).first(conn).await?;
                Ok(ends.0.zip(ends.1))
            }
            .boxed()
        });
        read.await
    }
}
