//! The baseline of durable writes: one thread, one connection, one commit for every request. It writes what Mainstay
//! writes (a workspace with its first member and the event; a session's next generation and the notice of it; a use, what
//! its hour comes to, and the meter), with the same indexes, so that what is compared is the committing.

use crate::sql::Sql;
use crate::{creation, recording, renewal};
use anyhow::Context as _;
use diesel::QueryResult;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

type Done = oneshot::Sender<QueryResult<()>>;

/// What is committed for a request.
#[derive(Debug)]
pub(crate) enum Transaction {
    /// A workspace of this name.
    Creation(String),
    /// The next generation of a session, each time another's.
    Renewal,
    /// So many uses of a workspace, each time another's.
    Recording(usize),
}

/// Hands transactions to the thread that commits them one by one.
#[derive(Debug, Clone)]
pub(crate) struct Committer(mpsc::Sender<(Transaction, Done)>);

impl Committer {
    /// Makes the tables on the database at `url` and starts the thread.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) fn start(url: &str) -> anyhow::Result<Self> {
        let mut sql = Sql::open(url)?;
        creation::make_tables(&mut sql)?;
        renewal::make_tables(&mut sql)?;
        recording::make_tables(&mut sql)?;
        let (sender, transactions) = mpsc::channel::<(Transaction, Done)>();
        thread::spawn(move || {
            for (number, (transaction, done)) in (0..).zip(transactions) {
                let result = match transaction {
                    Transaction::Creation(name) => creation::create(&mut sql, &name),
                    Transaction::Renewal => renewal::renew(&mut sql, number),
                    Transaction::Recording(uses) => recording::record(&mut sql, number, uses),
                };
                // A caller that went away does not need the answer.
                let _ = done.send(result);
            }
        });
        Ok(Self(sender))
    }

    /// Returns when the transaction is on disk.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(crate) async fn commit(&self, transaction: Transaction) -> anyhow::Result<()> {
        let (done, answer) = oneshot::channel();
        self.0.send((transaction, done)).ok().context("the writing thread has ended")?;
        answer.await.context("the writing thread has ended")??;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committer(dir: &tempfile::TempDir) -> (Committer, String) {
        let url = format!("sqlite://{}", dir.path().join("commits.db").display());
        (Committer::start(&url).expect("a committer"), url)
    }

    #[tokio::test]
    async fn a_name_is_committed_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let (committer, url) = committer(&dir);
        let first = || Transaction::Creation("First One".to_owned());
        committer.commit(first()).await.expect("committed");
        assert!(committer.commit(first()).await.is_err());
        let mut sql = Sql::open(&url).expect("a connection");
        assert_eq!(creation::create(&mut sql, "Second One"), Ok(()));
    }

    #[tokio::test]
    async fn sessions_are_moved_on_in_turn() {
        let dir = tempfile::tempdir().expect("a directory");
        let (committer, url) = committer(&dir);
        for _ in 0..=renewal::SESSIONS {
            committer.commit(Transaction::Renewal).await.expect("committed");
        }
        let expected = format!(
            "CREATE TABLE tally (moved_on INTEGER CHECK (moved_on = {sessions} + 1), told INTEGER CHECK (told = moved_on)) STRICT;
             INSERT INTO tally SELECT (SELECT sum(generation) FROM sessions), (SELECT count(*) FROM changes);
             CREATE TABLE most (generation INTEGER CHECK (generation = 2)) STRICT;
             INSERT INTO most SELECT max(generation) FROM sessions;",
            sessions = renewal::SESSIONS
        );
        assert_eq!(Sql::open(&url).expect("a connection").run(&expected), Ok(()));
    }

    #[tokio::test]
    async fn uses_are_recorded_with_what_they_come_to() {
        let dir = tempfile::tempdir().expect("a directory");
        let (committer, url) = committer(&dir);
        for _ in 0..=recording::WORKSPACES {
            committer.commit(Transaction::Recording(3)).await.expect("committed");
        }
        let expected = format!(
            "CREATE TABLE tally (records INTEGER CHECK (records = 3 * ({workspaces} + 1)),
                 hours INTEGER CHECK (hours = records), used INTEGER CHECK (used = records)) STRICT;
             INSERT INTO tally SELECT (SELECT count(*) FROM usage_records), (SELECT sum(total) FROM usage_hours),
                 (SELECT sum(used) FROM usage_meters);
             CREATE TABLE most (used INTEGER CHECK (used = 6)) STRICT;
             INSERT INTO most SELECT max(used) FROM usage_meters;",
            workspaces = recording::WORKSPACES
        );
        assert_eq!(Sql::open(&url).expect("a connection").run(&expected), Ok(()));
    }
}
