//! API keys on the wire.

use mainstay_edge::valid::one_of;
use mainstay_edge::{IsoSeconds, Listable, Rejection};
use mainstay_kernel::{FieldError, Plan, Scope, Timestamp};
use mainstay_keys::{ApiKey, Environment, IssuedKey, KeyColumn, KeyStatus, NewKey, Rotation};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// What the list of keys can be asked.
pub(super) enum ApiKeyList {}

impl Listable for ApiKeyList {
    type Column = KeyColumn;
    type Status = KeyStatus;
    const COLUMNS: &'static [(&'static str, KeyColumn)] = &[
        ("id", KeyColumn::Id),
        ("name", KeyColumn::Name),
        ("last_used_at", KeyColumn::LastUsedAt),
        ("expires_at", KeyColumn::ExpiresAt),
        ("created_at", KeyColumn::CreatedAt),
        ("updated_at", KeyColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, KeyStatus)] = &[
        ("active", KeyStatus::Active),
        ("expired", KeyStatus::Expired),
        ("grace", KeyStatus::Grace),
        ("revoked", KeyStatus::Revoked),
    ];
}

/// For real work or for trying things out.
#[derive(Debug, Clone, Copy, Default, JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum EnvironmentName {
    #[default]
    Live,
    Test,
}

impl<'de> Deserialize<'de> for EnvironmentName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, &[("live", Self::Live), ("test", Self::Test)])
    }
}

/// A key to be made.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateApiKeyRequest {
    /// What people call it.
    #[validate(length(min = 1, max = 255))]
    name: String,
    /// `live` if absent; changes only how the key begins.
    #[serde(default)]
    environment: EnvironmentName,
    /// What it may do; `read` and `write` if absent, as far as the caller may.
    #[validate(length(max = 100))]
    scopes: Option<Vec<String>>,
    /// A plan whose rate limit it has; the workspace's if absent.
    rate_limit_tier: Option<String>,
    /// When it ends; never if absent or null.
    #[schemars(with = "Option<IsoSeconds>")]
    expires_at: Option<String>,
    /// Addresses and networks it may be used from; all if absent, null or empty.
    #[validate(length(max = 100))]
    allowed_ips: Option<Vec<String>>,
    /// The MCP servers it may use; all if absent or null.
    #[validate(length(max = 100))]
    server_scopes: Option<Vec<String>>,
}

fn create_example() -> Value {
    json!({ "name": "Mobile App Key", "scopes": ["posts:read", "users:read"], "expires_at": "2027-01-01T00:00:00Z" })
}

impl CreateApiKeyRequest {
    pub(super) fn into_new(self) -> Result<NewKey, Rejection> {
        let mut wrong = Vec::new();
        let scopes = self.scopes.map(|texts| read_scopes(&texts, &mut wrong));
        let expires_at = self.expires_at.as_deref().and_then(|text| {
            let read = Timestamp::parse(text);
            if read.is_none() {
                let message = "The expires_at field must be an ISO 8601 date, such as 2027-01-01T00:00:00Z.";
                wrong.push(FieldError::new("expires_at", "date", message));
            }
            read
        });
        if !wrong.is_empty() {
            return Err(Rejection::Invalid(wrong));
        }
        Ok(NewKey {
            name: self.name,
            environment: match self.environment {
                EnvironmentName::Live => Environment::Live,
                EnvironmentName::Test => Environment::Test,
            },
            scopes,
            rate_limit_tier: self.rate_limit_tier,
            expires_at,
            allowed_ips: self.allowed_ips.unwrap_or_default(),
            server_scopes: self.server_scopes,
        })
    }
}

/// Reads scopes; each that is none is named by its place.
pub(super) fn read_scopes(texts: &[String], wrong: &mut Vec<FieldError>) -> Vec<Scope> {
    let mut scopes = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        match text.parse::<Scope>() {
            Ok(scope) => scopes.push(scope),
            Err(cause) => wrong.push(FieldError::new(format!("scopes.{at}"), "scope", cause.to_string())),
        }
    }
    scopes
}

