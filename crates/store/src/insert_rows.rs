//! Adding many rows at once.

use crate::error::StoreResult;
use diesel::dsl::SqlTypeOf;
use diesel::sql_types::Array;

/// The type of an array of a column's values.
pub type ArrayOf<Column> = Array<SqlTypeOf<Column>>;

/// Adds rows: on PostgreSQL all of them with one statement, on SQLite, where a statement that is kept prepared costs next
/// to nothing, with one each. Implemented by [`insert_rows`](crate::insert_rows!).
pub trait InsertRows<R, O> {
    /// Adds the rows and gives what the database says of each, in no order.
    fn insert_rows(&mut self, rows: Vec<R>) -> impl Future<Output = StoreResult<Vec<O>>> + Send;
}

/// Declares the new rows of a table, and implements [`InsertRows`] for them. One such declaration fits into a
/// module:
///
/// ```text
/// insert_rows! {
///     struct NewRow<'r> into things { name: &'r str, size: i64 }
///     returning (id) => i64
/// }
/// ```
///
/// PostgreSQL is given an array for each column: the text of the statement is the same for any number of rows, and it
/// stays prepared.
#[macro_export]
macro_rules! insert_rows {
    (
        $(#[$attribute:meta])*
        struct $row:ident $(<$lifetime:lifetime>)? into $table:ident {
            $first:ident: $first_value:ty $(, $column:ident: $value:ty)* $(,)?
        }
        returning ($returned:ident $(, $also_returned:ident)*) => $out:ty
    ) => {
        $(#[$attribute])*
        #[derive(::diesel::Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        struct $row $(<$lifetime>)? {
            $first: $first_value,
            $($column: $value,)*
        }

        impl $(<$lifetime>)? $crate::insert_rows::InsertRows<$row $(<$lifetime>)?, $out> for $crate::SqliteConn {
            async fn insert_rows(&mut self, rows: Vec<$row $(<$lifetime>)?>) -> $crate::StoreResult<Vec<$out>> {
                let mut added = Vec::with_capacity(rows.len());
                for row in rows {
                    let insert = ::diesel::insert_into($table::table).values(row);
                    let insert = insert.returning(($table::$returned $(, $table::$also_returned)*));
                    added.push(::diesel_async::RunQueryDsl::get_result(insert, self).await?);
                }
                Ok(added)
            }
        }

        impl $(<$lifetime>)? $crate::insert_rows::InsertRows<$row $(<$lifetime>)?, $out> for $crate::PgConn {
            async fn insert_rows(&mut self, rows: Vec<$row $(<$lifetime>)?>) -> $crate::StoreResult<Vec<$out>> {
                if rows.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(::diesel_async::RunQueryDsl::get_results(InsertArrays::from(rows), self).await?)
            }
        }

        /// The rows, turned into an array for each column.
        struct InsertArrays $(<$lifetime>)? {
            $first: Vec<$first_value>,
            $($column: Vec<$value>,)*
        }

        impl $(<$lifetime>)? From<Vec<$row $(<$lifetime>)?>> for InsertArrays $(<$lifetime>)? {
            fn from(rows: Vec<$row $(<$lifetime>)?>) -> Self {
                let room = rows.len();
                let mut arrays =
                    Self { $first: Vec::with_capacity(room), $($column: Vec::with_capacity(room),)* };
                for row in rows {
                    arrays.$first.push(row.$first);
                    $(arrays.$column.push(row.$column);)*
                }
                arrays
            }
        }

        impl $(<$lifetime>)? ::diesel::query_builder::QueryFragment<::diesel::pg::Pg>
            for InsertArrays $(<$lifetime>)?
        {
            fn walk_ast<'b>(
                &'b self,
                mut out: ::diesel::query_builder::AstPass<'_, 'b, ::diesel::pg::Pg>,
            ) -> ::diesel::result::QueryResult<()> {
                out.push_sql(concat!("INSERT INTO ", stringify!($table), " (", stringify!($first)));
                out.push_sql(concat!($(", ", stringify!($column),)* ") SELECT * FROM unnest("));
                out.push_bind_param::<$crate::insert_rows::ArrayOf<$table::$first>, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<$crate::insert_rows::ArrayOf<$table::$column>, _>(&self.$column)?;
                )*
                out.push_sql(concat!(") RETURNING ", stringify!($returned) $(, ", ", stringify!($also_returned))*));
                Ok(())
            }
        }

        impl $(<$lifetime>)? ::diesel::query_builder::Query for InsertArrays $(<$lifetime>)? {
            type SqlType = ::diesel::dsl::SqlTypeOf<($table::$returned $(, $table::$also_returned)*)>;
        }

        impl $(<$lifetime>)? ::diesel::query_builder::QueryId for InsertArrays $(<$lifetime>)? {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}
