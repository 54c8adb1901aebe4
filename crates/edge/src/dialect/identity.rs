//! The dialect of the identity API: HitKey's form, which SiteHut's routes share.

use super::{Context, Dialect, sentence};
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::SchemaObject;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Value, json};

/// `{"error": "sentence", "code": "UPPER_SNAKE"}`, and `{"errors": [{message, rule, field}]}` for 422.
pub enum Identity {}

impl Dialect for Identity {
    fn body(fault: &dyn Fault, context: &Context) -> Value {
        if let Details::Fields(fields) = fault.details() {
            let errors = fields
                .iter()
                .map(|wrong| json!({ "message": wrong.message, "rule": wrong.rule, "field": wrong.field }));
            return json!({ "errors": errors.collect::<Vec<_>>() });
        }
        let mut body = json!({ "error": sentence(fault), "code": code(fault) });
        if let Details::Ties(ties) = fault.details() {
            let ties = ties.iter().map(|tie| json!({ "type": tie.kind, "slug": tie.slug, "name": tie.name }));
            body["needed_by"] = ties.collect();
        }
        if let (Kind::Internal, Some(request), Some(fields)) = (fault.kind(), &context.request, body.as_object_mut()) {
            fields.insert("request_id".into(), request.as_str().into());
        }
        body
    }

    fn schema(generator: &mut SchemaGenerator, kind: Kind) -> SchemaObject {
        match kind {
            Kind::Invalid => generator.subschema_for::<IdentityValidationError>(),
            _ => generator.subschema_for::<IdentityError>(),
        }
        .into_object()
    }
}

/// The code of a fault, where this API has no word of its own for it.
pub(super) fn code(fault: &dyn Fault) -> String {
    match fault.code() {
        "unauthenticated" => "UNAUTHORIZED".to_owned(),
        "rate_limit_exceeded" => "RATE_LIMITED".to_owned(),
        "server_error" => "INTERNAL_ERROR".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// What went wrong.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct IdentityError {
    /// A sentence for a person.
    error: String,
    /// Exactly what failed, in `UPPER_SNAKE`.
    code: String,
    /// Names this request in the logs, on 500.
    request_id: Option<String>,
    /// What must be handed over or ended first, where that is why.
    needed_by: Option<Vec<IdentityTie>>,
}

/// Something that nobody would run.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct IdentityTie {
    /// `workspace` or `project`.
    #[serde(rename = "type")]
    kind: String,
    slug: String,
    name: String,
}

/// Fields of the request are wrong.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct IdentityValidationError {
    /// One entry for each broken rule.
    errors: Vec<IdentityFieldError>,
}

/// One broken rule.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct IdentityFieldError {
    /// A sentence for a person.
    message: String,
    /// The rule, such as `required`.
    rule: String,
    /// The field, as it was sent.
    field: String,
}
