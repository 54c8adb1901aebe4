//! The tables of this domain.

use diesel::table;

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    hosting_sites (id) {
        id -> Text,
        workspace_id -> BigInt,
        name -> Text,
        label -> Text,
        settings -> JsonDoc,
        auto_deploy -> Bool,
        desired -> Text,
        status -> Text,
        stop_reason -> Nullable<Text>,
        current_id -> Nullable<Text>,
        latest_id -> Nullable<Text>,
        is_stale -> Bool,
        condition -> Nullable<Text>,
        generation -> BigInt,
        restart_count -> BigInt,
        last_exit -> Nullable<JsonDoc>,
        sleep_after -> Nullable<BigInt>,
        repository_token -> Nullable<Binary>,
        version -> BigInt,
        deleted_at -> Nullable<UtcTimestamp>,
        purge_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    hosting_site_events (id) {
        id -> BigInt,
        site_id -> Text,
        kind -> Text,
        deployment_id -> Nullable<Text>,
        from_status -> Nullable<Text>,
        to_status -> Text,
        actor -> Nullable<Text>,
        reason -> Nullable<Text>,
        at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    hosting_metrics (site_id, span, at, node) {
        site_id -> Text,
        span -> Text,
        at -> UtcTimestamp,
        node -> Text,
        requests -> BigInt,
        status_2xx -> BigInt,
        status_3xx -> BigInt,
        status_4xx -> BigInt,
        status_5xx -> BigInt,
        bytes_out -> BigInt,
        times -> JsonDoc,
        cpu_micros -> Nullable<BigInt>,
        memory_bytes -> Nullable<BigInt>,
        processes -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    hosting_deployments (id) {
        id -> Text,
        site_id -> Text,
        workspace_id -> BigInt,
        status -> Text,
        trigger -> Text,
        actor -> Nullable<Text>,
        settings -> JsonDoc,
        settings_hash -> Text,
        branch -> Nullable<Text>,
        commit_id -> Nullable<Text>,
        commit_message -> Nullable<Text>,
        restores_id -> Nullable<Text>,
        release_id -> Nullable<Text>,
        release_sha256 -> Nullable<Text>,
        release_bytes -> Nullable<BigInt>,
        failure -> Nullable<JsonDoc>,
        cancel_reason -> Nullable<Text>,
        skip_reason -> Nullable<Text>,
        timings -> JsonDoc,
        program -> Nullable<JsonDoc>,
        worker -> Nullable<Text>,
        lease_until -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        started_at -> Nullable<UtcTimestamp>,
        finished_at -> Nullable<UtcTimestamp>,
        live_at -> Nullable<UtcTimestamp>,
        is_counted -> Bool,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    use mainstay_store::UtcTimestamp;
    hosting_variables (site_id, name) {
        site_id -> Text,
        name -> Text,
        scope -> Text,
        sealed -> Binary,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    use mainstay_store::UtcTimestamp;
    hosting_hooks (site_id) {
        site_id -> Text,
        token_hash -> Binary,
        sealed -> Binary,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    hosting_hook_deliveries (id) {
        id -> Text,
        site_id -> Text,
        key_hash -> Nullable<Binary>,
        body_hash -> Nullable<Binary>,
        provider -> Text,
        event -> Text,
        outcome -> Text,
        reason -> Nullable<Text>,
        branch -> Nullable<Text>,
        commit_id -> Nullable<Text>,
        deployment_id -> Nullable<Text>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    hosting_databases (id) {
        id -> Text,
        workspace_id -> BigInt,
        name -> Text,
        kind -> Text,
        engine_version -> Text,
        desired -> Text,
        status -> Text,
        stop_reason -> Nullable<Text>,
        max_connections -> Nullable<BigInt>,
        sealed -> Binary,
        restores_id -> Nullable<Text>,
        latest_backup_id -> Nullable<Text>,
        settle_at -> Nullable<UtcTimestamp>,
        version -> BigInt,
        deleted_at -> Nullable<UtcTimestamp>,
        purge_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        extensions -> Text,
        backup_cron -> Nullable<Text>,
        backup_keep -> Nullable<BigInt>,
        next_backup_at -> Nullable<UtcTimestamp>,
        max_size_mb -> Nullable<BigInt>,
        size_bytes -> Nullable<BigInt>,
        sized_at -> Nullable<UtcTimestamp>,
        fullness -> Text,
    }
}

table! {
    use diesel::sql_types::Text;
    use mainstay_store::UtcTimestamp;
    hosting_database_sites (database_id, site_id) {
        database_id -> Text,
        site_id -> Text,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    hosting_database_backups (id) {
        id -> Text,
        database_id -> Text,
        status -> Text,
        size_bytes -> Nullable<BigInt>,
        error -> Nullable<Text>,
        verified_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
        finished_at -> Nullable<UtcTimestamp>,
        origin -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    hosting_domains (site_id, name) {
        site_id -> Text,
        name -> Text,
        workspace_id -> BigInt,
        status -> Text,
        token -> Text,
        held_name -> Nullable<Text>,
        problem -> Nullable<Text>,
        missing_at -> Nullable<UtcTimestamp>,
        check_at -> Nullable<UtcTimestamp>,
        checked_at -> Nullable<UtcTimestamp>,
        verified_at -> Nullable<UtcTimestamp>,
        chain -> Nullable<Text>,
        sealed_key -> Nullable<Binary>,
        issuer -> Nullable<Text>,
        not_after -> Nullable<UtcTimestamp>,
        renew_at -> Nullable<UtcTimestamp>,
        is_ordered -> Bool,
        order_at -> Nullable<UtcTimestamp>,
        failures -> BigInt,
        fault -> Nullable<Text>,
        challenge -> Nullable<Text>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::UtcTimestamp;
    hosting_runs (kind, resource_id, hour) {
        kind -> Text,
        resource_id -> Text,
        hour -> UtcTimestamp,
        workspace_id -> BigInt,
        seconds -> BigInt,
        noted_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    use mainstay_store::UtcTimestamp;
    hosting_acme_accounts (directory) {
        directory -> Text,
        sealed -> Binary,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool};
    use mainstay_store::UtcTimestamp;
    hosting_debts (workspace_id) {
        workspace_id -> BigInt,
        since -> UtcTimestamp,
        is_suspended -> Bool,
    }
}

// Of another domain: only held, so that two who count the things of one tenant take turns.
table! {
    workspaces (id) {
        id -> BigInt,
    }
}

diesel::joinable!(hosting_deployments -> hosting_sites (site_id));
diesel::joinable!(hosting_variables -> hosting_sites (site_id));
diesel::joinable!(hosting_hooks -> hosting_sites (site_id));
diesel::joinable!(hosting_hook_deliveries -> hosting_sites (site_id));
diesel::joinable!(hosting_domains -> hosting_sites (site_id));
diesel::allow_tables_to_appear_in_same_query!(hosting_domains, hosting_sites);
diesel::joinable!(hosting_database_sites -> hosting_sites (site_id));
diesel::joinable!(hosting_database_sites -> hosting_databases (database_id));
diesel::allow_tables_to_appear_in_same_query!(hosting_deployments, hosting_sites, hosting_variables);
diesel::joinable!(hosting_site_events -> hosting_sites (site_id));
diesel::joinable!(hosting_metrics -> hosting_sites (site_id));
diesel::allow_tables_to_appear_in_same_query!(hosting_hooks, hosting_sites);
diesel::allow_tables_to_appear_in_same_query!(hosting_metrics, hosting_sites);
diesel::allow_tables_to_appear_in_same_query!(hosting_site_events, hosting_sites);
diesel::allow_tables_to_appear_in_same_query!(hosting_hook_deliveries, hosting_sites);
diesel::allow_tables_to_appear_in_same_query!(hosting_database_sites, hosting_databases, hosting_sites);
