//! Deleting, of all workspaces.

use crate::day::Day;
use crate::domains::Settings;
use crate::schema::{
    tracking_cells, tracking_domains, tracking_events, tracking_values, tracking_visits, tracking_words,
};
use async_trait::async_trait;
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_store::{Database, Json, StoreResult, Ts, each_backend};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is to go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Of which domain.
    pub(super) domain: i64,
    /// From before which day; none for all.
    pub(super) before: Option<Day>,
}

/// Where what is old is deleted. Each method is one atomic step, and gives how many rows it deleted.
#[async_trait]
pub(crate) trait RetentionStore: Send + Sync {
    /// The domains that there are, and how many days each keeps what it has.
    async fn retentions(&self) -> StoreResult<Vec<(i64, u16)>>;
    /// The domains that anything is kept of.
    async fn domains_with_data(&self) -> StoreResult<BTreeSet<i64>>;
    /// Deletes visitors of days before.
    async fn delete_visitors(&self, before: Day, most: i64) -> StoreResult<usize>;
    /// Deletes visits, with their hits.
    async fn delete_visits(&self, scope: Scope, most: i64) -> StoreResult<usize>;
    /// Deletes cells.
    async fn delete_cells(&self, scope: Scope, most: i64) -> StoreResult<usize>;
    /// Deletes words of a domain that has no visits.
    async fn delete_words(&self, domain: i64, most: i64) -> StoreResult<usize>;
}

struct DieselRetentionStore<D> {
    db: D,
}

/// After every day.
const FOR_EVER: Day = Day(i32::MAX);

/// Finds the domains of a table. Its index is led by that column, so that this skips from one to the next.
macro_rules! find_domains {
    ($conn:expr, $table:ident, $found:expr) => {
        let mut last = Some(0);
        while let Some(before) = last {
            let next = $table::table.filter($table::domain_id.gt(before)).select(min($table::domain_id));
            last = next.first::<Option<i64>>($conn).await?;
            $found.extend(last);
        }
    };
}

#[each_backend]
#[async_trait]
impl RetentionStore for DieselRetentionStore<Db> {
    async fn retentions(&self) -> StoreResult<Vec<(i64, u16)>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let all = tracking_domains::table.select((tracking_domains::id, tracking_domains::settings));
                let rows: Vec<(i64, Json<Settings>)> = all.load(conn).await?;
                Ok(rows.into_iter().map(|(id, settings)| (id, settings.0.retention_days)).collect())
            }
            .boxed()
        });
        scan.await
    }

    async fn domains_with_data(&self) -> StoreResult<BTreeSet<i64>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let mut found = BTreeSet::new();
                find_domains!(conn, tracking_visits, found);
                find_domains!(conn, tracking_cells, found);
                find_domains!(conn, tracking_words, found);
                Ok(found)
            }
            .boxed()
        });
        scan.await
    }

    async fn delete_visitors(&self, before: Day, most: i64) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let old = diesel::sql_query(include_str!("store/visitors_delete.sql"))
                    .bind::<Integer, _>(before.0)
                    .bind::<BigInt, _>(most);
                Ok(old.execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }

    async fn delete_visits(&self, scope: Scope, most: i64) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let before = scope.before.unwrap_or(FOR_EVER).start();
                let old = tracking_visits::table
                    .filter(tracking_visits::domain_id.eq(scope.domain))
                    .filter(tracking_visits::started_at.lt(Ts(before)))
                    .order(tracking_visits::started_at)
                    .limit(most)
                    .select(tracking_visits::id);
                let ids: Vec<i64> = old.load(conn).await?;
                let hits = tracking_events::table.filter(tracking_events::visit_id.eq_any(&ids));
                diesel::delete(hits).execute(conn).await?;
                let values = tracking_values::table.filter(tracking_values::visit_id.eq_any(&ids));
                diesel::delete(values).execute(conn).await?;
                let visits = tracking_visits::table.filter(tracking_visits::id.eq_any(&ids));
                Ok(diesel::delete(visits).execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }

    async fn delete_cells(&self, scope: Scope, most: i64) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let old = diesel::sql_query(include_str!("store/cells_delete.sql"))
                    .bind::<BigInt, _>(scope.domain)
                    .bind::<Integer, _>(scope.before.unwrap_or(FOR_EVER).0)
                    .bind::<BigInt, _>(most);
                Ok(old.execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }

    async fn delete_words(&self, domain: i64, most: i64) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let some = tracking_words::table.filter(tracking_words::domain_id.eq(domain)).limit(most);
                let ids: Vec<i64> = some.select(tracking_words::id).load(conn).await?;
                let words = tracking_words::table.filter(tracking_words::id.eq_any(ids));
                Ok(diesel::delete(words).execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }
}

/// Deletes in this database.
pub(crate) fn open(database: &Database) -> Arc<dyn RetentionStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselRetentionStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselRetentionStore { db: db.clone() }),
    }
}
