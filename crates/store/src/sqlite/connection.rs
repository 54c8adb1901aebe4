//! A connection as the stores see it.

use diesel::connection::{CacheSize, Connection as _, Instrumentation, LoadConnection, SimpleConnection as _};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::row::IntoOwnedRow;
use diesel::sql_types::Untyped;
use diesel::sqlite::Sqlite;
use diesel::{ConnectionResult, RunQueryDsl, SqliteConnection};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::FutureExt as _;
use futures_util::stream::{self, Iter};
use std::future::{Future, Ready, ready};
use std::vec;

/// A SQLite connection that stores written for both databases can use: it offers what an asynchronous one does, and runs
/// each statement at once, on the thread that polls.
///
/// The wrapper of diesel-async is made for a hop to another thread. It has to own what it takes there, so it writes
/// each statement's text anew and copies what is bound to it; here a statement that was prepared before is found by its
/// type, without its text.
pub struct SqliteConn {
    inner: SqliteConnection,
    transactions: AnsiTransactionManager,
}

type BorrowedRow<'conn, 'query> = <SqliteConnection as LoadConnection>::Row<'conn, 'query>;
/// A row that outlives its statement.
type OwnedRow = <BorrowedRow<'static, 'static> as IntoOwnedRow<'static, Sqlite>>::OwnedRow;

impl SqliteConn {
    pub(super) fn new(inner: SqliteConnection) -> Self {
        Self { inner, transactions: AnsiTransactionManager::default() }
    }

    /// Diesel's own connection.
    pub(super) fn plain(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }

    /// Runs a statement that is [`Prepared`](crate::Prepared): gives how many rows it changed. Diesel's own way to run one asks
    /// a reference to it whether it may stay prepared, and a reference does not know.
    fn run_prepared(&mut self, statement: impl QueryFragment<Sqlite> + QueryId) -> QueryResult<usize> {
        self.rows(statement)?;
        let changed: i64 = RunQueryDsl::get_result(diesel::select(changes()), &mut self.inner)?;
        Ok(usize::try_from(changed).unwrap_or(0))
    }

    fn rows(&mut self, query: impl QueryFragment<Sqlite> + QueryId) -> QueryResult<Vec<QueryResult<OwnedRow>>> {
        let mut names = None;
        let rows = LoadConnection::load(&mut self.inner, AnyRows(query))?;
        rows.map(|row| Ok(Ok(row?.into_owned(&mut names)))).collect()
    }
}

/// Whether a statement is [`Prepared`](crate::Prepared): it stays prepared, though by what it is made of it would not.
fn is_prepared<Q: QueryFragment<Sqlite>>(statement: &Q) -> QueryResult<bool> {
    let would_stay = <&Q as QueryFragment<Sqlite>>::is_safe_to_cache_prepared(&statement, &Sqlite)?;
    Ok(!would_stay && statement.is_safe_to_cache_prepared(&Sqlite)?)
}

diesel::define_sql_function! {
    /// How many rows the last statement changed.
    fn changes() -> BigInt;
}

/// The outcome of a future over a [`SqliteConn`], which is complete at its first poll.
pub(super) fn at_once<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never().expect("store code awaits nothing but its connection")
}

/// A query whose rows are read by whoever loads them, and not by the type of the query.
#[derive(QueryId)]
struct AnyRows<Q>(Q);

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AnyRows<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &Sqlite) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

impl<Q> Query for AnyRows<Q> {
    type SqlType = Untyped;
}

impl SimpleAsyncConnection for SqliteConn {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.inner.batch_execute(query)
    }
}

impl AsyncConnectionCore for SqliteConn {
    type ExecuteFuture<'conn, 'query> = Ready<QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = Ready<QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = Iter<vec::IntoIter<QueryResult<OwnedRow>>>;
    type Row<'conn, 'query> = OwnedRow;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(self.rows(source.as_query()).map(stream::iter))
    }

    fn execute_returning_count<'conn, 'query, T>(&'conn mut self, source: T) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(is_prepared(&source).and_then(|is_prepared| {
            if is_prepared { self.run_prepared(source) } else { self.inner.execute_returning_count(&source) }
        }))
    }
}

impl AsyncConnection for SqliteConn {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(database_url: &str) -> ConnectionResult<Self> {
        SqliteConnection::establish(database_url).map(Self::new)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}

impl PoolableConnection for SqliteConn {}
