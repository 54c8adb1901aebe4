//! Reports from the visits themselves.

use super::fragments::Fragments;
use super::statement::Statement;
use crate::dimension::Dimension;
use crate::domains::Domain;
use crate::pattern::Pattern;
use crate::reports::model::{Filter, Question};

/// The words that hits are told apart by: that of a page view, and that of what a visitor did not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) pageview: i64,
    pub(super) web_vitals: i64,
}

/// The sums of visits.
fn of_visits<B: Fragments>() -> String {
    format!(
        "CAST(COUNT(DISTINCT v.visitor) AS bigint) AS visitors, CAST(COUNT(*) AS bigint) AS visits, \
         CAST(COALESCE(SUM(v.views), 0) AS bigint) AS views, CAST(COALESCE(SUM(v.events), 0) AS bigint) AS events, \
         CAST(COALESCE(SUM(CASE WHEN v.views + v.events <= 1 THEN 1 ELSE 0 END), 0) AS bigint) AS bounces, \
         CAST(COALESCE(SUM({}), 0) AS bigint) AS spent_us",
        B::SPENT
    )
}

/// The sums of hits.
pub(super) fn of_hits(names: Names) -> String {
    let view = names.pageview;
    format!(
        "CAST(COUNT(DISTINCT v.visitor) AS bigint) AS visitors, CAST(COUNT(DISTINCT v.id) AS bigint) AS visits, \
         CAST(SUM(CASE WHEN e.name = {view} THEN 1 ELSE 0 END) AS bigint) AS views, \
         CAST(SUM(CASE WHEN e.name = {view} THEN 0 ELSE 1 END) AS bigint) AS events, \
         CAST(0 AS bigint) AS bounces, CAST(0 AS bigint) AS spent_us"
    )
}

/// What visits come to in each hour, counted from 1970; for days, in the first of each.
pub(super) fn points<B: Fragments>(domain: &Domain, question: &Question, by_hour: bool, names: Names) -> Statement {
    let place = if by_hour { B::HOUR.to_owned() } else { format!("{} / 24 * 24", B::HOUR) };
    let mut statement = Statement::default();
    statement.push(format_args!("SELECT {place} AS place, {}", of_visits::<B>())).push(" FROM tracking_visits AS v");
    chosen(&mut statement, domain, question, names);
    statement.push(" GROUP BY 1");
    statement
}

/// What they come to all together.
pub(super) fn totals<B: Fragments>(domain: &Domain, question: &Question, names: Names) -> Statement {
    let mut statement = Statement::default();
    statement.push("SELECT CAST(0 AS bigint) AS place, ").push(of_visits::<B>()).push(" FROM tracking_visits AS v");
    chosen(&mut statement, domain, question, names);
    statement
}

/// What the words of a dimension come to.
pub(super) fn words<B: Fragments>(
    statement: &mut Statement,
    (domain, question): (&Domain, &Question),
    by: Dimension,
    names: Names,
) {
    let hits = "tracking_visits AS v JOIN tracking_events AS e ON e.visit_id = v.id";
    let values = "JOIN tracking_values AS p ON p.visit_id = e.visit_id AND p.number = e.number";
    let (word, sums, from, which) = match by {
        Dimension::Page => ("e.page", of_hits(names), hits.to_owned(), format!(" AND e.name <> {}", names.web_vitals)),
        Dimension::Event => ("e.name", of_hits(names), hits.to_owned(), format!(" AND e.name <> {}", names.pageview)),
        Dimension::Property => ("p.property", of_hits(names), format!("{hits} {values}"), String::new()),
        Dimension::Value => ("p.value", of_hits(names), format!("{hits} {values}"), String::new()),
        _ => (column(by), of_visits::<B>(), "tracking_visits AS v".to_owned(), String::new()),
    };
    statement.push(format_args!("SELECT {word} AS word, {sums} FROM {from}"));
    chosen(statement, domain, question, names);
    statement.push(which).push(" GROUP BY 1");
}

/// The column of what belongs to a whole visit.
const fn column(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Host => "v.host",
        Dimension::EntryPage => "v.entry_page",
        Dimension::Referrer => "v.referrer",
        Dimension::Source => "v.source",
        Dimension::Medium => "v.medium",
        Dimension::Campaign => "v.campaign",
        Dimension::Term => "v.term",
        Dimension::Content => "v.content",
        Dimension::Country => "v.country",
        Dimension::Device => "v.device",
        Dimension::Browser => "v.browser",
        Dimension::Os => "v.os",
        // What has no column is one for all visits.
        _ => "CAST(0 AS bigint)",
    }
}

/// The visits of a question.
pub(super) fn chosen(statement: &mut Statement, domain: &Domain, question: &Question, names: Names) {
    statement.push(" WHERE v.domain_id = ").number(domain.id.0);
    statement.push(" AND v.started_at >= ").time(question.from.start());
    statement.push(" AND v.started_at < ").time(question.until.end());
    for filter in &question.filters {
        statement.push(" AND ");
        narrow(statement, domain, filter, names);
    }
}

fn narrow(statement: &mut Statement, domain: &Domain, filter: &Filter, names: Names) {
    let hits = "EXISTS (SELECT 1 FROM tracking_events AS f WHERE f.visit_id = v.id AND";
    let values = "EXISTS (SELECT 1 FROM tracking_values AS f WHERE f.visit_id = v.id AND";
    match filter.dimension {
        Dimension::Page => {
            statement.push(format_args!("{hits} f.name <> {} AND ", names.web_vitals));
            is_one_of(statement, "f.page", domain, &filter.pattern);
            statement.push(")");
        }
        Dimension::Event => {
            statement.push(format_args!("{hits} "));
            is_one_of(statement, "f.name", domain, &filter.pattern);
            statement.push(")");
        }
        Dimension::Property | Dimension::Value => {
            let column = if filter.dimension == Dimension::Value { "f.value" } else { "f.property" };
            statement.push(format_args!("{values} "));
            is_one_of(statement, column, domain, &filter.pattern);
            statement.push(")");
        }
        other => is_one_of(statement, column(other), domain, &filter.pattern),
    }
}

/// Whether a column has one of the words that are meant.
pub(super) fn is_one_of(statement: &mut Statement, column: &str, domain: &Domain, pattern: &Pattern) {
    let words = "SELECT id FROM tracking_words WHERE domain_id = ";
    match pattern {
        Pattern::Is(nothing) if nothing.is_empty() => {
            statement.push(format_args!("{column} = 0"));
        }
        Pattern::Is(word) => {
            statement.push(format_args!("{column} IN ({words}")).number(domain.id.0);
            statement.push(" AND word = ").text(word).push(")");
        }
        Pattern::Begins(beginning) => {
            let length = beginning.chars().count();
            statement.push(format_args!("{column} IN ({words}")).number(domain.id.0);
            statement.push(format_args!(" AND substr(word, 1, {length}) = ")).text(beginning).push(")");
        }
    }
}
