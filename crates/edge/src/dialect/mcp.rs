//! The dialect of `/mcp`: JSON-RPC 2.0, and what MCP says of authorization.

use super::{Context, Dialect, add_headers, sentence};
use actix_web::HttpResponse;
use actix_web::http::header;
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::SchemaObject;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Value, json};

/// `{"jsonrpc": "2.0", "id": null, "error": {"code": -32001, "message": "…", "data": {"code": "…"}}}`
pub enum Mcp {}

impl Dialect for Mcp {
    fn body(fault: &dyn Fault, context: &Context) -> Value {
        let mut data = json!({ "code": fault.code() });
        match fault.details() {
            Details::RequiredScope(scope) => data["required_scope"] = scope.into(),
            Details::Limit(limit) => data["retryAfterSeconds"] = limit.retry_after.into(),
            Details::RetryAfter(seconds) => data["retryAfterSeconds"] = seconds.into(),
            Details::Feature(feature) => data["feature"] = feature.into(),
            _ => {}
        }
        if let (Kind::Internal, Some(request)) = (fault.kind(), &context.request) {
            data["request_id"] = request.as_str().into();
        }
        let error = json!({ "code": code(fault.kind()), "message": sentence(fault), "data": data });
        json!({ "jsonrpc": "2.0", "id": null, "error": error })
    }

    fn schema(generator: &mut SchemaGenerator, _: Kind) -> SchemaObject {
        generator.subschema_for::<McpError>().into_object()
    }

    /// Names the scope that is missing (RFC 6750 section 3.1), and where it stands who gives out tokens (RFC 9728 section
    /// 5.1).
    fn tell(fault: &dyn Fault, context: &Context) -> HttpResponse {
        let mut answer = HttpResponse::build(Self::status(fault));
        let details = fault.details();
        add_headers(&mut answer, &details);
        let challenge = match (fault.kind(), details) {
            (Kind::Unauthenticated, _) => Some(format!("scope=\"{ALL_SCOPES}\"")),
            (Kind::Forbidden, Details::RequiredScope(scope)) => {
                Some(format!("error=\"insufficient_scope\", scope=\"{scope}\""))
            }
            _ => None,
        };
        if let Some(challenge) = challenge {
            let challenge = format!("Bearer {challenge}{}", metadata(context));
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        answer.json(Self::body(fault, context))
    }
}

/// What a client should ask for that does not know what it needs.
const ALL_SCOPES: &str = "mcp:read mcp:write";

/// Where the resource that was asked for says of itself who gives out tokens for it.
fn metadata(context: &Context) -> String {
    let Some(public_url) = &context.public_url else { return String::new() };
    let is_plain = |path: &&str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-".contains(&byte));
    let path = Some(&*context.path).filter(is_plain).unwrap_or("/mcp");
    format!(", resource_metadata=\"{}\"", public_url.join(&format!("/.well-known/oauth-protected-resource{path}")))
}

/// The code of a failure that no request of the protocol came to (JSON-RPC 2.0 section 5.1).
const fn code(kind: Kind) -> i32 {
    match kind {
        Kind::Malformed | Kind::UnsupportedMedia | Kind::TooLarge | Kind::MethodNotAllowed => -32_600,
        Kind::Invalid => -32_602,
        Kind::Internal => -32_603,
        Kind::Unauthenticated | Kind::Forbidden => -32_001,
        _ => -32_000,
    }
}

/// What went wrong, as JSON-RPC tells it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct McpError {
    /// Always `2.0`.
    jsonrpc: String,
    /// The request that failed; null where none was read.
    id: Option<i64>,
    /// What went wrong.
    error: McpErrorData,
}

/// What went wrong.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct McpErrorData {
    /// What sort of failure it is.
    code: i32,
    /// A sentence for a person.
    message: String,
    /// What a program needs to know: `code` says exactly what failed.
    data: std::collections::BTreeMap<String, Value>,
}
