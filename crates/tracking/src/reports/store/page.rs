//! Words by their names: which of them, in which order, and how many there are.

use super::row::SUMS;
use super::statement::Statement;
use crate::dimension::{BETWEEN, Dimension};
use crate::reports::model::{Column, Listing};
use mainstay_store::dialect::containing;

/// Wraps a statement that gives sums by word.
pub(super) fn named(words: impl FnOnce(&mut Statement), listing: &Listing) -> Statement {
    let property = listing.property.as_deref().filter(|_| listing.by == Dimension::Value);
    let beginning = property.map(|property| format!("{property}{BETWEEN}"));
    let skipped = beginning.as_ref().map_or(0, |beginning| beginning.chars().count());
    let name = format!("substr(COALESCE(w.word, ''), {})", skipped + 1);
    let mut statement = Statement::default();
    statement.push("WITH sums AS (");
    words(&mut statement);
    statement.push(format_args!(") SELECT {name} AS name, {SUMS}, CAST(COUNT(*) OVER () AS bigint) AS total"));
    statement.push(" FROM sums LEFT JOIN tracking_words AS w ON w.id = sums.word");
    // Cells from which all was taken back are none.
    statement.push(" WHERE visits + views + events > 0");
    if let Some(beginning) = &beginning {
        statement.push(format_args!(" AND substr(w.word, 1, {skipped}) = ")).text(beginning);
    }
    if let Some(part) = &listing.search {
        statement.push(format_args!(" AND lower({name}) LIKE ")).text(&containing(part)).push(" ESCAPE '\\'");
    }
    sorted(&mut statement, listing);
    if let Some(page) = listing.page {
        statement.push(" LIMIT ").push(page.per_page()).push(" OFFSET ").push(page.offset());
    }
    statement
}

fn sorted(statement: &mut Statement, listing: &Listing) {
    statement.push(" ORDER BY ");
    for sort in &listing.sort {
        let direction = if sort.descending { "DESC" } else { "ASC" };
        statement.push(format_args!("{} {direction}, ", expression(sort.column)));
    }
    statement.push("visitors DESC, views + events DESC, name ASC");
}

const fn expression(column: Column) -> &'static str {
    match column {
        Column::Name => "name",
        Column::Visitors => "visitors",
        Column::Visits => "visits",
        Column::Views => "views",
        Column::Events => "events",
        Column::BounceRate => "COALESCE(CAST(bounces AS double precision) / NULLIF(visits, 0), 0)",
        Column::Duration => "COALESCE(CAST(spent_us AS double precision) / NULLIF(visits, 0), 0)",
    }
}
