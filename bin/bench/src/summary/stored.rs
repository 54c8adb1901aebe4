//! Fills a database with the usage of a workspace, as a month of it would.

use crate::interrupt;
use crate::seed::batches_of;
use crate::sql::Sql;
use mainstay_kernel::{Clock as _, SystemClock};
use std::time::Duration;

/// What adds the records from `{first}` to `{last}`.
const SQLITE: &str = include_str!("stored/sqlite.sql");
const POSTGRES: &str = include_str!("stored/postgres.sql");
/// What adds up what was added: hours, and meters.
const SQLITE_SUMS: &str = include_str!("stored/sqlite_sums.sql");
const POSTGRES_SUMS: &str = include_str!("stored/postgres_sums.sql");
/// Has PostgreSQL believe that the workspace is there, if whoever asks may do so: it would look it up for each record.
const POSTGRES_START: &str = include_str!("stored/postgres_start.sql");
/// What a server does by itself, sooner or later. The gateway never has SQLite do so.
const POSTGRES_END: &str = "VACUUM (ANALYZE) usage_records";

/// Over how long the records are spread.
const SPAN: Duration = Duration::from_hours(30 * 24);
/// Records a statement: few enough that the log of a transaction stays small beside the table.
const BATCH: u32 = 1_000_000;

/// Adds so many records to the workspace, of three features in turn, spread evenly over the thirty days before now.
///
/// # Errors
/// What the database says.
pub(crate) fn fill(url: &str, workspace: i64, records: u32) -> anyhow::Result<()> {
    let mut sql = Sql::open(url)?;
    let is_sqlite = matches!(sql, Sql::Sqlite(_));
    let (statement, sums) = if is_sqlite { (SQLITE, SQLITE_SUMS) } else { (POSTGRES, POSTGRES_SUMS) };
    let step = SPAN.as_micros() / u128::from(records.max(1));
    let statement = statement
        .replace("{workspace}", &workspace.to_string())
        .replace("{since}", &SystemClock.now().minus(SPAN).micros().to_string())
        .replace("{step}", &step.to_string());
    if !is_sqlite {
        sql.run(POSTGRES_START)?;
    }
    for rows in batches_of(BATCH, records) {
        interrupt::check()?;
        let statement = statement.replace("{first}", &rows.start().to_string());
        sql.run(&statement.replace("{last}", &rows.end().to_string()))?;
    }
    sql.run(&sums.replace("{workspace}", &workspace.to_string()))?;
    if !is_sqlite {
        sql.run(POSTGRES_END)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Postgres;
    use crate::seed::tests::{USER, set_up};

    const COUNT: u32 = 30_001;

    #[test]
    fn every_record_fits_the_schema_of_sqlite() {
        let dir = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("usage.db").display());
        set_up(&url, "sqlite", &format!("x'{}'", USER.replace('-', "")), "0", "1");
        check(&url, "opened_at = 0", "latest_at > (unixepoch() - 600) * 1000000");
    }

    #[test]
    fn every_record_fits_the_schema_of_postgres() {
        let Ok(server) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else { return };
        let server = Postgres::at(&server);
        let url = server.create("mainstay_bench_usage_test").expect("a database");
        set_up(&url, "postgres", &format!("'{USER}'"), "now()", "true");
        check(&url, "opened_at = 'epoch'", "latest_at > now() - interval '10 minutes'");
        server.remove("mainstay_bench_usage_test");
    }

    /// Fills a workspace: records, hours and meters come to the same, and the gateway may go on from there.
    fn check(url: &str, of_ever: &str, is_recent: &str) {
        fill(url, 1, COUNT).expect("rows");
        let expected = format!(
            "CREATE TABLE tally (records bigint CHECK (records = {COUNT}), hours bigint CHECK (hours = {COUNT}),
                 posts bigint CHECK (posts = {COUNT} / 3), recent bigint CHECK (recent = 3));
             INSERT INTO tally SELECT (SELECT sum(quantity) FROM usage_records WHERE workspace_id = 1),
                 (SELECT sum(total) FROM usage_hours WHERE workspace_id = 1),
                 (SELECT used FROM usage_meters WHERE workspace_id = 1 AND feature = 'posts' AND {of_ever}),
                 (SELECT count(*) FROM usage_meters WHERE {is_recent});
             CREATE TABLE months (used bigint CHECK (used BETWEEN 0 AND {COUNT} / 3 + 1));
             INSERT INTO months SELECT used FROM usage_meters WHERE feature <> 'posts';
             INSERT INTO usage_hours SELECT workspace_id, 'other', hour, records, total, greatest, latest, latest_at
             FROM usage_hours WHERE feature = 'posts';"
        );
        Sql::open(url).expect("a connection").run(&expected).expect("sums that agree");
    }
}
