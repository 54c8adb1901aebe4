//! The rows that a refresh of a session touches, written and committed by themselves.

use crate::sql::Sql;
use diesel::result::{Error, QueryResult};
use diesel::{AsChangeset, Connection as _, ExpressionMethods as _, Insertable, QueryDsl as _, SqliteConnection};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

diesel::table! {
    sessions (id) {
        id -> Text,
        generation -> BigInt,
        refreshed_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    changes (id) {
        id -> BigInt,
        topic -> Text,
        subject -> Text,
        at -> BigInt,
    }
}

/// How many sessions there are.
pub(crate) const SESSIONS: i64 = 32;

const SQLITE_TABLES: &str = "
    CREATE TABLE sessions (id TEXT NOT NULL PRIMARY KEY, generation INTEGER NOT NULL, refreshed_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL) STRICT;
    CREATE TABLE changes (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, subject TEXT NOT NULL,
        at INTEGER NOT NULL) STRICT;";
const POSTGRES_TABLES: &str = "
    CREATE TABLE sessions (id text NOT NULL PRIMARY KEY, generation bigint NOT NULL, refreshed_at bigint NOT NULL,
        expires_at bigint NOT NULL);
    CREATE TABLE changes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL,
        subject text NOT NULL, at bigint NOT NULL);";
const INDEXES: &str = "CREATE INDEX sessions_by_end ON sessions (expires_at);";

#[derive(AsChangeset)]
#[diesel(table_name = sessions)]
struct Step {
    refreshed_at: i64,
    expires_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = changes)]
struct Change<'a> {
    topic: &'static str,
    subject: &'a str,
    at: i64,
}

impl Step {
    const fn at(now: i64) -> Self {
        Self { refreshed_at: now, expires_at: now + 1 }
    }
}

impl<'a> Change<'a> {
    const fn of(session: &'a str, now: i64) -> Self {
        Self { topic: "sessions", subject: session, at: now }
    }
}

/// Makes the tables, with every session at its start.
///
/// # Errors
/// What the database says.
pub(crate) fn make_tables(sql: &mut Sql) -> QueryResult<()> {
    sql.run(if matches!(sql, Sql::Sqlite(_)) { SQLITE_TABLES } else { POSTGRES_TABLES })?;
    sql.run(INDEXES)?;
    (0..SESSIONS).try_for_each(|number| sql.run(&format!("INSERT INTO sessions VALUES ('{}', 0, 0, 0)", id(number))))
}

/// Moves a session on in a transaction of its own: `number` counts the renewals, which go round the sessions.
///
/// # Errors
/// What the database says; then nothing is written.
#[expect(clippy::disallowed_methods, reason = "the baseline has no store")]
pub(crate) fn renew(sql: &mut Sql, number: i64) -> QueryResult<()> {
    let session = id(number % SESSIONS);
    match sql {
        Sql::Sqlite(connection) => connection.transaction(|connection| on_sqlite(connection, &session, number)),
        Sql::Postgres(connection, runtime) => {
            runtime.block_on(connection.transaction(async |connection| on_postgres(connection, &session, number).await))
        }
    }
}

fn id(number: i64) -> String {
    format!("0198c5a0-0000-7000-8000-{number:012}")
}

fn on_sqlite(connection: &mut SqliteConnection, session: &str, now: i64) -> QueryResult<()> {
    use diesel::RunQueryDsl as _;
    let next = (sessions::generation.eq(sessions::generation + 1), Step::at(now));
    let moved_on = diesel::update(sessions::table.find(session)).set(next).execute(connection)?;
    found(moved_on)?;
    diesel::insert_into(changes::table).values(Change::of(session, now)).execute(connection)?;
    Ok(())
}

async fn on_postgres(connection: &mut AsyncPgConnection, session: &str, now: i64) -> QueryResult<()> {
    use diesel_async::RunQueryDsl as _;
    let next = (sessions::generation.eq(sessions::generation + 1), Step::at(now));
    let moved_on = diesel::update(sessions::table.find(session)).set(next).execute(connection).await?;
    found(moved_on)?;
    diesel::insert_into(changes::table).values(Change::of(session, now)).execute(connection).await?;
    Ok(())
}

fn found(rows: usize) -> QueryResult<()> {
    if rows == 1 { Ok(()) } else { Err(Error::NotFound) }
}
