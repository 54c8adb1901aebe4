//! The table of reservations.

use diesel::table;
use mainstay_store::{JsonDoc, UtcTimestamp};

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp};
    usage_reservations (id) {
        id -> BigInt,
        public_id -> Text,
        workspace_id -> BigInt,
        feature -> Text,
        asked -> Text,
        quantity -> BigInt,
        free -> BigInt,
        credits -> BigInt,
        paid_by -> Nullable<Text>,
        status -> Text,
        used -> Nullable<BigInt>,
        metadata -> JsonDoc,
        created_at -> UtcTimestamp,
        expires_at -> UtcTimestamp,
        ended_at -> Nullable<UtcTimestamp>,
    }
}
