//! A key as both databases have it.

use super::{Draft, StoredKey, Successor};
use crate::allowed_ips::AllowedIps;
use crate::hash::KeyHash;
use crate::model::ApiKey;
use crate::schema::api_keys;
use diesel::prelude::*;
use mainstay_kernel::{KeyId, Scope, Scopes, UserId, WorkspaceId};
use mainstay_store::{Id, Json, StoreError, Ts};
use std::fmt::Display;
use std::sync::Arc;

/// What a key is born with.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub(super) struct Born {
    workspace_id: i64,
    user_id: Id,
    name: String,
    environment: String,
    prefix: String,
    pub(super) hash: Vec<u8>,
    scopes: Json<Vec<String>>,
    rate_limit_tier: Option<String>,
    allowed_ips: Json<Vec<String>>,
    server_scopes: Option<Json<Vec<String>>>,
    expires_at: Option<Ts>,
    rotated_from_id: Option<i64>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub(super) struct Row {
    id: i64,
    #[diesel(embed)]
    born: Born,
    last_used_at: Option<Ts>,
    grace_period_ends_at: Option<Ts>,
    revoked_at: Option<Ts>,
}

impl From<Draft> for Born {
    fn from(draft: Draft) -> Self {
        let Draft { workspace, user, environment, terms, mint, now } = draft;
        Self {
            workspace_id: workspace.0,
            user_id: Id(user.0),
            name: terms.name,
            environment: environment.name().to_owned(),
            prefix: mint.prefix,
            hash: mint.hash.bytes().to_vec(),
            scopes: Json(terms.scopes.to_texts()),
            rate_limit_tier: terms.rate_limit_tier,
            allowed_ips: Json(terms.allowed_ips.to_texts()),
            server_scopes: terms.server_scopes.map(Json),
            expires_at: terms.expires_at.map(Ts),
            rotated_from_id: None,
            created_at: now.into(),
            updated_at: now.into(),
        }
    }
}

impl Row {
    pub(super) fn hash(&self) -> Result<KeyHash, StoreError> {
        let bytes: [u8; 32] = self.born.hash.as_slice().try_into().map_err(damaged)?;
        Ok(bytes.into())
    }

    /// The successor's birth: as this one's, but for whom it speaks and its token.
    pub(super) fn succeeded_by(self, successor: Successor) -> Born {
        Born {
            user_id: Id(successor.user.0),
            prefix: successor.mint.prefix,
            hash: successor.mint.hash.bytes().to_vec(),
            rotated_from_id: Some(self.id),
            created_at: successor.now.into(),
            updated_at: successor.now.into(),
            ..self.born
        }
    }
}

impl TryFrom<Row> for StoredKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self { hash: row.hash()?, key: row.try_into()? })
    }
}

impl TryFrom<Row> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let Row { id, born, last_used_at, grace_period_ends_at, revoked_at } = row;
        let scopes: Result<Vec<Scope>, _> = born.scopes.0.iter().map(|text| text.parse()).collect();
        Ok(Self {
            id: KeyId(id),
            workspace: WorkspaceId(born.workspace_id),
            user: UserId(born.user_id.0),
            name: born.name,
            environment: born.environment.parse().map_err(damaged)?,
            prefix: born.prefix,
            scopes: Arc::new(Scopes::new(scopes.map_err(damaged)?)),
            rate_limit_tier: born.rate_limit_tier,
            allowed_ips: AllowedIps::parse(&born.allowed_ips.0).map_err(|_| damaged("an address"))?,
            server_scopes: born.server_scopes.map(|Json(servers)| servers),
            last_used_at: last_used_at.map(Into::into),
            expires_at: born.expires_at.map(Into::into),
            grace_period_ends_at: grace_period_ends_at.map(Into::into),
            rotated_from: born.rotated_from_id.map(KeyId),
            revoked_at: revoked_at.map(Into::into),
            created_at: born.created_at.into(),
            updated_at: born.updated_at.into(),
        })
    }
}

fn damaged(cause: impl Display) -> StoreError {
    StoreError::Damaged(format!("api_keys: {cause}"))
}
