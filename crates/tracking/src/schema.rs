//! The tables of this domain.

use diesel::table;

table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    tracking_domains (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        pixel_key -> Text,
        settings -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    tracking_aims (id) {
        id -> BigInt,
        domain_id -> BigInt,
        kind -> Text,
        name -> Text,
        steps -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    tracking_salts (day) {
        day -> Integer,
        salt -> Binary,
    }
}

table! {
    tracking_inbox (id) {
        id -> BigInt,
        hits -> Binary,
    }
}

table! {
    tracking_words (id) {
        id -> BigInt,
        domain_id -> BigInt,
        word -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer};
    use mainstay_store::UtcTimestamp;
    tracking_visits (id) {
        id -> BigInt,
        domain_id -> BigInt,
        visitor -> BigInt,
        started_at -> UtcTimestamp,
        last_at -> UtcTimestamp,
        hits -> Integer,
        views -> Integer,
        events -> Integer,
        host -> BigInt,
        entry_page -> BigInt,
        exit_page -> BigInt,
        referrer -> BigInt,
        source -> BigInt,
        medium -> BigInt,
        campaign -> BigInt,
        term -> BigInt,
        content -> BigInt,
        country -> BigInt,
        device -> BigInt,
        browser -> BigInt,
        os -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    tracking_events (visit_id, number) {
        visit_id -> BigInt,
        number -> Integer,
        at -> UtcTimestamp,
        name -> BigInt,
        page -> BigInt,
        properties -> Nullable<JsonDoc>,
    }
}

table! {
    tracking_values (visit_id, number, property) {
        visit_id -> BigInt,
        number -> Integer,
        property -> BigInt,
        value -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Integer};
    use mainstay_store::UtcTimestamp;
    tracking_visitors (domain_id, visitor) {
        domain_id -> BigInt,
        visitor -> BigInt,
        visit_id -> BigInt,
        day -> Integer,
        paced_at -> UtcTimestamp,
        paced -> Integer,
        hits -> Integer,
        counted -> Binary,
    }
}

table! {
    tracking_cells (domain_id, dimension, day, word) {
        domain_id -> BigInt,
        dimension -> Integer,
        day -> Integer,
        word -> BigInt,
        visitors -> BigInt,
        visits -> BigInt,
        views -> BigInt,
        events -> BigInt,
        bounces -> BigInt,
        spent_us -> BigInt,
    }
}

diesel::joinable!(tracking_aims -> tracking_domains (domain_id));
diesel::allow_tables_to_appear_in_same_query!(tracking_aims, tracking_domains);
diesel::allow_tables_to_appear_in_same_query!(tracking_visits, tracking_events, tracking_words, tracking_visitors);
