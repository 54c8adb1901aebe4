//! The tables of people.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    users (id) {
        id -> UuidKey,
        display_name -> Text,
        password_hash -> Nullable<Text>,
        is_owner -> Bool,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    user_emails (id) {
        id -> UuidKey,
        user_id -> UuidKey,
        email -> Text,
        email_key -> Text,
        is_default -> Bool,
        verified_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use mainstay_store::{UtcTimestamp, UuidKey};
    sessions (id) {
        id -> UuidKey,
        user_id -> UuidKey,
        generation -> BigInt,
        refreshed_at -> UtcTimestamp,
        expires_at -> UtcTimestamp,
        revoked_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        sealed_private -> Binary,
        signs_from -> UtcTimestamp,
        created_at -> UtcTimestamp,
        retired_at -> Nullable<UtcTimestamp>,
    }
}

joinable!(user_emails -> users (user_id));
allow_tables_to_appear_in_same_query!(users, user_emails);
