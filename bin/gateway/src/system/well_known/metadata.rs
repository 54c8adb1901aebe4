//! What the provider offers: only what it does.

use crate::config::OAuthSettings;
use mainstay_auth::{ASSERTION_ALGORITHMS, AuthMethod, ClientKind, DEVICE_GRANT, OAuthScope, SigningAlgorithm};
use mainstay_edge::PublicUrl;
use schemars::JsonSchema;
use serde::Serialize;

/// The provider's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2).
#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the standard names each of them")]
pub(super) struct MetadataResponse {
    /// What its tokens name as who gave them out.
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    /// RFC 8628 section 4.
    device_authorization_endpoint: String,
    /// OpenID Connect RP-Initiated Logout 1.0 section 2.1.
    end_session_endpoint: String,
    /// Where clients register themselves (RFC 7591), if they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    /// RFC 9207: redirects name the issuer.
    authorization_response_iss_parameter_supported: bool,
    request_parameter_supported: bool,
    /// OpenID Connect Discovery takes it for true where it is absent.
    request_uri_parameter_supported: bool,
    /// Whether clients may call themselves by the address of a document that describes them.
    client_id_metadata_document_supported: bool,
}

/// What ID tokens and `userinfo` say; `email_verified` only where it is asked for by name.
const CLAIMS: [&str; 20] = [
    "sub",
    "id",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "sid",
    "name",
    "given_name",
    "family_name",
    "display_name",
    "preferred_username",
    "native_script",
    "preferred_order",
    "email",
    "email_verified",
    "project",
];

impl MetadataResponse {
    /// Of the installation that is reached there, and allows this.
    pub(super) fn of(public_url: &PublicUrl, allowed: OAuthSettings) -> Self {
        let at = |path: &str| public_url.join(path);
        let any: Vec<_> = AuthMethod::ALL.map(AuthMethod::as_str).into();
        let proving = AuthMethod::ALL.into_iter().filter(|method| method.kind() == ClientKind::Confidential);
        Self {
            issuer: at(""),
            authorization_endpoint: at("/oauth/authorize"),
            token_endpoint: at("/oauth/token"),
            userinfo_endpoint: at("/oauth/userinfo"),
            jwks_uri: at("/.well-known/jwks.json"),
            introspection_endpoint: at("/oauth/introspect"),
            revocation_endpoint: at("/oauth/revoke"),
            device_authorization_endpoint: at("/oauth/device_authorization"),
            end_session_endpoint: at("/oauth/logout"),
            registration_endpoint: allowed.registration.then(|| at("/oauth/register")),
            scopes_supported: OAuthScope::ALL.map(OAuthScope::as_str).into(),
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: ["authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
            token_endpoint_auth_methods_supported: any.clone(),
            token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            introspection_endpoint_auth_methods_supported: proving.map(AuthMethod::as_str).collect(),
            introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            revocation_endpoint_auth_methods_supported: any,
            revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            claims_supported: CLAIMS.into(),
            claims_parameter_supported: true,
            authorization_response_iss_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            client_id_metadata_document_supported: allowed.client_documents,
        }
    }
}
