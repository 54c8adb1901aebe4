//! The baseline of durable writes: one thread, one connection, one commit for every request.

use crate::sql::Sql;
use anyhow::Context as _;
use diesel::ExpressionMethods as _;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

diesel::table! {
    creations (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
    }
}

type Done = oneshot::Sender<diesel::QueryResult<usize>>;

/// Hands rows to the thread that commits them one by one.
#[derive(Debug, Clone)]
pub(crate) struct Committer(mpsc::Sender<(String, Done)>);

impl Committer {
    /// Makes the table on the database at `url` and starts the thread.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) fn start(url: &str) -> anyhow::Result<Self> {
        let mut sql = Sql::open(url)?;
        sql.run(match sql {
            Sql::Sqlite(_) => {
                "CREATE TABLE creations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE) STRICT"
            }
            Sql::Postgres(..) => {
                "CREATE TABLE creations (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                 name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE)"
            }
        })?;
        let (sender, rows) = mpsc::channel::<(String, Done)>();
        thread::spawn(move || {
            for (name, done) in rows {
                // A caller that went away does not need the answer.
                let _ = done.send(insert(&mut sql, &name));
            }
        });
        Ok(Self(sender))
    }

    /// Returns when the row is on disk.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(crate) async fn commit(&self, name: String) -> anyhow::Result<()> {
        let (done, answer) = oneshot::channel();
        self.0.send((name, done)).ok().context("the writing thread has ended")?;
        answer.await.context("the writing thread has ended")??;
        Ok(())
    }
}

fn insert(sql: &mut Sql, name: &str) -> diesel::QueryResult<usize> {
    let slug = name.to_lowercase().replace(' ', "-");
    let row = (creations::name.eq(name), creations::slug.eq(slug));
    let statement = diesel::insert_into(creations::table).values(row);
    match sql {
        Sql::Sqlite(connection) => diesel::RunQueryDsl::execute(statement, connection),
        Sql::Postgres(connection, runtime) => {
            runtime.block_on(diesel_async::RunQueryDsl::execute(statement, connection))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_committed_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("commits.db").display());
        let committer = Committer::start(&url).expect("a committer");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(committer.commit("First One".to_owned())).expect("committed");
        assert!(runtime.block_on(committer.commit("First One".to_owned())).is_err());
        let mut sql = Sql::open(&url).expect("a connection");
        assert_eq!(insert(&mut sql, "Second One"), Ok(1));
    }
}
