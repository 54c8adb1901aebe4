//! An endpoint as both databases have it.

use super::KeptEndpoint;
use crate::channels::Channels;
use crate::endpoints::model::{DisabledReason, Endpoint, SecretRotation};
use crate::filter::Filters;
use crate::model::EndpointId;
use crate::pattern::Patterns;
use crate::schema::webhook_endpoints;
use crate::vault::Sealed;
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreError, Ts};
use serde_json::{Map, Value};

/// What of an endpoint people change.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = webhook_endpoints, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Terms {
    url: String,
    description: Option<String>,
    events: Json<Vec<String>>,
    channels: Json<Vec<String>>,
    filters: Json<Value>,
    headers: Option<Vec<u8>>,
    header_names: Json<Vec<String>>,
    secret: Vec<u8>,
    previous_secret: Option<Vec<u8>>,
    secret_rotated_at: Option<Ts>,
    previous_secret_ends_at: Option<Ts>,
    key_seed: Option<Vec<u8>>,
    public_key: Option<String>,
    rate_limit: Option<i32>,
    max_concurrency: i32,
    is_active: bool,
    disabled_at: Option<Ts>,
    disabled_reason: Option<String>,
    consecutive_failures: i32,
    updated_at: Ts,
}

/// What an endpoint is born with.
#[derive(Insertable)]
#[diesel(table_name = webhook_endpoints)]
pub(crate) struct Born {
    workspace_id: i64,
    #[diesel(embed)]
    terms: Terms,
    success_count: i64,
    failure_count: i64,
    created_at: Ts,
}

/// All of an endpoint. Flat, though half of it stands in [`Terms`]: what the compiler proves of a row in a row takes minutes.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
pub(crate) struct Row {
    id: i64,
    workspace_id: i64,
    url: String,
    description: Option<String>,
    events: Json<Vec<String>>,
    channels: Json<Vec<String>>,
    filters: Json<Value>,
    headers: Option<Vec<u8>>,
    header_names: Json<Vec<String>>,
    secret: Vec<u8>,
    previous_secret: Option<Vec<u8>>,
    secret_rotated_at: Option<Ts>,
    previous_secret_ends_at: Option<Ts>,
    key_seed: Option<Vec<u8>>,
    public_key: Option<String>,
    rate_limit: Option<i32>,
    max_concurrency: i32,
    is_active: bool,
    disabled_at: Option<Ts>,
    disabled_reason: Option<String>,
    success_count: i64,
    failure_count: i64,
    consecutive_failures: i32,
    last_delivery_at: Option<Ts>,
    created_at: Ts,
    updated_at: Ts,
}

impl From<KeptEndpoint> for Terms {
    fn from(kept: KeptEndpoint) -> Self {
        let KeptEndpoint { endpoint, sealed } = kept;
        let signed = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            url: endpoint.url,
            description: endpoint.description,
            events: Json(endpoint.events.to_texts()),
            channels: Json(endpoint.channels.to_texts()),
            filters: Json(endpoint.filters.to_json()),
            headers: sealed.headers,
            header_names: Json(endpoint.header_names),
            secret: sealed.secret,
            previous_secret: sealed.previous,
            secret_rotated_at: endpoint.rotation.map(|rotation| Ts(rotation.rotated_at)),
            previous_secret_ends_at: endpoint.rotation.map(|rotation| Ts(rotation.ends_at)),
            key_seed: sealed.key_seed,
            public_key: endpoint.public_key,
            rate_limit: endpoint.rate_limit.map(signed),
            max_concurrency: signed(endpoint.max_concurrency),
            is_active: endpoint.is_active,
            disabled_at: endpoint.disabled_at.map(Ts),
            disabled_reason: endpoint.disabled_reason.map(|reason| reason.name().to_owned()),
            consecutive_failures: endpoint.consecutive_failures,
            updated_at: Ts(endpoint.updated_at),
        }
    }
}

impl From<KeptEndpoint> for Born {
    fn from(kept: KeptEndpoint) -> Self {
        let (workspace_id, created_at) = (kept.endpoint.workspace.0, Ts(kept.endpoint.created_at));
        Self { workspace_id, terms: kept.into(), success_count: 0, failure_count: 0, created_at }
    }
}

impl TryFrom<Row> for KeptEndpoint {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.id;
        let unreadable = |what: &str| StoreError::Damaged(format!("webhook_endpoints: the {what} of {id}"));
        let unsigned = |number: i32| u32::try_from(number).unwrap_or(0);
        let rotation = row.secret_rotated_at.zip(row.previous_secret_ends_at);
        let disabled_reason = row.disabled_reason.as_deref();
        let endpoint = Endpoint {
            id: EndpointId(id),
            workspace: WorkspaceId(row.workspace_id),
            url: row.url,
            description: row.description,
            events: Patterns::parse(&row.events.0).map_err(|_| unreadable("events"))?,
            channels: Channels::parse(&row.channels.0, "channels").map_err(|_| unreadable("channels"))?,
            filters: Filters::parse(row.filters.0.as_object().unwrap_or(&Map::new()))
                .map_err(|_| unreadable("filters"))?,
            header_names: row.header_names.0,
            rate_limit: row.rate_limit.map(unsigned),
            max_concurrency: unsigned(row.max_concurrency),
            public_key: row.public_key,
            rotation: rotation
                .map(|(rotated_at, ends_at)| SecretRotation { rotated_at: rotated_at.0, ends_at: ends_at.0 }),
            is_active: row.is_active,
            disabled_at: row.disabled_at.map(|at| at.0),
            disabled_reason: disabled_reason.and_then(DisabledReason::named),
            success_count: row.success_count,
            failure_count: row.failure_count,
            consecutive_failures: row.consecutive_failures,
            last_delivery_at: row.last_delivery_at.map(|at| at.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        };
        let sealed = Sealed {
            secret: row.secret,
            previous: row.previous_secret,
            previous_ends_at: endpoint.rotation.map(|rotation| rotation.ends_at),
            headers: row.headers,
            key_seed: row.key_seed,
        };
        Ok(Self { endpoint, sealed })
    }
}
