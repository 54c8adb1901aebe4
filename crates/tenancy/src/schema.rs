//! The tables of this crate.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};
use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::{JsonDoc, UtcTimestamp, UuidKey};
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
        tier -> Text,
        settings -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        deleted_at -> Nullable<UtcTimestamp>,
        personal_of -> Nullable<UuidKey>,
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

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use super::{UtcTimestamp, UuidKey};
    projects (id) {
        id -> UuidKey,
        workspace_id -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        is_public -> Bool,
        owner_id -> UuidKey,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::Text;
    use super::{UtcTimestamp, UuidKey};
    project_members (id) {
        id -> UuidKey,
        project_id -> UuidKey,
        user_id -> UuidKey,
        role -> Text,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use super::{UtcTimestamp, UuidKey};
    project_permissions (id) {
        id -> UuidKey,
        project_id -> UuidKey,
        key -> Text,
        display_name -> Text,
        description -> Nullable<Text>,
        is_default -> Bool,
        created_at -> UtcTimestamp,
    }
}

table! {
    use super::UuidKey;
    project_member_permissions (member_id, permission_id) {
        member_id -> UuidKey,
        permission_id -> UuidKey,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::{UtcTimestamp, UuidKey};
    invites (id) {
        id -> UuidKey,
        workspace_id -> BigInt,
        project_id -> Nullable<UuidKey>,
        email -> Text,
        email_key -> Text,
        role -> Text,
        redirect_url -> Nullable<Text>,
        invited_by -> UuidKey,
        token_hash -> Binary,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

// What another crate keeps, as far as it goes with a workspace: the row of a workspace stays when it is deleted, and so
// takes nothing along by itself.
table! {
    use diesel::sql_types::{BigInt, Nullable};
    use super::UuidKey;
    oauth_clients (id) {
        id -> UuidKey,
        workspace_id -> Nullable<BigInt>,
    }
}

joinable!(memberships -> workspaces (workspace_id));
joinable!(project_members -> projects (project_id));
joinable!(project_member_permissions -> project_members (member_id));
joinable!(project_member_permissions -> project_permissions (permission_id));
allow_tables_to_appear_in_same_query!(memberships, workspaces);
allow_tables_to_appear_in_same_query!(projects, project_members, project_permissions, project_member_permissions);
