//! The dialect of `/api/v1`: core-api's form, with Hoursmith's codes in `code`.

use super::{Context, Dialect, sentence};
use mainstay_kernel::{Details, Fault, FieldError, Kind, Timestamp};
use okapi::openapi3::SchemaObject;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `{"error": "not_found", "message": "…", "code": "not_found", …}`
pub enum Platform {}

impl Dialect for Platform {
    fn body(fault: &dyn Fault, context: &Context) -> Value {
        let mut body = Map::new();
        body.insert("error".into(), error_word(fault).into());
        body.insert("message".into(), sentence(fault).into());
        body.insert("code".into(), fault.code().into());
        add_details(&mut body, &fault.details(), context);
        if let (Kind::Internal, Some(request)) = (fault.kind(), &context.request) {
            body.insert("request_id".into(), request.as_str().into());
        }
        Value::Object(body)
    }

    fn schema(generator: &mut SchemaGenerator, kind: Kind) -> SchemaObject {
        match kind {
            Kind::Invalid => generator.subschema_for::<PlatformValidationError>(),
            Kind::RateLimited => generator.subschema_for::<PlatformRateLimitError>(),
            _ => generator.subschema_for::<PlatformError>(),
        }
        .into_object()
    }
}

/// The word in `error`: coarse where `code` is fine, and the code itself elsewhere.
fn error_word(fault: &dyn Fault) -> &'static str {
    match fault.kind() {
        Kind::Unauthenticated => "unauthorized",
        Kind::Forbidden => "access_denied",
        Kind::RateLimited => "rate_limit_exceeded",
        Kind::LimitReached => "feature_limit_reached",
        Kind::Unavailable => "unavailable",
        Kind::Internal => "server_error",
        _ => fault.code(),
    }
}

fn add_details(body: &mut Map<String, Value>, details: &Details, context: &Context) {
    match details {
        Details::Fields(fields) => {
            body.insert("errors".into(), by_field(fields));
        }
        Details::RequiredScope(scope) => {
            body.insert("required_scope".into(), scope.as_str().into());
        }
        Details::Feature(feature) => {
            body.insert("feature".into(), feature.as_str().into());
            let upgrade_url = context.public_url.as_ref().map(|url| url.join("/upgrade"));
            body.insert("upgrade_url".into(), upgrade_url.into());
        }
        Details::Limit(limit) => {
            body.insert("retry_after".into(), limit.retry_after.into());
            body.insert("limit".into(), limit.limit.into());
            body.insert("remaining".into(), 0.into());
            body.insert("reset_at".into(), Timestamp::from_seconds(limit.reset_at).to_iso_seconds().into());
        }
        Details::RetryAfter(seconds) => {
            body.insert("retry_after".into(), (*seconds).into());
        }
        Details::Facts(facts) => body.extend(facts.clone()),
        Details::None | Details::AllowedMethods(_) | Details::Ties(_) => {}
    }
}

fn by_field(fields: &[FieldError]) -> Value {
    let mut errors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for field in fields {
        errors.entry(&field.field).or_default().push(&field.message);
    }
    json!(errors)
}

/// What went wrong.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct PlatformError {
    /// What sort of failure it is.
    error: String,
    /// A sentence for a person.
    message: String,
    /// Exactly what failed.
    code: String,
    /// The scope that was missing, on 403.
    required_scope: Option<String>,
    /// The feature whose limit was reached, on 403.
    feature: Option<String>,
    /// Where to find a larger plan, on 403.
    upgrade_url: Option<String>,
    /// Names this request in the logs, on 500.
    request_id: Option<String>,
}

/// Fields of the request are wrong.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct PlatformValidationError {
    /// What sort of failure it is.
    error: String,
    /// A sentence for a person.
    message: String,
    /// Exactly what failed.
    code: String,
    /// For each wrong field, sentences that say what is wrong with it.
    errors: Option<BTreeMap<String, Vec<String>>>,
}

/// Too many requests.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct PlatformRateLimitError {
    /// Always `rate_limit_exceeded`.
    error: String,
    /// A sentence for a person.
    message: String,
    /// Always `rate_limit_exceeded`.
    code: String,
    /// Seconds until a request will be let through.
    retry_after: u64,
    /// The base limit, in requests a minute.
    limit: u32,
    /// Always 0.
    remaining: u32,
    /// When the limit is free again.
    reset_at: String,
}
