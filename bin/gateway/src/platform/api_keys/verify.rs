//! `POST /api/v1/api-keys/verify`: is this customer's key good for this?

use super::dto::read_scopes;
use crate::platform::{KeysVerify, owns_installation};
use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::limit::{Bucket, Quota, Verdict};
use mainstay_edge::{Admission, Can, Doc, Failure, Plain, Platform, Rejection, Surface, Valid};
use mainstay_kernel::{Plans, Scope};
use mainstay_keys::{ApiKey, KeyService};
use mainstay_tenancy::Memberships;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = Doc {
        id: "verifyApiKey",
        tag: super::TAG,
        summary: "Verify an API key",
        text: "Whether a key is valid, holds the scopes, and has requests left. The installation's owner verifies any \
            key, everyone else those of their workspace. Always 200; `code` says why a key is not valid.",
        fails: &[],
    };
    surface.post("/api-keys/verify", verify, doc);
}

/// A key to be looked at.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "verify_example")]
struct VerifyApiKeyRequest {
    /// The whole key.
    #[validate(length(min = 1, max = 255))]
    key: String,
    /// Scopes it must hold, all of them.
    #[validate(length(max = 100))]
    #[serde(default)]
    scopes: Vec<String>,
    /// How many requests of its rate limit to take; 1 if absent, 0 only looks.
    #[serde(default = "one")]
    #[validate(range(max = 1_000_000))]
    cost: u32,
}

const fn one() -> u32 {
    1
}

fn verify_example() -> Value {
    json!({ "key": "sk_live_abc123def456ghi789", "scopes": ["posts:read"], "cost": 1 })
}

/// What a key is worth.
#[derive(Serialize, JsonSchema)]
struct VerifyApiKeyResponse {
    /// Whether it is good for what was asked.
    valid: bool,
    /// `VALID`, `NOT_FOUND`, `EXPIRED`, `REVOKED`, `FORBIDDEN_PLAN`, `INSUFFICIENT_SCOPES` or `RATE_LIMITED`.
    code: &'static str,
    /// Its workspace, if it is known.
    workspace_id: Option<i64>,
    /// Its id, if it is known.
    key_id: Option<i64>,
    /// Its scopes, if it is known.
    scopes: Option<Vec<String>>,
    /// Its rate limit, if it was looked at.
    rate_limit: Option<RateLimitState>,
}

/// The state of a rate limit.
#[derive(Serialize, JsonSchema)]
struct RateLimitState {
    /// The base limit, in requests a minute.
    limit: u32,
    /// How many requests are left, burst included.
    remaining: u32,
    /// The Unix time at which it is free again.
    reset: i64,
}

async fn verify(
    caller: Can<KeysVerify>,
    Valid(request): Valid<VerifyApiKeyRequest>,
    keys: web::Data<dyn KeyService>,
    people: web::Data<dyn AuthService>,
    counting: Counting,
) -> Result<Plain<VerifyApiKeyResponse>, Failure> {
    let mut wrong = Vec::new();
    let wanted = read_scopes(&request.scopes, &mut wrong);
    if !wrong.is_empty() {
        return Err(Rejection::Invalid(wrong).into());
    }
    let key = match keys.identify(&request.key).await {
        Ok(key) => key,
        Err(error) => match error.refusal() {
            Some(refusal) => return Ok(Plain(VerifyApiKeyResponse::unknown(refusal.code()))),
            None => return Err(error.into()),
        },
    };
    let theirs = key.workspace == caller.workspace || owns_installation(caller.principal.user, &**people).await?;
    if !theirs {
        return Ok(Plain(VerifyApiKeyResponse::unknown("NOT_FOUND")));
    }
    counting.judge(&key, &wanted, request.cost).await.map(Plain)
}

/// What a key's worth depends on beside the key.
type Counting = (web::Data<Admission>, web::Data<dyn Memberships>, web::Data<Plans>);

trait Judge {
    async fn judge(&self, key: &ApiKey, wanted: &[Scope], cost: u32) -> Result<VerifyApiKeyResponse, Failure>;
}

impl Judge for Counting {
    async fn judge(&self, key: &ApiKey, wanted: &[Scope], cost: u32) -> Result<VerifyApiKeyResponse, Failure> {
        let (admission, memberships, plans) = self;
        let (workspace, role) =
            (memberships.workspace(key.workspace).await?, memberships.role(key.user, key.workspace).await?);
        let (Some(workspace), Some(role)) = (workspace, role) else {
            return Ok(VerifyApiKeyResponse::unknown("NOT_FOUND"));
        };
        let plan = plans.get_or_free(&workspace.tier);
        if !plan.api_access {
            return Ok(VerifyApiKeyResponse::known(key, "FORBIDDEN_PLAN", None));
        }
        if !wanted.iter().all(|scope| key.scopes.covers(scope) && role.scopes().covers(scope)) {
            return Ok(VerifyApiKeyResponse::known(key, "INSUFFICIENT_SCOPES", None));
        }
        let tier = plans.tier_of(key.rate_limit_tier.as_deref(), &plan);
        let verdict = admission.limiter.hit(&Bucket::Key(key.id), Quota::from(&*tier), cost).await?;
        let code = if verdict.allowed { "VALID" } else { "RATE_LIMITED" };
        Ok(VerifyApiKeyResponse::known(key, code, Some(&verdict)))
    }
}

impl VerifyApiKeyResponse {
    const fn unknown(code: &'static str) -> Self {
        Self { valid: false, code, workspace_id: None, key_id: None, scopes: None, rate_limit: None }
    }

    fn known(key: &ApiKey, code: &'static str, verdict: Option<&Verdict>) -> Self {
        Self {
            valid: code == "VALID",
            code,
            workspace_id: Some(key.workspace.0),
            key_id: Some(key.id.0),
            scopes: Some(key.scopes.to_texts()),
            rate_limit: verdict.map(|verdict| RateLimitState {
                limit: verdict.quota.base,
                remaining: verdict.remaining,
                reset: verdict.reset_at,
            }),
        }
    }
}
