//! Fills a database with deliveries that are over, as long use would.

use crate::interrupt;
use crate::seed::batches;
use crate::sql::Sql;
use anyhow::Context as _;

/// What adds the rows from `{first}` to `{last}`: messages, their deliveries and the attempts.
const SQLITE: &str = include_str!("stored/sqlite.sql");
const POSTGRES: &str = include_str!("stored/postgres.sql");
/// What a server finds out about its tables by itself, sooner or later. The gateway never has SQLite do so.
const POSTGRES_END: &str = include_str!("stored/postgres_end.sql");

/// Messages of before, which nobody heard, have ids below it.
const BEHIND: u32 = 1_000_000;

/// Adds so many deliveries to the endpoints of a workspace, in turn, each of a message of its own and with one attempt.
///
/// # Errors
/// What the database says.
pub(crate) fn fill(url: &str, workspace: i64, endpoints: &[i64], deliveries: u32) -> anyhow::Result<()> {
    let first = endpoints.first().context("there is no endpoint")?;
    let mut sql = Sql::open(url)?;
    let (statement, end) = if matches!(sql, Sql::Sqlite(_)) { (SQLITE, "") } else { (POSTGRES, POSTGRES_END) };
    let statement = statement.replace("{workspace}", &workspace.to_string());
    let statement = statement.replace("{endpoint}", &first.to_string());
    let statement = statement.replace("{endpoints}", &endpoints.len().to_string());
    for rows in batches(deliveries) {
        interrupt::check()?;
        let statement = statement.replace("{first}", &(BEHIND + rows.start()).to_string());
        sql.run(&statement.replace("{last}", &(BEHIND + rows.end()).to_string()))?;
    }
    if !end.is_empty() {
        sql.run(end)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Postgres;
    use crate::seed::tests::{USER, set_up};

    const COUNT: u32 = 10_101;

    #[test]
    fn every_stored_row_fits_the_schema_of_sqlite() {
        let dir = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("stored.db").display());
        set_up(&url, "sqlite", &format!("x'{}'", USER.replace('-', "")), "0", "1");
        check(&url, "0", "x'00'", "1");
    }

    #[test]
    fn every_stored_row_fits_the_schema_of_postgres() {
        let Ok(server) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else { return };
        let server = Postgres::at(&server);
        let url = server.create("mainstay_bench_stored_test").expect("a database");
        set_up(&url, "postgres", &format!("'{USER}'"), "now()", "true");
        check(&url, "now()", "'x'", "true");
        server.remove("mainstay_bench_stored_test");
    }

    /// Makes two endpoints and fills their lanes: everything is over, each endpoint has its half, and ids that are given
    /// out from now on are free.
    fn check(url: &str, now: &str, bytes: &str, yes: &str) {
        let endpoint = format!(
            "INSERT INTO webhook_endpoints (workspace_id, url, events, channels, filters, header_names, secret,
                 max_concurrency, is_active, success_count, failure_count, consecutive_failures, created_at, updated_at)
             VALUES (1, 'u', '[]', '[]', '{{}}', '[]', {bytes}, 16, {yes}, 0, 0, 0, {now}, {now});"
        );
        Sql::open(url).expect("a connection").run(&endpoint.repeat(2)).expect("endpoints");
        fill(url, 1, &[1, 2], COUNT).expect("rows");
        let expected = format!(
            "CREATE TABLE tally (all_over bigint CHECK (all_over = {COUNT}), of_first bigint CHECK (of_first = {COUNT} / 2));
             INSERT INTO tally SELECT count(*), sum(CASE WHEN endpoint_id = 1 THEN 1 ELSE 0 END)
             FROM webhook_deliveries JOIN webhook_attempts ON delivery_id = webhook_deliveries.id
             JOIN webhook_messages ON webhook_messages.id = message_id
             WHERE due_at IS NULL AND lease_until IS NULL AND status = 'success' AND webhook_messages.workspace_id = 1;
             INSERT INTO webhook_messages (workspace_id, event_id, event_type, channels, body, created_at)
             VALUES (1, 'next', 'load.next', '[]', '', {now});"
        );
        Sql::open(url).expect("a connection").run(&expected).expect("as many as were asked for");
    }
}
