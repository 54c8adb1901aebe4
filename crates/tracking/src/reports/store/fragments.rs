//! Where the two databases differ.

use mainstay_store::{PgBackend, SqliteBackend};

/// Pieces of statements.
pub(super) trait Fragments {
    /// How long the visit `v` took, in microseconds.
    const SPENT: &'static str;
    /// The hour in which it began, counted from 1970.
    const HOUR: &'static str;
    /// The minute in which the hit `e` was, counted from 1970.
    const MINUTE: &'static str;
}

impl Fragments for SqliteBackend {
    const SPENT: &'static str = "(v.last_at - v.started_at)";
    const HOUR: &'static str = "(v.started_at / 3600000000)";
    const MINUTE: &'static str = "(e.at / 60000000)";
}

impl Fragments for PgBackend {
    const SPENT: &'static str = "CAST(EXTRACT(EPOCH FROM v.last_at - v.started_at) * 1000000 AS bigint)";
    const HOUR: &'static str = "CAST(FLOOR(EXTRACT(EPOCH FROM v.started_at) / 3600) AS bigint)";
    const MINUTE: &'static str = "CAST(FLOOR(EXTRACT(EPOCH FROM e.at) / 60) AS bigint)";
}
