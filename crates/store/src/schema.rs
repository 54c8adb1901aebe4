//! The tables that every domain stands on.

use crate::column::{JsonDoc, UtcTimestamp, UuidKey};
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    installation (name) {
        name -> Text,
        value -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::UtcTimestamp;
    changes (id) {
        id -> BigInt,
        topic -> Text,
        subject -> Text,
        at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp, UuidKey};
    events (id) {
        id -> BigInt,
        event_id -> Text,
        name -> Text,
        workspace_id -> Nullable<BigInt>,
        actor_id -> Nullable<UuidKey>,
        credential -> Nullable<Text>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        data -> JsonDoc,
        at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::BigInt;
    outbox (id) {
        id -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp};
    jobs (id) {
        id -> BigInt,
        queue -> Text,
        unique_key -> Nullable<Text>,
        payload -> JsonDoc,
        run_at -> UtcTimestamp,
        attempts -> Integer,
        lease_until -> Nullable<UtcTimestamp>,
        leased_by -> Nullable<Text>,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
    use super::UtcTimestamp;
    idempotency_keys (id) {
        id -> BigInt,
        scope -> Binary,
        fingerprint -> Binary,
        state -> Text,
        fence -> BigInt,
        lease_until -> UtcTimestamp,
        created_at -> UtcTimestamp,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        body -> Nullable<Binary>,
    }
}

joinable!(outbox -> events (id));
allow_tables_to_appear_in_same_query!(events, outbox);
