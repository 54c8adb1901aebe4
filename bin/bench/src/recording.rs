//! The rows that a use of a feature touches, written and committed by themselves.

use crate::sql::Sql;
use diesel::result::{Error, QueryResult};
use diesel::{AsChangeset, Connection as _, ExpressionMethods as _, Insertable, QueryDsl as _, SqliteConnection};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

diesel::table! {
    usage_records (id) {
        id -> BigInt,
        workspace -> BigInt,
        feature -> Text,
        quantity -> BigInt,
        metadata -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    usage_hours (workspace, feature, hour) {
        workspace -> BigInt,
        feature -> Text,
        hour -> BigInt,
        records -> BigInt,
        total -> BigInt,
        latest_at -> BigInt,
    }
}

diesel::table! {
    usage_meters (workspace, feature) {
        workspace -> BigInt,
        feature -> Text,
        used -> BigInt,
        latest_at -> BigInt,
        version -> BigInt,
    }
}

/// How many workspaces there are.
pub(crate) const WORKSPACES: i64 = 100;
const FEATURE: &str = "posts";
const METADATA: &str = r#"{"endpoint":"/api/v1/posts"}"#;
/// How many transactions fall into an hour: all that come to be, nearly.
const HOUR: i64 = 1_000_000;

const SQLITE_TABLES: &str = "
    CREATE TABLE usage_records (id INTEGER PRIMARY KEY AUTOINCREMENT, workspace INTEGER NOT NULL, feature TEXT NOT NULL,
        quantity INTEGER NOT NULL, metadata TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE TABLE usage_hours (workspace INTEGER NOT NULL, feature TEXT NOT NULL, hour INTEGER NOT NULL,
        records INTEGER NOT NULL, total INTEGER NOT NULL, latest_at INTEGER NOT NULL,
        PRIMARY KEY (workspace, feature, hour)) STRICT, WITHOUT ROWID;
    CREATE TABLE usage_meters (workspace INTEGER NOT NULL, feature TEXT NOT NULL, used INTEGER NOT NULL,
        latest_at INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (workspace, feature)) STRICT;";
const POSTGRES_TABLES: &str = "
    CREATE TABLE usage_records (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace bigint NOT NULL,
        feature text NOT NULL, quantity bigint NOT NULL, metadata text NOT NULL, at bigint NOT NULL);
    CREATE TABLE usage_hours (workspace bigint NOT NULL, feature text NOT NULL, hour bigint NOT NULL,
        records bigint NOT NULL, total bigint NOT NULL, latest_at bigint NOT NULL,
        PRIMARY KEY (workspace, feature, hour));
    CREATE TABLE usage_meters (workspace bigint NOT NULL, feature text NOT NULL, used bigint NOT NULL,
        latest_at bigint NOT NULL, version bigint NOT NULL, PRIMARY KEY (workspace, feature));";
const INDEXES: &str = "CREATE INDEX usage_records_of_feature ON usage_records (workspace, feature, at);";

#[derive(Insertable)]
#[diesel(table_name = usage_records)]
struct Record {
    workspace: i64,
    feature: &'static str,
    quantity: i64,
    metadata: &'static str,
    at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = usage_hours)]
struct Sum {
    workspace: i64,
    feature: &'static str,
    hour: i64,
    records: i64,
    total: i64,
    latest_at: i64,
}

#[derive(AsChangeset)]
#[diesel(table_name = usage_meters)]
struct Reading {
    used: i64,
    latest_at: i64,
    version: i64,
}

/// The uses of one transaction.
#[derive(Clone, Copy)]
struct Uses {
    workspace: i64,
    count: i64,
    at: i64,
}

impl Uses {
    fn records(self) -> Vec<Record> {
        let Self { workspace, at, .. } = self;
        (0..self.count).map(|_| Record { workspace, feature: FEATURE, quantity: 1, metadata: METADATA, at }).collect()
    }

    const fn sum(self) -> Sum {
        let Self { workspace, count, at } = self;
        Sum { workspace, feature: FEATURE, hour: at / HOUR, records: count, total: count, latest_at: at }
    }

    /// What a meter shows after them.
    const fn after(self, (used, version): (i64, i64)) -> Reading {
        Reading { used: used + self.count, latest_at: self.at, version: version + 1 }
    }
}

/// Makes the tables, with a meter for each workspace.
///
/// # Errors
/// What the database says.
pub(crate) fn make_tables(sql: &mut Sql) -> QueryResult<()> {
    sql.run(if matches!(sql, Sql::Sqlite(_)) { SQLITE_TABLES } else { POSTGRES_TABLES })?;
    sql.run(INDEXES)?;
    let meter = |workspace| format!("INSERT INTO usage_meters VALUES ({workspace}, '{FEATURE}', 0, 0, 0)");
    (0..WORKSPACES).try_for_each(|workspace| sql.run(&meter(workspace)))
}

/// Records so many uses in a transaction of their own: `number` counts the transactions, which go round the workspaces.
///
/// # Errors
/// What the database says; then nothing is written.
#[expect(clippy::disallowed_methods, reason = "the baseline has no store")]
pub(crate) fn record(sql: &mut Sql, number: i64, uses: usize) -> QueryResult<()> {
    let count = i64::try_from(uses).map_err(|cause| Error::SerializationError(cause.into()))?;
    let uses = Uses { workspace: number % WORKSPACES, count, at: number };
    match sql {
        Sql::Sqlite(connection) => connection.transaction(|connection| on_sqlite(connection, uses)),
        Sql::Postgres(connection, runtime) => {
            runtime.block_on(connection.transaction(async |connection| on_postgres(connection, uses).await))
        }
    }
}

fn on_sqlite(connection: &mut SqliteConnection, uses: Uses) -> QueryResult<()> {
    use diesel::RunQueryDsl as _;
    let meter = usage_meters::table.find((uses.workspace, FEATURE));
    let shown = meter.select((usage_meters::used, usage_meters::version)).first(connection)?;
    diesel::insert_into(usage_records::table).values(uses.records()).execute(connection)?;
    let sum = diesel::insert_into(usage_hours::table).values(uses.sum());
    sum.on_conflict((usage_hours::workspace, usage_hours::feature, usage_hours::hour))
        .do_update()
        .set((
            usage_hours::records.eq(usage_hours::records + uses.count),
            usage_hours::total.eq(usage_hours::total + uses.count),
            usage_hours::latest_at.eq(uses.at),
        ))
        .execute(connection)?;
    diesel::update(meter).set(uses.after(shown)).execute(connection)?;
    Ok(())
}

async fn on_postgres(connection: &mut AsyncPgConnection, uses: Uses) -> QueryResult<()> {
    use diesel_async::RunQueryDsl as _;
    let meter = usage_meters::table.find((uses.workspace, FEATURE));
    let shown = meter.select((usage_meters::used, usage_meters::version)).first(connection).await?;
    diesel::insert_into(usage_records::table).values(uses.records()).execute(connection).await?;
    let sum = diesel::insert_into(usage_hours::table).values(uses.sum());
    sum.on_conflict((usage_hours::workspace, usage_hours::feature, usage_hours::hour))
        .do_update()
        .set((
            usage_hours::records.eq(usage_hours::records + uses.count),
            usage_hours::total.eq(usage_hours::total + uses.count),
            usage_hours::latest_at.eq(uses.at),
        ))
        .execute(connection)
        .await?;
    diesel::update(meter).set(uses.after(shown)).execute(connection).await?;
    Ok(())
}
