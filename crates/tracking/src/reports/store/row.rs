//! Answers as both databases give them.

use crate::numbers::Numbers;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

/// The columns of sums, in this order in every statement.
pub(super) const SUMS: &str = "visitors, visits, views, events, bounces, spent_us";

/// Sums under a number: an hour, or nothing.
#[derive(QueryableByName)]
pub(super) struct PointRow {
    #[diesel(sql_type = BigInt)]
    pub(super) place: i64,
    #[diesel(embed)]
    pub(super) sums: SumRow,
}

/// Sums under a name.
#[derive(QueryableByName)]
pub(super) struct ShareRow {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(embed)]
    pub(super) sums: SumRow,
    /// How many names there are in all.
    #[diesel(sql_type = BigInt)]
    pub(super) total: i64,
}

#[derive(QueryableByName)]
pub(super) struct SumRow {
    #[diesel(sql_type = BigInt)]
    visitors: i64,
    #[diesel(sql_type = BigInt)]
    visits: i64,
    #[diesel(sql_type = BigInt)]
    views: i64,
    #[diesel(sql_type = BigInt)]
    events: i64,
    #[diesel(sql_type = BigInt)]
    bounces: i64,
    #[diesel(sql_type = BigInt)]
    spent_us: i64,
}

/// A name and a number.
#[derive(QueryableByName)]
pub(super) struct CountRow {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// Two numbers.
#[derive(QueryableByName)]
pub(super) struct PlaceRow {
    #[diesel(sql_type = BigInt)]
    pub(super) place: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

impl From<SumRow> for Numbers {
    fn from(row: SumRow) -> Self {
        let SumRow { visitors, visits, views, events, bounces, spent_us } = row;
        Self { visitors, visits, views, events, bounces, spent_us }
    }
}