/// How a key is to be rotated.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "rotate_example")]
pub(super) struct RotateApiKeyRequest {
    /// Hours for which both keys work; 24 if absent, 720 at most.
    #[serde(default = "a_day")]
    #[validate(range(max = 720))]
    pub(super) grace_period_hours: u32,
}

const fn a_day() -> u32 {
    24
}

fn rotate_example() -> Value {
    json!({ "grace_period_hours": 24 })
}

/// A key, without itself.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "key_example")]
pub(super) struct ApiKeyResponse {
    id: i64,
    name: String,
    /// How it begins.
    prefix: String,
    environment: &'static str,
    /// `active`, `grace`, `expired` or `revoked`.
    status: &'static str,
    scopes: Vec<String>,
    /// The plan whose rate limit it has.
    rate_limit_tier: String,
    /// Where it may be used from; null means anywhere.
    allowed_ips: Option<Vec<String>>,
    /// The MCP servers it may use; null means all.
    server_scopes: Option<Vec<String>>,
    last_used_at: Option<IsoSeconds>,
    expires_at: Option<IsoSeconds>,
    /// Until when it still works, after it was rotated.
    grace_period_ends_at: Option<IsoSeconds>,
    created_at: IsoSeconds,
}

fn key_example() -> Value {
    json!({
        "id": 1, "name": "Production API Key", "prefix": "sk_live_abc", "environment": "live", "status": "active",
        "scopes": ["posts:read", "posts:write"], "rate_limit_tier": "pro", "allowed_ips": null, "server_scopes": null,
        "last_used_at": "2026-01-15T10:30:00Z", "expires_at": null, "grace_period_ends_at": null,
        "created_at": "2026-01-01T00:00:00Z"
    })
}

impl ApiKeyResponse {
    pub(super) fn new(key: ApiKey, plan: &Plan, now: Timestamp) -> Self {
        let allowed_ips = key.allowed_ips.to_texts();
        Self {
            id: key.id.0,
            status: key.status(now).name(),
            name: key.name,
            prefix: key.prefix,
            environment: key.environment.name(),
            scopes: key.scopes.to_texts(),
            rate_limit_tier: key.rate_limit_tier.unwrap_or_else(|| plan.name.clone()),
            allowed_ips: (!allowed_ips.is_empty()).then_some(allowed_ips),
            server_scopes: key.server_scopes,
            last_used_at: key.last_used_at.map(IsoSeconds),
            expires_at: key.expires_at.map(IsoSeconds),
            grace_period_ends_at: key.grace_period_ends_at.map(IsoSeconds),
            created_at: key.created_at.into(),
        }
    }
}

/// A key that was just made, with itself.
#[derive(Serialize, JsonSchema)]
pub(super) struct IssuedApiKey {
    id: i64,
    name: String,
    /// The key: shown this once.
    key: String,
    scopes: Vec<String>,
    rate_limit_tier: String,
    expires_at: Option<IsoSeconds>,
    created_at: IsoSeconds,
}

impl IssuedApiKey {
    pub(super) fn new(issued: IssuedKey, plan: &Plan) -> Self {
        let IssuedKey { key, secret } = issued;
        Self {
            id: key.id.0,
            name: key.name,
            key: secret.expose().clone(),
            scopes: key.scopes.to_texts(),
            rate_limit_tier: key.rate_limit_tier.unwrap_or_else(|| plan.name.clone()),
            expires_at: key.expires_at.map(IsoSeconds),
            created_at: key.created_at.into(),
        }
    }
}

/// A key that took another's place, with itself.
#[derive(Serialize, JsonSchema)]
pub(super) struct RotatedApiKey {
    id: i64,
    name: String,
    /// The new key: shown this once.
    key: String,
    scopes: Vec<String>,
    /// Until when the old key works.
    grace_period_ends_at: IsoSeconds,
}

impl From<Rotation> for RotatedApiKey {
    fn from(rotation: Rotation) -> Self {
        let Rotation { issued: IssuedKey { key, secret }, grace_period_ends_at } = rotation;
        Self {
            id: key.id.0,
            name: key.name,
            key: secret.expose().clone(),
            scopes: key.scopes.to_texts(),
            grace_period_ends_at: grace_period_ends_at.into(),
        }
    }
}
