//! The rows that a new workspace makes, written and committed by themselves.

use crate::sql::Sql;
use diesel::result::QueryResult;
use diesel::{Connection as _, Insertable, SqliteConnection};
use diesel_async::AsyncConnection as _;

diesel::table! {
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
    }
}

diesel::table! {
    memberships (person, workspace) {
        person -> Text,
        workspace -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        event -> Text,
        data -> Text,
    }
}

const SQLITE_TABLES: &str = "
    CREATE TABLE workspaces (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE memberships (person TEXT NOT NULL, workspace INTEGER NOT NULL, since INTEGER NOT NULL,
        PRIMARY KEY (person, workspace)) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, data TEXT NOT NULL) STRICT;";
const POSTGRES_TABLES: &str = "
    CREATE TABLE workspaces (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
        slug text NOT NULL UNIQUE);
    CREATE TABLE memberships (person text NOT NULL, workspace bigint NOT NULL, since bigint NOT NULL,
        PRIMARY KEY (person, workspace));
    CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text NOT NULL,
        data text NOT NULL);";
const INDEXES: &str = "
    CREATE INDEX memberships_of_person ON memberships (person, since, workspace);
    CREATE INDEX memberships_of_workspace ON memberships (workspace, since, person);";

/// The one person who makes everything.
const PERSON: &str = "0198c5a0-0000-7000-8000-000000000000";

#[derive(Insertable)]
#[diesel(table_name = workspaces)]
struct Workspace<'a> {
    name: &'a str,
    slug: String,
}

#[derive(Insertable)]
#[diesel(table_name = memberships)]
struct Membership {
    person: &'static str,
    workspace: i64,
    since: i64,
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct Event {
    event: String,
    data: String,
}

impl<'a> Workspace<'a> {
    fn named(name: &'a str) -> Self {
        Self { name, slug: name.to_lowercase().replace(' ', "-") }
    }
}

impl Membership {
    const fn of(workspace: i64) -> Self {
        Self { person: PERSON, workspace, since: workspace }
    }
}

impl Event {
    fn about(workspace: i64, name: &str) -> Self {
        let data = format!(r#"{{"id":{workspace},"name":"{name}","tier":"free","by":"{PERSON}"}}"#);
        Self { event: format!("evt_{workspace}"), data }
    }
}

/// Makes the tables.
///
/// # Errors
/// What the database says.
pub(crate) fn make_tables(sql: &mut Sql) -> QueryResult<()> {
    sql.run(if matches!(sql, Sql::Sqlite(_)) { SQLITE_TABLES } else { POSTGRES_TABLES })?;
    sql.run(INDEXES)
}

/// Makes a workspace of this name in a transaction of its own.
///
/// # Errors
/// What the database says; then nothing is written.
#[expect(clippy::disallowed_methods, reason = "the baseline has no store")]
pub(crate) fn create(sql: &mut Sql, name: &str) -> QueryResult<()> {
    match sql {
        Sql::Sqlite(connection) => connection.transaction(|connection| on_sqlite(connection, name)),
        Sql::Postgres(connection, runtime) => {
            runtime.block_on(connection.transaction(async |connection| on_postgres(connection, name).await))
        }
    }
}

fn on_sqlite(connection: &mut SqliteConnection, name: &str) -> QueryResult<()> {
    use diesel::RunQueryDsl as _;
    let workspace = diesel::insert_into(workspaces::table).values(Workspace::named(name));
    let id: i64 = workspace.returning(workspaces::id).get_result(connection)?;
    diesel::insert_into(memberships::table).values(Membership::of(id)).execute(connection)?;
    diesel::insert_into(outbox::table).values(Event::about(id, name)).execute(connection)?;
    Ok(())
}

async fn on_postgres(connection: &mut diesel_async::AsyncPgConnection, name: &str) -> QueryResult<()> {
    use diesel_async::RunQueryDsl as _;
    let workspace = diesel::insert_into(workspaces::table).values(Workspace::named(name));
    let id: i64 = workspace.returning(workspaces::id).get_result(connection).await?;
    diesel::insert_into(memberships::table).values(Membership::of(id)).execute(connection).await?;
    diesel::insert_into(outbox::table).values(Event::about(id, name)).execute(connection).await?;
    Ok(())
}
