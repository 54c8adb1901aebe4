//! The tables of this domain.

use diesel::table;

table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::UtcTimestamp;
    seo_pages (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        url -> Text,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    seo_reports (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        page_id -> BigInt,
        url -> Text,
        source -> Text,
        performance -> Nullable<Integer>,
        accessibility -> Nullable<Integer>,
        best_practices -> Nullable<Integer>,
        seo -> Nullable<Integer>,
        critical_count -> Integer,
        error_count -> Integer,
        warning_count -> Integer,
        info_count -> Integer,
        issues -> JsonDoc,
        previous_id -> Nullable<BigInt>,
        is_latest -> Bool,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    seo_issues (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        page_id -> BigInt,
        url -> Text,
        fingerprint -> Text,
        issue_type -> Text,
        severity -> Text,
        details -> JsonDoc,
        status -> Text,
        first_seen_at -> UtcTimestamp,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        fixed_at -> Nullable<UtcTimestamp>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use mainstay_store::UtcTimestamp;
    seo_audits (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        url -> Text,
        status -> Text,
        progress -> Integer,
        step -> Text,
        error -> Nullable<Text>,
        report_id -> Nullable<BigInt>,
        attempt -> Integer,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        finished_at -> Nullable<UtcTimestamp>,
    }
}

// Of the tenants only that they are there.
table! {
    workspaces (id) {
        id -> BigInt,
    }
}
