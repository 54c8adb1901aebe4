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
#[derive(Insertable, AsChangeset, Queryable, Selectable)]
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
pub(crate) struct Row {
    id: i64,
    workspace_id: i64,
    #[diesel(embed)]
    terms: Terms,
    success_count: i64,
    failure_count: i64,
    last_delivery_at: Option<Ts>,
    created_at: Ts,
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
        let Row { id, workspace_id, terms, success_count, failure_count, last_delivery_at, created_at } = row;
        let unreadable = |what: &str| StoreError::Damaged(format!("webhook_endpoints: the {what} of {id}"));
        let unsigned = |number: i32| u32::try_from(number).unwrap_or(0);
        let rotation = terms.secret_rotated_at.zip(terms.previous_secret_ends_at);
        let disabled_reason = terms.disabled_reason.as_deref();
        let endpoint = Endpoint {
            id: EndpointId(id),
            workspace: WorkspaceId(workspace_id),
            url: terms.url,
            description: terms.description,
            events: Patterns::parse(&terms.events.0).map_err(|_| unreadable("events"))?,
            channels: Channels::parse(&terms.channels.0, "channels").map_err(|_| unreadable("channels"))?,
            filters: Filters::parse(terms.filters.0.as_object().unwrap_or(&Map::new()))
                .map_err(|_| unreadable("filters"))?,
            header_names: terms.header_names.0,
            rate_limit: terms.rate_limit.map(unsigned),
            max_concurrency: unsigned(terms.max_concurrency),
            public_key: terms.public_key,
            rotation: rotation
                .map(|(rotated_at, ends_at)| SecretRotation { rotated_at: rotated_at.0, ends_at: ends_at.0 }),
            is_active: terms.is_active,
            disabled_at: terms.disabled_at.map(|at| at.0),
            disabled_reason: disabled_reason.and_then(DisabledReason::named),
            success_count,
            failure_count,
            consecutive_failures: terms.consecutive_failures,
            last_delivery_at: last_delivery_at.map(|at| at.0),
            created_at: created_at.0,
            updated_at: terms.updated_at.0,
        };
        let sealed = Sealed {
            secret: terms.secret,
            previous: terms.previous_secret,
            previous_ends_at: endpoint.rotation.map(|rotation| rotation.ends_at),
            headers: terms.headers,
            key_seed: terms.key_seed,
        };
        Ok(Self { endpoint, sealed })
    }
}
