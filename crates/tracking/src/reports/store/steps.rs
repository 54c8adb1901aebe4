//! Reports on what visitors did.

use super::cells;
use super::scan::{self, Names};
use super::statement::Statement;
use crate::dimension::Dimension;
use crate::domains::Domain;
use crate::pattern::Pattern;
use crate::reports::model::Question;
use crate::step::Step;

/// What the visits come to that took each of some steps, by the place of the step. Where nothing is filtered, one page or
/// one event is a cell; several are not the sum of theirs, since a visit may have taken more than one of them.
pub(super) fn any(domain: &Domain, question: &Question, steps: &[Step], names: Names) -> Statement {
    let mut statement = Statement::default();
    for (place, step) in steps.iter().enumerate() {
        statement.push(if place == 0 { "SELECT " } else { " UNION ALL SELECT " });
        statement.push(format_args!("CAST({place} AS bigint) AS place, "));
        let pattern = step.pattern();
        if question.filters.is_empty() && matches!(pattern, Pattern::Is(_)) {
            statement.push(cells::SUMS);
            cells::of(&mut statement, domain, question, dimension(step));
            statement.push(" AND ");
            scan::is_one_of(&mut statement, "word", domain, &pattern);
        } else {
            statement.push(scan::of_hits(names)).push(" FROM tracking_visits AS v JOIN tracking_events AS e");
            statement.push(" ON e.visit_id = v.id");
            scan::chosen(&mut statement, domain, question, names);
            taken(&mut statement, domain, step, names);
        }
        statement.push(" HAVING COUNT(*) > 0");
    }
    statement
}

/// How many visits and visitors took steps one after the other, by the place of the last step that they took at least.
pub(super) fn in_turn(domain: &Domain, question: &Question, steps: &[Step], names: Names) -> Statement {
    let mut statement = Statement::default();
    for (place, step) in steps.iter().enumerate() {
        statement.push(if place == 0 { "WITH " } else { ", " });
        // Each is asked twice: for its numbers, and for the next.
        statement
            .push(format_args!("step_{place} AS MATERIALIZED (SELECT v.id, v.visitor, MIN(e.number) AS number FROM "));
        match place.checked_sub(1) {
            None => {
                statement.push("tracking_visits AS v JOIN tracking_events AS e ON e.visit_id = v.id");
                scan::chosen(&mut statement, domain, question, names);
            }
            Some(before) => {
                statement.push(format_args!("step_{before} AS v JOIN tracking_events AS e ON e.visit_id = v.id"));
                statement.push(" WHERE e.number > v.number");
            }
        }
        taken(&mut statement, domain, step, names);
        statement.push(" GROUP BY v.id, v.visitor)");
    }
    for place in 0..steps.len() {
        statement.push(if place == 0 { "" } else { " UNION ALL" });
        statement.push(format_args!(
            " SELECT CAST({place} AS bigint) AS place, CAST(COUNT(DISTINCT visitor) AS bigint) AS visitors, \
             CAST(COUNT(*) AS bigint) AS visits, CAST(0 AS bigint) AS views, CAST(0 AS bigint) AS events, \
             CAST(0 AS bigint) AS bounces, CAST(0 AS bigint) AS spent_us FROM step_{place}"
        ));
    }
    statement
}

/// That the hit `e` is the step.
fn taken(statement: &mut Statement, domain: &Domain, step: &Step, names: Names) {
    let (column, other) = match step {
        Step::Page(_) => ("e.page", names.web_vitals),
        Step::Event(_) => ("e.name", names.pageview),
    };
    statement.push(format_args!(" AND e.name <> {other} AND "));
    scan::is_one_of(statement, column, domain, &step.pattern());
}

const fn dimension(step: &Step) -> Dimension {
    match step {
        Step::Page(_) => Dimension::Page,
        Step::Event(_) => Dimension::Event,
    }
}
