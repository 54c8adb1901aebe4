//! The second factor on the wire.

use mainstay_auth::{AuthError, SecondFactorStatus, Setup};
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// How the second factor stands.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusResponse {
    /// Whether a login asks for a code.
    is_enabled: bool,
    /// Recovery codes that are not used yet, 0 to 10.
    recovery_codes_left: usize,
}

impl From<SecondFactorStatus> for StatusResponse {
    fn from(SecondFactorStatus { is_enabled, recovery_codes_left }: SecondFactorStatus) -> Self {
        Self { is_enabled, recovery_codes_left }
    }
}

/// What an authenticator needs to know.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupResponse {
    /// In base32, for typing in.
    secret: String,
    /// An `otpauth://` URI, for scanning.
    qr_code_url: String,
    /// The same as a picture: an SVG document.
    qr_code_svg: String,
}

impl SetupResponse {
    pub(super) fn new(setup: &Setup) -> Result<Self, AuthError> {
        Ok(Self {
            secret: setup.secret.expose().clone(),
            qr_code_url: setup.uri.expose().clone(),
            qr_code_svg: setup.svg()?.expose().clone(),
        })
    }
}

/// A code.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "code_example")]
pub(super) struct CodeRequest {
    /// What the authenticator shows, or, where it will do, a recovery code.
    #[schemars(with = "String")]
    pub(super) code: Secret<String>,
}

fn code_example() -> Value {
    json!({ "code": "123456" })
}

/// The answer to a challenge.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "verify_example")]
pub(super) struct VerifyRequest {
    /// What the login gave.
    #[schemars(with = "String")]
    pub(super) challenge_token: Secret<String>,
    /// What the authenticator shows, or a recovery code.
    #[schemars(with = "String")]
    pub(super) code: Secret<String>,
}

fn verify_example() -> Value {
    json!({ "challenge_token": "h0Ff…", "code": "123456" })
}

/// Codes that are shown once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecoveryCodesResponse {
    /// A sentence for a person.
    message: &'static str,
    /// Each is good for one login without the authenticator.
    recovery_codes: Vec<String>,
}

impl RecoveryCodesResponse {
    pub(super) fn new(message: &'static str, codes: &[Secret<String>]) -> Self {
        Self { message, recovery_codes: codes.iter().map(|code| code.expose().clone()).collect() }
    }
}
