//! The tables of what is offered, and what is asked of others.

use diesel::table;
use mainstay_store::{JsonDoc, UtcTimestamp};

table! {
    catalogue (id) {
        id -> Integer,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::Text;
    use super::{JsonDoc, UtcTimestamp};
    catalogue_features (code) {
        code -> Text,
        body -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::Text;
    use super::{JsonDoc, UtcTimestamp};
    catalogue_plans (name) {
        name -> Text,
        body -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::UtcTimestamp;
    workspaces (id) {
        id -> BigInt,
        tier -> Text,
        deleted_at -> Nullable<UtcTimestamp>,
    }
}
