//! The tables of benefits.

use diesel::table;
use mainstay_store::UtcTimestamp;

table! {
    use diesel::sql_types::BigInt;
    use super::UtcTimestamp;
    billing_anchors (workspace_id) {
        workspace_id -> BigInt,
        anchor -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::UtcTimestamp;
    boosts (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        feature -> Text,
        kind -> Text,
        added -> BigInt,
        term -> Text,
        starts_at -> UtcTimestamp,
        ends_at -> Nullable<UtcTimestamp>,
        cancelled_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}
