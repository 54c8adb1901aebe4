//! Either database in plain SQL.

use async_trait::async_trait;
use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use mainstay_store::{Database, DatabaseOptions, PgConn, SqliteDb, StoreError, StoreResult, each_backend};
use std::sync::Arc;

/// Statements and queries as text.
#[async_trait]
pub(crate) trait Raw: Send + Sync {
    /// Runs statements in one write.
    async fn run(&self, sql: &str) -> StoreResult<()>;
    /// Runs statements in a write that then fails.
    async fn run_and_fail(&self, sql: &str) -> StoreResult<()>;
    /// Runs statements where only reading is meant.
    async fn run_as_reader(&self, sql: &str) -> StoreResult<()>;
    /// The column `line` of what a query finds.
    async fn lines(&self, sql: &str) -> StoreResult<Vec<String>>;
    /// The same query twice in one scan, and what happens between.
    async fn lines_around(&self, sql: &str, between: Box<dyn FnOnce() + Send>) -> StoreResult<[Vec<String>; 2]>;
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    line: String,
}

#[each_backend]
#[async_trait]
impl Raw for Db {
    async fn run(&self, sql: &str) -> StoreResult<()> {
        let sql = sql.to_owned();
        self.write(move |conn| async move { Ok(conn.batch_execute(&sql).await?) }.boxed()).await
    }

    async fn run_and_fail(&self, sql: &str) -> StoreResult<()> {
        let sql = sql.to_owned();
        self.write(move |conn| {
            async move {
                conn.batch_execute(&sql).await?;
                Err(StoreError::Damaged("on purpose".to_owned()))
            }
            .boxed()
        })
        .await
    }

    async fn run_as_reader(&self, sql: &str) -> StoreResult<()> {
        let sql = sql.to_owned();
        self.read(move |conn| async move { Ok(conn.batch_execute(&sql).await?) }.boxed()).await
    }

    async fn lines(&self, sql: &str) -> StoreResult<Vec<String>> {
        let sql = sql.to_owned();
        let found: Vec<Found> =
            self.read(move |conn| async move { Ok(sql_query(sql).load(conn).await?) }.boxed()).await?;
        Ok(texts(found))
    }

    async fn lines_around(&self, sql: &str, between: Box<dyn FnOnce() + Send>) -> StoreResult<[Vec<String>; 2]> {
        let sql = sql.to_owned();
        let scan = self.scan(move |conn| {
            async move {
                let before = sql_query(&sql).load(conn).await?;
                between();
                Ok([texts(before), texts(sql_query(&sql).load(conn).await?)])
            }
            .boxed()
        });
        scan.await
    }
}

fn texts(found: Vec<Found>) -> Vec<String> {
    found.into_iter().map(|found| found.line).collect()
}

/// This database in plain SQL.
pub(crate) fn raw(database: &Database) -> Arc<dyn Raw> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}

/// A table `things` of numbers, for tests to write to.
pub(crate) async fn things(database: &Database) -> Arc<dyn Raw> {
    let raw = raw(database);
    raw.run("CREATE TABLE things (n bigint NOT NULL PRIMARY KEY)").await.expect("a table");
    raw
}

/// The numbers in `things`, in order.
pub(crate) async fn numbers(raw: &Arc<dyn Raw>) -> Vec<i64> {
    let lines = raw.lines("SELECT CAST(n AS text) AS line FROM things ORDER BY n").await.expect("numbers");
    lines.iter().map(|line| line.parse().expect("a number")).collect()
}

/// A statement that adds a number to `things`.
pub(crate) fn add(n: i64) -> String {
    format!("INSERT INTO things (n) VALUES ({n})")
}

/// Where this database is.
pub(crate) async fn url_of(database: &Database) -> String {
    let (postgres, query) = match database {
        Database::Sqlite(_) => (None, "SELECT file AS line FROM pragma_database_list WHERE name = 'main'"),
        Database::Postgres(_) => (Some(server()), "SELECT CAST(current_database() AS text) AS line"),
    };
    let name = raw(database).lines(query).await.expect("a name").remove(0);
    postgres.map_or_else(|| format!("sqlite://{name}"), |server| of_server(&server, &name))
}

/// This database as another node sees it.
pub(crate) async fn another_node(database: &Database) -> Database {
    Database::open(&url_of(database).await, &DatabaseOptions::default()).await.expect("the database opens")
}

/// A connection of its own to a PostgreSQL database.
pub(crate) async fn connection_to(url: &str) -> PgConn {
    PgConn::establish(url).await.expect("the server answers")
}

/// The test server.
pub(crate) fn server() -> String {
    std::env::var("MAINSTAY_TEST_POSTGRES_URL").expect("a PostgreSQL database has a server")
}

/// The URL of another database on the server.
pub(crate) fn of_server(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, String::new()), |(b, q)| (b, format!("?{q}")));
    let (authority, _) = base.rsplit_once('/').expect("the test server's URL names a database");
    format!("{authority}/{name}{query}")
}

/// The handle inside, of a test for SQLite alone.
pub(crate) fn sqlite(database: &Database) -> SqliteDb {
    match database {
        Database::Sqlite(db) => db.clone(),
        Database::Postgres(_) => panic!("this test is for SQLite"),
    }
}
