//! One caller's part of a group's transaction.

use super::SqliteConn;
use crate::error::StoreResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl as _;

macro_rules! statement {
    ($name:ident = $sql:literal) => {
        // Diesel keeps it prepared under this id; its own savepoints are compiled anew each time.
        #[derive(QueryId)]
        struct $name;

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }
    };
}

statement!(Open = "SAVEPOINT caller");
statement!(Keep = "RELEASE caller");
statement!(Undo = "ROLLBACK TO caller");

/// Does `work` so that nothing of it stays when it fails.
///
/// # Errors
/// What `work` says, or the database when it cannot open or keep the savepoint.
pub(super) async fn within<R>(
    connection: &mut SqliteConn,
    work: impl AsyncFnOnce(&mut SqliteConn) -> StoreResult<R>,
) -> StoreResult<R> {
    Open.execute(connection).await?;
    match work(connection).await {
        Ok(result) => {
            Keep.execute(connection).await?;
            Ok(result)
        }
        Err(refused) => {
            // Without its transaction, which a full disk ends for one, there is nothing left to undo; the writer
            // notices by itself.
            if Undo.execute(connection).await.is_ok() {
                Keep.execute(connection).await?;
            }
            Err(refused)
        }
    }
}
