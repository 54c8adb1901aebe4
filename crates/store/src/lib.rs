#![doc = include_str!("../README.md")]

// So that `#[each_backend]`, which names this crate, also works inside it.
extern crate self as mainstay_store;

pub mod audit;
pub mod batches;
pub mod changes;
pub mod column;
pub mod database;
pub mod departure;
pub mod dialect;
pub mod error;
pub mod gather;
pub mod idempotency;
pub mod insert_rows;
pub mod installation;
pub mod jobs;
pub mod limits;
pub mod migrations;
pub mod origin;
pub mod outbox;
pub mod postgres;
pub mod prepared;
pub mod remembered;
mod schema;
pub mod sqlite;
pub mod used;

pub use batches::in_batches;
pub use changes::Changes;
pub use column::{Id, Json, JsonDoc, Ts, UtcTimestamp, UuidKey};
pub use database::{Database, DatabaseOptions};
pub use error::{StoreError, StoreResult};
pub use gather::Gather;
pub use mainstay_store_macros::each_backend;
pub use postgres::{PgConn, PgDb};
pub use prepared::{Prepare, Prepared};
pub use remembered::Remembered;
pub use sqlite::{SqliteConn, SqliteDb};
pub use used::{Used, Uses};

/// Diesel's SQLite, as `Backend` stands for it under [`each_backend`].
pub type SqliteBackend = diesel::sqlite::Sqlite;
/// Diesel's PostgreSQL, as `Backend` stands for it under [`each_backend`].
pub type PgBackend = diesel::pg::Pg;
