//! The tables of this domain.

use diesel::table;

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    mcp_servers (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        title -> Text,
        description -> Text,
        status -> Text,
        target -> JsonDoc,
        secrets -> Nullable<Binary>,
        secret_names -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    mcp_policies (workspace_id, server) {
        workspace_id -> BigInt,
        server -> Text,
        is_enabled -> Bool,
        allowed_tools -> Nullable<JsonDoc>,
        denied_tools -> JsonDoc,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    mcp_tool_versions (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        server -> Text,
        tool -> Text,
        version -> Text,
        is_latest -> Bool,
        description -> Nullable<Text>,
        input_schema -> Nullable<JsonDoc>,
        output_schema -> Nullable<JsonDoc>,
        changelog -> Nullable<Text>,
        migration_notes -> Nullable<Text>,
        deprecated_at -> Nullable<UtcTimestamp>,
        sunset_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};
    mcp_calls (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        server -> Text,
        tool -> Text,
        version -> Text,
        outcome -> Text,
        error -> Nullable<Text>,
        arguments -> JsonDoc,
        duration_us -> BigInt,
        user_id -> UuidKey,
        key_id -> Nullable<BigInt>,
        address -> Nullable<Text>,
        client -> Nullable<Text>,
        request -> Nullable<Text>,
        protocol -> Text,
        created_at -> UtcTimestamp,
    }
}
