//! Fills a database with the visits of a site, as a month of it would, and with what they come to.

use crate::interrupt;
use crate::seed::batches_of;
use crate::sql::Sql;
use mainstay_kernel::{Clock as _, SystemClock};
use std::time::Duration;

/// What there is of a site before anybody comes: the domain, and what is said of visits.
const SITE: [&str; 2] = [include_str!("stored/sqlite_site.sql"), include_str!("stored/postgres_site.sql")];
/// What adds the visits from `{first}` to `{last}`, of five events each.
const VISITS: [&str; 2] = [include_str!("stored/sqlite_visits.sql"), include_str!("stored/postgres_visits.sql")];
/// What adds up visits by one of their columns.
const OF_VISITS: [&str; 2] =
    [include_str!("stored/sqlite_of_visits.sql"), include_str!("stored/postgres_of_visits.sql")];
/// What adds up events by one of their columns.
const OF_EVENTS: [&str; 2] =
    [include_str!("stored/sqlite_of_events.sql"), include_str!("stored/postgres_of_events.sql")];
/// What a PostgreSQL server does by itself, sooner or later. The gateway never has SQLite do so.
const POSTGRES_END: &str = "VACUUM (ANALYZE) tracking_visits, tracking_events, tracking_cells, tracking_words";

/// Over how long the visits are spread.
const SPAN: Duration = Duration::from_hours(29 * 24);
/// How many events a visit has.
const EVENTS: u32 = 5;
/// Visits a statement: few enough that the log of a transaction stays small beside the table.
const BATCH: u32 = 200_000;
/// How far apart the numbers of two sites' visits, and of their words, are.
const VISITS_APART: i64 = 1_000_000_000;
const WORDS_APART: i64 = 10_000;

/// What visits are told apart by, by its number in the database, and where it stands in a visit.
const COLUMNS: [(i32, &str); 14] = [
    (0, "0"),
    (1, "hour"),
    (2, "host"),
    (4, "entry_page"),
    (5, "referrer"),
    (6, "source"),
    (7, "medium"),
    (8, "campaign"),
    (9, "term"),
    (10, "content"),
    (11, "country"),
    (12, "device"),
    (13, "browser"),
    (14, "os"),
];

/// Adds a site to the workspace, with so many events, spread evenly over the days before now.
///
/// # Errors
/// What the database says.
pub(crate) fn fill(url: &str, workspace: i64, events: u32) -> anyhow::Result<()> {
    let mut sql = Sql::open(url)?;
    let is_postgres = matches!(sql, Sql::Postgres(..));
    let of_engine = |statements: [&'static str; 2]| statements[usize::from(is_postgres)];
    let visits = events / EVENTS;
    let step = SPAN.as_micros() / u128::from(visits.max(1));
    let filled_in = |statement: &str| {
        statement
            .replace("{workspace}", &workspace.to_string())
            .replace("{visits}", &(workspace * VISITS_APART).to_string())
            .replace("{words}", &(workspace * WORDS_APART).to_string())
            .replace("{since}", &SystemClock.now().minus(SPAN).micros().to_string())
            .replace("{step}", &step.to_string())
    };
    sql.run(&filled_in(of_engine(SITE)))?;
    let adding = filled_in(of_engine(VISITS));
    for rows in batches_of(BATCH, visits) {
        interrupt::check()?;
        let statement = adding.replace("{first}", &rows.start().to_string());
        sql.run(&statement.replace("{last}", &rows.end().to_string()))?;
    }
    for (dimension, column) in COLUMNS {
        interrupt::check()?;
        let sums = filled_in(of_engine(OF_VISITS)).replace("{dimension}", &dimension.to_string());
        sql.run(&sums.replace("{column}", column))?;
    }
    sql.run(&filled_in(of_engine(OF_EVENTS)))?;
    if is_postgres {
        sql.run(POSTGRES_END)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Postgres;
    use crate::seed::tests::{USER, set_up};

    const COUNT: u32 = 30_000;

    #[test]
    fn every_visit_fits_the_schema_of_sqlite() {
        let dir = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("visits.db").display());
        set_up(&url, "sqlite", &format!("x'{}'", USER.replace('-', "")), "0", "1");
        check(&url);
    }

    #[test]
    fn every_visit_fits_the_schema_of_postgres() {
        let Ok(server) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else { return };
        let server = Postgres::at(&server);
        let url = server.create("mainstay_bench_visits_test").expect("a database");
        set_up(&url, "postgres", &format!("'{USER}'"), "now()", "true");
        check(&url);
        server.remove("mainstay_bench_visits_test");
    }

    /// Fills a site: events, visits and cells of each dimension come to the same, and every word is there.
    fn check(url: &str) {
        fill(url, 1, COUNT).expect("rows");
        let expected = format!(
            "CREATE TABLE tally (events bigint CHECK (events = {COUNT}), visits bigint CHECK (visits = {COUNT} / 5),
                 views bigint CHECK (views = {COUNT} / 5 * 4), pages bigint CHECK (pages = {COUNT} / 5 * 4),
                 told bigint CHECK (told = {COUNT} / 5), hours bigint CHECK (hours = {COUNT} / 5),
                 strangers bigint CHECK (strangers = 0));
             INSERT INTO tally SELECT (SELECT count(*) FROM tracking_events),
                 (SELECT sum(visits) FROM tracking_cells WHERE dimension = 0),
                 (SELECT sum(views) FROM tracking_cells WHERE dimension = 0),
                 (SELECT sum(views) FROM tracking_cells WHERE dimension = 3),
                 (SELECT sum(events) FROM tracking_cells WHERE dimension = 15),
                 (SELECT sum(visits) FROM tracking_cells WHERE dimension = 1),
                 (SELECT count(*) FROM tracking_cells WHERE dimension > 1 AND word > 0
                  AND word NOT IN (SELECT id FROM tracking_words));"
        );
        Sql::open(url).expect("a connection").run(&expected).expect("sums that agree");
    }
}
