//! The dialect of hosting and credits: camelCase, and a closed set of codes that `reason` refines.

use super::{Context, Dialect, sentence, status};
use actix_web::http::StatusCode;
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::SchemaObject;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Map, Value, json};

/// `{"error": "NOT_FOUND", "message": "…", "statusCode": 404}`
pub enum Hosting {}

/// The code of a key that was used for something else; this API tells it as a conflict.
const KEY_MISMATCH: &str = "idempotency_key_mismatch";

/// What says no more than the kind does.
const PLAIN: [&str; 11] = [
    "bad_request",
    "validation_failed",
    "unauthenticated",
    "not_found",
    "method_not_allowed",
    "conflict",
    "payload_too_large",
    "unsupported_media_type",
    "rate_limit_exceeded",
    "unavailable",
    "server_error",
];

impl Dialect for Hosting {
    fn status(fault: &dyn Fault) -> StatusCode {
        match fault.kind() {
            _ if fault.code() == KEY_MISMATCH => StatusCode::CONFLICT,
            Kind::Invalid => StatusCode::BAD_REQUEST,
            kind => status(kind),
        }
    }

    fn body(fault: &dyn Fault, context: &Context) -> Value {
        let status = Self::status(fault);
        let mut body = Map::new();
        body.insert("error".into(), error(status).into());
        body.insert("message".into(), sentence(fault).into());
        body.insert("statusCode".into(), status.as_u16().into());
        if !PLAIN.contains(&fault.code()) {
            body.insert("reason".into(), fault.code().to_ascii_uppercase().into());
        }
        if let Details::Fields(fields) = fault.details() {
            let details = fields.iter().map(|wrong| json!({ "field": wrong.field, "message": wrong.message }));
            body.insert("details".into(), details.collect());
        }
        if let (Kind::Internal, Some(request)) = (fault.kind(), &context.request) {
            body.insert("requestId".into(), request.as_str().into());
        }
        Value::Object(body)
    }

    fn schema(generator: &mut SchemaGenerator, _: Kind) -> SchemaObject {
        generator.subschema_for::<HostingError>().into_object()
    }
}

/// The code of a status: there is one for each.
fn error(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "BAD_REQUEST",
        StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
        StatusCode::PAYMENT_REQUIRED => "PAYMENT_REQUIRED",
        StatusCode::FORBIDDEN => "FORBIDDEN",
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
        StatusCode::CONFLICT => "CONFLICT",
        StatusCode::PAYLOAD_TOO_LARGE => "PAYLOAD_TOO_LARGE",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
        StatusCode::TOO_MANY_REQUESTS => "RATE_LIMITED",
        StatusCode::SERVICE_UNAVAILABLE => "UNAVAILABLE",
        _ => "INTERNAL_ERROR",
    }
}

/// What went wrong.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct HostingError {
    /// What sort of failure it is; there is one code for each status.
    error: String,
    /// A sentence for a person.
    message: String,
    /// The status of the answer.
    status_code: u16,
    /// Exactly what failed, where `error` does not say that.
    reason: Option<String>,
    /// The fields that are wrong, on 400.
    details: Option<Vec<HostingFieldError>>,
    /// Names this request in the logs, on 500.
    request_id: Option<String>,
}

/// One wrong field.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct HostingFieldError {
    /// The field, as it was sent.
    field: String,
    /// A sentence for a person.
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Rejection;
    use crate::idempotency::IdempotencyError;

    fn told(fault: &dyn Fault) -> Value {
        Hosting::body(fault, &Context::default())
    }

    #[test]
    fn wrong_fields_are_a_bad_request_that_names_them() {
        let body = told(&Rejection::field("amount", "range", "It is too small."));
        assert_eq!((&body["error"], &body["statusCode"]), (&json!("BAD_REQUEST"), &json!(400)));
        assert_eq!(body["details"], json!([{ "field": "amount", "message": "It is too small." }]));
        assert_eq!(body.get("reason"), None);
    }

    #[test]
    fn what_the_code_of_the_status_does_not_say_is_the_reason() {
        let body = told(&Rejection::MissingScope("credits:read"));
        assert_eq!((&body["error"], &body["reason"]), (&json!("FORBIDDEN"), &json!("FORBIDDEN_SCOPE")));
        let body = told(&IdempotencyError::Mismatch);
        assert_eq!((&body["error"], &body["statusCode"]), (&json!("CONFLICT"), &json!(409)));
        assert_eq!(body["reason"], "IDEMPOTENCY_KEY_MISMATCH");
    }
}
