//! Statements that stay prepared.
//!
//! Diesel prepares each `UPDATE`, upsert and piece of raw SQL anew, because its text may be another one next time: a
//! changeset leaves out what is `None`, a list is as long as it is. On SQLite that costs more than many a small
//! statement itself, on PostgreSQL a message to the server and back.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

/// A statement that each connection keeps prepared, found again by its text.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<Q> {
    statement: Q,
    has_lists: bool,
}

/// Keeps statements prepared. For those whose text is one of few.
pub trait Prepare: Sized {
    /// This statement, kept prepared.
    fn prepared(self) -> Prepared<Self> {
        Prepared { statement: self, has_lists: false }
    }

    /// This statement, which names lists, kept prepared on PostgreSQL, where a list is a single parameter. On SQLite it has
    /// as many as the list has members.
    fn prepared_with_lists(self) -> Prepared<Self> {
        Prepared { statement: self, has_lists: true }
    }
}

impl<Q: QueryId> Prepare for Q {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, backend: &Sqlite) -> QueryResult<bool> {
        if self.has_lists { self.statement.is_safe_to_cache_prepared(backend) } else { Ok(true) }
    }
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
