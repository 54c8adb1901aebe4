//! Throw-away databases.

use crate::witness::witness;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use mainstay_kernel::{Ids as _, SystemIds};
use mainstay_store::{Database, DatabaseOptions, PgConn};
use std::future::Future;
use tempfile::TempDir;

/// An empty database with all its tables, for one test.
pub struct TestDatabase {
    /// The database.
    pub database: Database,
    /// Its URL, for opening it once more, as another node would.
    pub url: String,
    /// Where a file of this test may lie; gone when the test ends.
    pub dir: TempDir,
}

impl TestDatabase {
    /// A SQLite file.
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("mainstay.db").display());
        Self::open(url, dir).await
    }

    /// A database of its own on the test server; none when there is no such server.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("MAINSTAY_TEST_POSTGRES_URL").ok()?;
        let name = format!("mainstay_test_{}", SystemIds.uuid().simple());
        administer(&server, &format!("CREATE DATABASE {name}")).await;
        witness("postgres");
        let url = with_database(&server, &name);
        Some(Self::open(url, TempDir::new().expect("a temporary folder")).await)
    }

    /// The same database as another node sees it.
    pub async fn another_node(&self) -> Database {
        Database::open(&self.url, &DatabaseOptions::default()).await.expect("the database opens")
    }

    async fn open(url: String, dir: TempDir) -> Self {
        let database = Database::open(&url, &DatabaseOptions::default()).await.expect("the database opens");
        Self { database, url, dir }
    }

    /// Drops it from the test server.
    pub(crate) async fn remove(self) {
        self.database.close().await;
        if let (Database::Postgres(_), Ok(server)) = (&self.database, std::env::var("MAINSTAY_TEST_POSTGRES_URL")) {
            let name = self.url.rsplit('/').next().and_then(|tail| tail.split('?').next()).unwrap_or_default();
            administer(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Plays a story on SQLite, and on PostgreSQL where there is a server for it.
pub async fn on_each_database<S, F>(story: S)
where
    S: Fn(Database) -> F,
    F: Future<Output = ()>,
{
    let sqlite = TestDatabase::sqlite().await;
    story(sqlite.database.clone()).await;
    sqlite.remove().await;
    match TestDatabase::postgres().await {
        Some(postgres) => {
            story(postgres.database.clone()).await;
            postgres.remove().await;
        }
        None => eprintln!("skipped on PostgreSQL: MAINSTAY_TEST_POSTGRES_URL is not set"),
    }
}

async fn administer(server: &str, statement: &str) {
    let mut connection = PgConn::establish(server).await.expect("the test server answers");
    connection.batch_execute(statement).await.expect("the test server obeys");
}

/// The server's URL with another database in its path.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(base, query)| (base, Some(query)));
    let authority_end = base.find("://").map_or(0, |at| at + 3);
    let path = base[authority_end..].find('/').map_or(base.len(), |at| authority_end + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &base[..path])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_path_of_the_servers_url_changes() {
        assert_eq!(with_database("postgres://u:p@h:1/postgres?a=b", "x"), "postgres://u:p@h:1/x?a=b");
        assert_eq!(with_database("postgres://h", "x"), "postgres://h/x");
    }
}
