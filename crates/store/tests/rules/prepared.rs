//! What stays prepared, and what does not.

use crate::raw::{connection_to, url_of};
use async_trait::async_trait;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use mainstay_store::{Database, PgConn, Prepare as _, SqliteConn, each_backend};
use mainstay_testkit::on_each_database;
use std::sync::{Arc, Mutex};

diesel::table! {
    things (n) {
        n -> BigInt,
        size -> BigInt,
    }
}

const TABLE: &str = "CREATE TEMPORARY TABLE things (n bigint NOT NULL PRIMARY KEY, size bigint NOT NULL);
    INSERT INTO things VALUES (1, 0), (2, 0)";

/// The updates of which each connection below is asked, twice each.
#[async_trait]
trait Updates {
    async fn update_anew(&mut self);
    async fn update_prepared(&mut self);
    async fn update_lists(&mut self);
}

#[each_backend]
#[async_trait]
impl Updates for Conn {
    async fn update_anew(&mut self) {
        for n in [1, 2] {
            let update = diesel::update(things::table.find(n)).set(things::size.eq(1));
            assert_eq!(update.execute(self).await, Ok(1));
        }
    }

    async fn update_prepared(&mut self) {
        for n in [1, 2] {
            let update = diesel::update(things::table.find(n)).set(things::size.eq(2)).prepared();
            assert_eq!(update.execute(self).await, Ok(1));
        }
    }

    async fn update_lists(&mut self) {
        for list in [vec![1], vec![1, 2]] {
            let changed = list.len();
            let listed = things::table.filter(things::n.eq_any(list));
            let update = diesel::update(listed).set(things::size.eq(3)).prepared_with_lists();
            assert_eq!(update.execute(self).await, Ok(changed));
        }
    }
}

/// How many updates a connection keeps prepared.
#[async_trait]
trait Keeping: Updates {
    async fn count(&mut self) -> i64;
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[async_trait]
impl Keeping for PgConn {
    async fn count(&mut self) -> i64 {
        let kept = diesel::sql_query("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'UPDATE%'");
        kept.get_result::<Kept>(self).await.expect("a count").count
    }
}

/// An SQLite connection, and what Diesel tells of it.
struct Watched(SqliteConn, Arc<Mutex<i64>>);

impl Watched {
    async fn new() -> Self {
        let kept = Arc::new(Mutex::new(0));
        let mut conn = SqliteConn::establish(":memory:").await.expect("a connection");
        conn.batch_execute(TABLE).await.expect("a table");
        conn.set_instrumentation(Noting(Arc::clone(&kept)));
        Self(conn, kept)
    }
}

/// Counts the updates that are prepared to stay.
struct Noting(Arc<Mutex<i64>>);

impl Instrumentation for Noting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            *self.0.lock().expect("no panic") += i64::from(sql.starts_with("UPDATE"));
        }
    }
}

#[async_trait]
impl Updates for Watched {
    async fn update_anew(&mut self) {
        self.0.update_anew().await;
    }

    async fn update_prepared(&mut self) {
        self.0.update_prepared().await;
    }

    async fn update_lists(&mut self) {
        self.0.update_lists().await;
    }
}

#[async_trait]
impl Keeping for Watched {
    async fn count(&mut self) -> i64 {
        *self.1.lock().expect("no panic")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_stays_prepared_where_that_is_asked_for_and_its_text_is_one_of_few() {
    on_each_database(|database| async move {
        let (mut conn, with_lists): (Box<dyn Keeping + Send>, _) = match database {
            Database::Sqlite(_) => (Box::new(Watched::new().await), 1),
            Database::Postgres(_) => {
                let mut conn = connection_to(&url_of(&database).await).await;
                conn.batch_execute(TABLE).await.expect("a table");
                (Box::new(conn), 2)
            }
        };
        conn.update_anew().await;
        assert_eq!(conn.count().await, 0);
        conn.update_prepared().await;
        assert_eq!(conn.count().await, 1);
        conn.update_lists().await;
        assert_eq!(conn.count().await, with_lists, "a list is one parameter on PostgreSQL alone");
    })
    .await;
}

#[derive(QueryableByName)]
struct IsOn {
    #[diesel(sql_type = Bool)]
    is_on: bool,
}

/// SQLite tells of no statement that it planned anew, but whether it is made not to.
#[tokio::test]
async fn sqlite_plans_a_prepared_statement_once_whatever_is_bound_to_it() {
    let mut conn = SqliteConn::establish(":memory:").await.expect("a connection");
    let asked = diesel::sql_query("SELECT sqlite_compileoption_used('ENABLE_QPSG') AS is_on");
    assert!(asked.get_result::<IsOn>(&mut conn).await.expect("an option").is_on);
}
