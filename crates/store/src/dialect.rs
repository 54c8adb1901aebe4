//! The few statements in which the two databases really differ.

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
