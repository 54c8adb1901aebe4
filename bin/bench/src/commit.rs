//! The baseline of durable writes: one thread, one connection, one commit for every request. It writes what Mainstay
//! writes for a new workspace (the workspace, its first member, the event), with the same indexes, so that what is
//! compared is the committing.

use crate::creation;
use crate::sql::Sql;
use anyhow::Context as _;
use diesel::QueryResult;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

type Done = oneshot::Sender<QueryResult<()>>;

/// Hands rows to the thread that commits them one by one.
#[derive(Debug, Clone)]
pub(crate) struct Committer(mpsc::Sender<(String, Done)>);

impl Committer {
    /// Makes the tables on the database at `url` and starts the thread.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) fn start(url: &str) -> anyhow::Result<Self> {
        let mut sql = Sql::open(url)?;
        creation::make_tables(&mut sql)?;
        let (sender, rows) = mpsc::channel::<(String, Done)>();
        thread::spawn(move || {
            for (name, done) in rows {
                // A caller that went away does not need the answer.
                let _ = done.send(creation::create(&mut sql, &name));
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
        assert_eq!(creation::create(&mut sql, "Second One"), Ok(()));
    }
}
