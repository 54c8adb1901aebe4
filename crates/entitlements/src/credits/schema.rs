//! The tables of credits.

use diesel::{allow_tables_to_appear_in_same_query, table};
use mainstay_store::UtcTimestamp;

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use super::UtcTimestamp;
    credit_accounts (workspace_id) {
        workspace_id -> BigInt,
        balance -> BigInt,
        last_purchase_at -> Nullable<UtcTimestamp>,
        next_expiry_at -> Nullable<UtcTimestamp>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use super::UtcTimestamp;
    credit_grants (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        source -> Text,
        amount -> BigInt,
        remaining -> BigInt,
        priority -> Integer,
        expires_at -> Nullable<UtcTimestamp>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use super::UtcTimestamp;
    credit_transactions (id) {
        id -> BigInt,
        public_id -> Text,
        workspace_id -> BigInt,
        kind -> Text,
        amount -> BigInt,
        balance_after -> BigInt,
        description -> Nullable<Text>,
        resource_type -> Nullable<Text>,
        resource_id -> Nullable<Text>,
        reference -> Nullable<Text>,
        refund_of -> Nullable<BigInt>,
        created_at -> UtcTimestamp,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    credit_entries (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        transaction_id -> BigInt,
        account -> Text,
        grant_id -> Nullable<BigInt>,
        amount -> BigInt,
    }
}

allow_tables_to_appear_in_same_query!(credit_entries, credit_transactions);

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use super::UtcTimestamp;
    credit_purchases (id) {
        id -> BigInt,
        public_id -> Text,
        workspace_id -> BigInt,
        package_id -> Text,
        quantity -> BigInt,
        credits -> BigInt,
        bonus_credits -> BigInt,
        amount -> BigInt,
        currency -> Text,
        expires_after_days -> Nullable<Integer>,
        provider -> Text,
        session -> Nullable<Text>,
        checkout_url -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
        settled_at -> Nullable<UtcTimestamp>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use super::UtcTimestamp;
    credit_payment_notices (provider, notice) {
        provider -> Text,
        notice -> Text,
        purchase_id -> BigInt,
        received_at -> UtcTimestamp,
    }
}
