//! People who leave for good. Each domain ends what it keeps of them, in the one transaction that deletes them.

use crate::error::StoreResult;
use crate::{PgConn, SqliteConn};
use async_trait::async_trait;
use mainstay_kernel::{Tie, Timestamp, UserId};

/// Who leaves, and when.
#[derive(Debug, Clone, Copy)]
pub struct Departing {
    /// The person.
    pub person: UserId,
    /// When.
    pub at: Timestamp,
}

/// What was [announced](crate::changes), and this node is yet to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Under which topic.
    pub topic: &'static str,
    /// What of it.
    pub subject: String,
}

/// A domain's part in somebody's departure, over a connection `C` and inside its transaction.
#[async_trait]
pub trait Depart<C: Send>: Send + Sync {
    /// What would have nobody to run it without them, held until the transaction ends. While there is something of any
    /// domain, nobody departs.
    async fn ties(&self, conn: &mut C, who: Departing) -> StoreResult<Vec<Tie>>;

    /// Ends all that is theirs and tells of it; gives what was announced. What is left goes by cascade.
    async fn depart(&self, conn: &mut C, who: Departing) -> StoreResult<Vec<Announced>>;
}

/// A domain's part in somebody's departure, in either database.
pub trait Departs: Depart<SqliteConn> + Depart<PgConn> {
    /// Forgets, once the transaction has ended, what it announced; other nodes hear of it by themselves.
    fn forget(&self, announced: &Announced);
}
