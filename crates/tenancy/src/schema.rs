//! The tables of workspaces and memberships.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};
use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp};
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
        tier -> Text,
        settings -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        deleted_at -> Nullable<UtcTimestamp>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::{UtcTimestamp, UuidKey};
    memberships (user_id, workspace_id) {
        user_id -> UuidKey,
        workspace_id -> BigInt,
        role -> Text,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

joinable!(memberships -> workspaces (workspace_id));
allow_tables_to_appear_in_same_query!(memberships, workspaces);
