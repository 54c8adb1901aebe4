//! The tables of keys.

use diesel::table;
use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp, UuidKey};
    api_keys (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        user_id -> UuidKey,
        name -> Text,
        environment -> Text,
        prefix -> Text,
        hash -> Binary,
        scopes -> JsonDoc,
        rate_limit_tier -> Nullable<Text>,
        allowed_ips -> JsonDoc,
        server_scopes -> Nullable<JsonDoc>,
        last_used_at -> Nullable<UtcTimestamp>,
        expires_at -> Nullable<UtcTimestamp>,
        grace_period_ends_at -> Nullable<UtcTimestamp>,
        rotated_from_id -> Nullable<BigInt>,
        revoked_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

// Another domain's: known here only as the row to hold while its keys are counted.
table! {
    use diesel::sql_types::BigInt;
    workspaces (id) {
        id -> BigInt,
    }
}
