//! The few statements in which the two databases really differ.

use crate::error::StoreResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

macro_rules! lock {
    ($(#[$doc:meta])* $name:ident = $clause:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<Q>(pub Q);

        impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for $name<Q> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                self.0.walk_ast(out.reborrow())?;
                out.push_sql($clause);
                Ok(())
            }
        }

        impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for $name<Q> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                self.0.walk_ast(out)
            }
        }

        impl<Q: Query> Query for $name<Q> {
            type SqlType = Q::SqlType;
        }

        impl<Q> QueryId for $name<Q> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}

lock!(
    /// Rows of a query that no other worker is about to take.
    ///
    /// PostgreSQL skips locked rows and locks the rest; SQLite's one writer is alone anyway.
    Unlocked = " FOR UPDATE SKIP LOCKED"
);

lock!(
    /// Rows of a query, held against changes by others until the transaction ends.
    ///
    /// On PostgreSQL rows that only refer to them may still be added; SQLite's one writer is alone
    /// anyway.
    Locked = " FOR NO KEY UPDATE"
);

/// Adds rows: on PostgreSQL with one statement, on SQLite, where a statement that is kept prepared costs next to nothing,
/// with one each. Implemented by [`insert_rows`](crate::insert_rows).
pub trait InsertRows<R, O> {
    /// Adds the rows and gives what the database says of each, in no order. PostgreSQL takes 65 535 values at once.
    fn insert_rows(&mut self, rows: Vec<R>) -> impl Future<Output = StoreResult<Vec<O>>> + Send;
}

/// Implements [`InsertRows`](crate::dialect::InsertRows) for the rows of a table:
/// `insert_rows!(NewRow<'r> into things, returning things::id => i64);`
#[macro_export]
macro_rules! insert_rows {
    ($row:ident $(<$lifetime:lifetime>)? into $table:ident, returning $columns:expr => $out:ty) => {
        impl $(<$lifetime>)? $crate::dialect::InsertRows<$row $(<$lifetime>)?, $out> for $crate::SqliteConn {
            async fn insert_rows(&mut self, rows: Vec<$row $(<$lifetime>)?>) -> $crate::StoreResult<Vec<$out>> {
                let mut added = Vec::with_capacity(rows.len());
                for row in rows {
                    let insert = ::diesel::insert_into($table::table).values(row).returning($columns);
                    added.push(::diesel_async::RunQueryDsl::get_result(insert, self).await?);
                }
                Ok(added)
            }
        }

        impl $(<$lifetime>)? $crate::dialect::InsertRows<$row $(<$lifetime>)?, $out> for $crate::PgConn {
            async fn insert_rows(&mut self, mut rows: Vec<$row $(<$lifetime>)?>) -> $crate::StoreResult<Vec<$out>> {
                // The statement for a single row is always the same, and kept prepared.
                if rows.len() < 2 {
                    let Some(row) = rows.pop() else { return Ok(Vec::new()) };
                    let insert = ::diesel::insert_into($table::table).values(row).returning($columns);
                    return Ok(vec![::diesel_async::RunQueryDsl::get_result(insert, self).await?]);
                }
                let insert = ::diesel::insert_into($table::table).values(rows).returning($columns);
                Ok(::diesel_async::RunQueryDsl::get_results(insert, self).await?)
            }
        }
    };
}

diesel::define_sql_function! {
    /// Text with its letters in lower case. SQLite folds ASCII letters only.
    fn lower(text: Text) -> Text;
}

/// A `LIKE` pattern, with `\` as the escape character, for texts in lower case that contain `part`.
pub fn containing(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for letter in part.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_the_searched_text_stand_for_themselves() {
        assert_eq!(containing("50%_a\\B"), "%50\\%\\_a\\\\b%");
    }
}
