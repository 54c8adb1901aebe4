//! The tables of this domain.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    webhook_endpoints (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        url -> Text,
        description -> Nullable<Text>,
        events -> JsonDoc,
        channels -> JsonDoc,
        filters -> JsonDoc,
        headers -> Nullable<Binary>,
        header_names -> JsonDoc,
        secret -> Binary,
        previous_secret -> Nullable<Binary>,
        secret_rotated_at -> Nullable<UtcTimestamp>,
        previous_secret_ends_at -> Nullable<UtcTimestamp>,
        key_seed -> Nullable<Binary>,
        public_key -> Nullable<Text>,
        rate_limit -> Nullable<Integer>,
        max_concurrency -> Integer,
        paced_until -> Nullable<UtcTimestamp>,
        is_active -> Bool,
        disabled_at -> Nullable<UtcTimestamp>,
        disabled_reason -> Nullable<Text>,
        success_count -> BigInt,
        failure_count -> BigInt,
        consecutive_failures -> Integer,
        last_delivery_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        deleted_at -> Nullable<UtcTimestamp>,
    }
}

table! {
    webhook_rosters (workspace_id) {
        workspace_id -> BigInt,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    webhook_messages (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        event_id -> Text,
        event_type -> Text,
        channels -> JsonDoc,
        body -> Text,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    webhook_deliveries (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        endpoint_id -> BigInt,
        message_id -> BigInt,
        status -> Text,
        attempt -> Integer,
        response_code -> Nullable<Integer>,
        due_at -> Nullable<UtcTimestamp>,
        lease_until -> Nullable<UtcTimestamp>,
        delivered_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    webhook_attempts (id) {
        id -> BigInt,
        delivery_id -> BigInt,
        number -> Integer,
        started_at -> UtcTimestamp,
        duration_ms -> BigInt,
        response_code -> Nullable<Integer>,
        response_body -> Nullable<Text>,
        error -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    webhook_event_types (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        description -> Text,
        schema -> Nullable<JsonDoc>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    webhook_replays (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        endpoint_id -> BigInt,
        selection -> Text,
        since -> UtcTimestamp,
        until -> UtcTimestamp,
        status -> Text,
        total -> BigInt,
        seen -> BigInt,
        queued -> BigInt,
        reached -> BigInt,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        finished_at -> Nullable<UtcTimestamp>,
    }
}

joinable!(webhook_deliveries -> webhook_endpoints (endpoint_id));
joinable!(webhook_deliveries -> webhook_messages (message_id));
joinable!(webhook_attempts -> webhook_deliveries (delivery_id));
allow_tables_to_appear_in_same_query!(webhook_endpoints, webhook_messages, webhook_deliveries, webhook_attempts);
