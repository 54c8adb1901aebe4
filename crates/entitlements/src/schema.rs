//! The tables of usage.

use diesel::table;
use mainstay_store::{JsonDoc, UtcTimestamp};

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use super::UtcTimestamp;
    usage_meters (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        feature -> Text,
        opened_at -> Nullable<UtcTimestamp>,
        used -> BigInt,
        latest_at -> Nullable<UtcTimestamp>,
        version -> BigInt,
        held -> BigInt,
        held_until -> Nullable<UtcTimestamp>,
        told -> Integer,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::{JsonDoc, UtcTimestamp};
    usage_records (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        feature -> Text,
        quantity -> BigInt,
        metadata -> JsonDoc,
        at -> UtcTimestamp,
        recorded_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::UtcTimestamp;
    usage_hours (workspace_id, feature, hour) {
        workspace_id -> BigInt,
        feature -> Text,
        hour -> UtcTimestamp,
        records -> BigInt,
        total -> BigInt,
        greatest -> BigInt,
        latest -> BigInt,
        latest_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::UtcTimestamp;
    usage_ids (workspace_id, source, name) {
        workspace_id -> BigInt,
        source -> Text,
        name -> Text,
        recorded_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::UtcTimestamp;
    usage_values (workspace_id, feature, value) {
        workspace_id -> BigInt,
        feature -> Text,
        value -> Text,
        last_at -> UtcTimestamp,
    }
}
