//! Reports from cells.

use super::statement::Statement;
use crate::dimension::Dimension;
use crate::domains::Domain;
use crate::reports::model::Question;

/// The sums of cells.
pub(super) const SUMS: &str = "CAST(SUM(visitors) AS bigint) AS visitors, CAST(SUM(visits) AS bigint) AS visits, \
    CAST(SUM(views) AS bigint) AS views, CAST(SUM(events) AS bigint) AS events, \
    CAST(SUM(bounces) AS bigint) AS bounces, CAST(SUM(spent_us) AS bigint) AS spent_us";

/// What visits come to in each hour, counted from 1970; for days, in the first of each.
pub(super) fn points(domain: &Domain, question: &Question, by_hour: bool) -> Statement {
    let dimension = if by_hour { Dimension::Hour } else { Dimension::All };
    let mut statement = Statement::default();
    statement.push("SELECT CAST(day AS bigint) * 24 + word AS place, ").push(SUMS);
    of(&mut statement, domain, question, dimension);
    statement.push(" GROUP BY day, word");
    statement
}

/// What they come to all together.
pub(super) fn totals(domain: &Domain, question: &Question) -> Statement {
    let mut statement = Statement::default();
    statement.push("SELECT CAST(0 AS bigint) AS place, ").push(SUMS);
    of(&mut statement, domain, question, Dimension::All);
    statement.push(" HAVING COUNT(*) > 0");
    statement
}

/// What the words of a dimension come to.
pub(super) fn words(statement: &mut Statement, domain: &Domain, question: &Question, by: Dimension) {
    statement.push("SELECT word, ").push(SUMS);
    of(statement, domain, question, by);
    statement.push(" GROUP BY word");
}

pub(super) fn of(statement: &mut Statement, domain: &Domain, question: &Question, dimension: Dimension) {
    statement.push(" FROM tracking_cells WHERE domain_id = ").number(domain.id.0);
    statement.push(" AND dimension = ").push(dimension.number());
    statement.push(" AND day BETWEEN ").push(question.from.0).push(" AND ").push(question.until.0);
}
