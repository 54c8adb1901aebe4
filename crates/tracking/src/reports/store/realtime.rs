//! Who is there now.

use super::fragments::Fragments;
use super::scan::Names;
use super::statement::Statement;
use crate::domains::Domain;
use mainstay_kernel::Timestamp;
use std::time::Duration;

/// How long somebody who does nothing is taken to be there.
const PRESENT: Duration = Duration::from_mins(5);
/// How long ago a visit may have begun that is still going on. A longer one is missed.
const LONGEST: Duration = Duration::from_hours(24);
/// Of how many minutes views are told.
pub(super) const MINUTES: u64 = 30;
/// How many pages are named.
const MOST_PAGES: i64 = 10;

/// When the first of those minutes began.
pub(super) fn first_minute(now: Timestamp) -> i64 {
    now.minus(Duration::from_mins(MINUTES - 1)).seconds() / 60
}

fn lately(statement: &mut Statement, domain: &Domain, now: Timestamp) {
    statement.push(" WHERE v.domain_id = ").number(domain.id.0);
    statement.push(" AND v.started_at >= ").time(now.minus(LONGEST));
}

/// How many visitors there are.
pub(super) fn visitors(domain: &Domain, now: Timestamp) -> Statement {
    let mut statement = Statement::default();
    statement.push("SELECT CAST(0 AS bigint) AS place, CAST(COUNT(DISTINCT v.visitor) AS bigint) AS count");
    statement.push(" FROM tracking_visits AS v");
    lately(&mut statement, domain, now);
    statement.push(" AND v.last_at > ").time(now.minus(PRESENT));
    statement
}

/// How many views there were in each minute.
pub(super) fn minutes<B: Fragments>(domain: &Domain, now: Timestamp, names: Names) -> Statement {
    let mut statement = Statement::default();
    statement.push(format_args!("SELECT {} AS place, CAST(COUNT(*) AS bigint) AS count", B::MINUTE));
    views(&mut statement, domain, now, names);
    statement.push(" GROUP BY 1");
    statement
}

/// Of which pages.
pub(super) fn pages(domain: &Domain, now: Timestamp, names: Names) -> Statement {
    let mut statement = Statement::default();
    statement.push("SELECT w.word AS name, CAST(COUNT(*) AS bigint) AS count");
    statement.push(" FROM (SELECT e.page AS page");
    views(&mut statement, domain, now, names);
    statement.push(") AS seen JOIN tracking_words AS w ON w.id = seen.page GROUP BY w.word ORDER BY count DESC, name");
    statement.push(format_args!(" LIMIT {MOST_PAGES}"));
    statement
}

fn views(statement: &mut Statement, domain: &Domain, now: Timestamp, names: Names) {
    let since = Timestamp::from_seconds(first_minute(now) * 60);
    statement.push(" FROM tracking_visits AS v JOIN tracking_events AS e ON e.visit_id = v.id");
    lately(statement, domain, now);
    statement.push(" AND v.last_at >= ").time(since);
    statement.push(" AND e.at >= ").time(since);
    statement.push(format_args!(" AND e.name = {}", names.pageview));
}
