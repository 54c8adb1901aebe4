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
        surname -> Nullable<Text>,
        given_names -> Nullable<Text>,
        native_script -> Nullable<Text>,
        preferred_order -> Nullable<Text>,
        username -> Nullable<Text>,
        username_key -> Nullable<Text>,
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
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    sessions (id) {
        id -> UuidKey,
        user_id -> UuidKey,
        generation -> BigInt,
        refreshed_at -> UtcTimestamp,
        expires_at -> UtcTimestamp,
        revoked_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        last_used_at -> UtcTimestamp,
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

table! {
    use diesel::sql_types::{Nullable, Text};
    use mainstay_store::UtcTimestamp;
    registrations (email_key) {
        email_key -> Text,
        verified_at -> Nullable<UtcTimestamp>,
        verified_from -> Nullable<Text>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use mainstay_store::UtcTimestamp;
    one_time_codes (purpose, subject) {
        purpose -> Text,
        subject -> Text,
        hash -> Binary,
        attempts -> Integer,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    use mainstay_store::UtcTimestamp;
    one_time_links (purpose, subject) {
        purpose -> Text,
        subject -> Text,
        hash -> Binary,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::Text;
    use mainstay_store::{JsonDoc, UtcTimestamp};
    mail_quotas (kind, address_key) {
        kind -> Text,
        address_key -> Text,
        sent -> JsonDoc,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    devices (id) {
        id -> UuidKey,
        user_id -> UuidKey,
        fingerprint -> Binary,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        first_seen_at -> UtcTimestamp,
        last_seen_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Integer, Text};
    use mainstay_store::UtcTimestamp;
    throttles (kind, subject) {
        kind -> Text,
        subject -> Text,
        failures -> Integer,
        blocked_until -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary};
    use mainstay_store::{UtcTimestamp, UuidKey};
    second_factors (user_id) {
        user_id -> UuidKey,
        sealed_secret -> Binary,
        last_step -> BigInt,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::Binary;
    use mainstay_store::{UtcTimestamp, UuidKey};
    pending_second_factors (user_id) {
        user_id -> UuidKey,
        sealed_secret -> Binary,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::Binary;
    use mainstay_store::{UtcTimestamp, UuidKey};
    recovery_codes (user_id, hash) {
        user_id -> UuidKey,
        hash -> Binary,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Integer};
    use mainstay_store::{UtcTimestamp, UuidKey};
    second_factor_challenges (user_id) {
        user_id -> UuidKey,
        hash -> Binary,
        password_digest -> Binary,
        attempts -> Integer,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};
    oauth_clients (id) {
        id -> UuidKey,
        client_id -> Text,
        name -> Text,
        redirect_uris -> JsonDoc,
        secret_hash -> Nullable<Binary>,
        user_id -> Nullable<UuidKey>,
        project_id -> Nullable<UuidKey>,
        workspace_id -> Nullable<BigInt>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        post_logout_redirect_uris -> JsonDoc,
        has_device_flow -> Bool,
        auth_method -> Text,
        jwks -> Nullable<JsonDoc>,
        jwks_uri -> Nullable<Text>,
        registration_hash -> Nullable<Binary>,
        fingerprint -> Nullable<Binary>,
        id_token_alg -> Text,
    }
}

table! {
    use diesel::sql_types::Binary;
    use mainstay_store::UtcTimestamp;
    oauth_assertions (hash) {
        hash -> Binary,
        expires_at -> UtcTimestamp,
    }
}

table! {
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};
    oauth_grants (id) {
        id -> UuidKey,
        user_id -> UuidKey,
        client_id -> UuidKey,
        scopes -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};
    oauth_authorizations (id) {
        id -> UuidKey,
        client_id -> UuidKey,
        user_id -> UuidKey,
        session_id -> UuidKey,
        authenticated_at -> UtcTimestamp,
        scopes -> JsonDoc,
        resource -> Nullable<Text>,
        nonce -> Nullable<Text>,
        wants_email_verified -> Bool,
        code_hash -> Binary,
        redirect_uri -> Text,
        code_challenge -> Nullable<Text>,
        redeemed_at -> Nullable<UtcTimestamp>,
        generation -> BigInt,
        refreshed_at -> UtcTimestamp,
        expires_at -> UtcTimestamp,
        revoked_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};
    oauth_devices (id) {
        id -> UuidKey,
        client_id -> UuidKey,
        device_hash -> Binary,
        user_code_hash -> Binary,
        scopes -> JsonDoc,
        resource -> Nullable<Text>,
        poll_interval -> BigInt,
        polled_at -> Nullable<UtcTimestamp>,
        allowed_at -> Nullable<UtcTimestamp>,
        denied_at -> Nullable<UtcTimestamp>,
        expires_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
    }
}

// What other crates keep, as far as their owners' clients are counted under a lock.
table! {
    use mainstay_store::UuidKey;
    projects (id) {
        id -> UuidKey,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use mainstay_store::UtcTimestamp;
    workspaces (id) {
        id -> BigInt,
        deleted_at -> Nullable<UtcTimestamp>,
    }
}

joinable!(user_emails -> users (user_id));
joinable!(oauth_grants -> oauth_clients (client_id));
allow_tables_to_appear_in_same_query!(users, user_emails);
allow_tables_to_appear_in_same_query!(oauth_grants, oauth_clients, oauth_authorizations);
allow_tables_to_appear_in_same_query!(second_factor_challenges, second_factors);
