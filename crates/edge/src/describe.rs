//! What a handler's signature says about its operation.

use crate::dialect::{Context, Dialect, status};
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::{
    MediaType, Operation, Parameter, ParameterValue, RefOr, RequestBody, Response, SchemaObject, SecurityRequirement,
};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, Metadata};
use serde_json::Value;
use std::collections::BTreeMap;

/// What an extractor adds to the operation of the handler that takes it.
pub trait Argument {
    /// Says so.
    fn describe(to: &mut Description<'_>);
}

/// What the type that a handler returns adds to its operation.
pub trait Outcome {
    /// Says so.
    fn describe(to: &mut Description<'_>);
}

/// The schema of an id that is a number.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct PositiveInteger(#[validate(range(min = 1))] i64);

/// The names of the ways to bring a credential, as the document's security schemes.
pub const SECURITY_SCHEMES: [&str; 4] = ["bearer", "apiKey", "apiKeyHeader", "basic"];

/// An operation while it is being described.
pub struct Description<'a> {
    generator: &'a mut SchemaGenerator,
    operation: Operation,
    path_names: Vec<String>,
    is_for_clients: bool,
    failures: BTreeMap<u16, (Kind, String)>,
}

impl<'a> Description<'a> {
    pub(crate) fn new(generator: &'a mut SchemaGenerator, operation: Operation, path: &str) -> Self {
        let names = path.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next());
        let path_names = names.map(str::to_owned).collect();
        Self { generator, operation, path_names, is_for_clients: false, failures: BTreeMap::new() }
    }

    /// The `index`th name in the path stands for a `T`.
    pub fn path_parameter<T: JsonSchema>(&mut self, index: usize) {
        let schema = self.generator.subschema_for::<T>().into_object();
        if let Some(name) = self.path_names.get(index).cloned() {
            self.parameter("path", &name, true, schema, None);
        }
    }

    /// An optional parameter in the query.
    pub fn query_parameter<T: JsonSchema>(&mut self, name: &str, description: &str) {
        let schema = self.generator.subschema_for::<T>().into_object();
        self.parameter("query", name, false, schema, Some(description.to_owned()));
    }

    /// An optional parameter in the query that takes one of a few words.
    pub fn query_choice(&mut self, name: &str, description: &str, choices: Vec<String>) {
        let enum_values = Some(choices.into_iter().map(Value::String).collect());
        let schema = SchemaObject { instance_type: Some(InstanceType::String.into()), enum_values, ..text() };
        self.parameter("query", name, false, schema, Some(description.to_owned()));
    }

    /// An optional header that stands for a `T`.
    pub fn header<T: JsonSchema>(&mut self, name: &str, description: &str) {
        let schema = self.generator.subschema_for::<T>().into_object();
        self.parameter("header", name, false, schema, Some(description.to_owned()));
    }

    /// The parameters of the query, as the fields of a `T`.
    pub fn query_parameters<T: JsonSchema>(&mut self) {
        let Some(fields) = T::json_schema(self.generator).into_object().object else { return };
        for (name, schema) in fields.properties {
            let mut schema = schema.into_object();
            let description = schema.metadata.as_mut().and_then(|metadata| metadata.description.take());
            // What is absent from a query is not null there.
            schema.extensions.remove("nullable");
            self.parameter("query", &name, fields.required.contains(&name), schema, description);
        }
    }

    /// A body that is a form or a JSON object.
    pub fn form_or_json_body<T: JsonSchema>(&mut self) {
        let mut content = self.json::<T>();
        if let Some(json) = content.get("application/json").cloned() {
            content.insert("application/x-www-form-urlencoded".to_owned(), json);
        }
        self.operation.request_body = Some(RequestBody { content, required: true, ..RequestBody::default() }.into());
    }

    /// A form, which may be left out.
    pub fn form<T: JsonSchema>(&mut self) {
        let json = self.json::<T>().into_values();
        let content = json.map(|form| ("application/x-www-form-urlencoded".to_owned(), form)).collect();
        self.operation.request_body = Some(RequestBody { content, ..RequestBody::default() }.into());
    }

    /// A JSON body.
    pub fn body<T: JsonSchema>(&mut self, required: bool) {
        let content = self.json::<T>();
        self.operation.request_body = Some(RequestBody { content, required, ..RequestBody::default() }.into());
    }

    /// The body may be of another type as well, and is a `T` then.
    pub fn or_body<T: JsonSchema>(&mut self, media_type: &str) {
        let told = self.json::<T>().into_values().map(|media| (media_type.to_owned(), media)).collect::<Vec<_>>();
        if let Some(RefOr::Object(body)) = &mut self.operation.request_body {
            body.content.extend(told);
        }
    }

    /// An answer with a JSON body.
    pub fn answer<T: JsonSchema>(&mut self, status: u16, description: &str) {
        let content = self.json::<T>();
        self.respond(status, Response { description: description.to_owned(), content, ..Response::default() });
    }

    /// An answer without a body.
    pub fn empty_answer(&mut self, status: u16, description: &str) {
        self.respond(status, Response { description: description.to_owned(), ..Response::default() });
    }

    /// An answer in whatever type its header names.
    pub fn text_answer(&mut self, status: u16, description: &str) {
        let content = okapi::map! { "*/*".to_owned() => MediaType::default() };
        self.respond(status, Response { description: description.to_owned(), content, ..Response::default() });
    }

    /// A way in which it can fail. The first word on a status stands.
    pub fn may_fail(&mut self, kind: Kind, why: &str) {
        self.failures.entry(status(kind).as_u16()).or_insert_with(|| (kind, why.to_owned()));
    }

    /// It needs any valid credential.
    pub fn needs_credential(&mut self) {
        let any_of = SECURITY_SCHEMES.map(|scheme| SecurityRequirement::from_iter([(scheme.to_owned(), Vec::new())]));
        self.operation.security = Some(any_of.into());
        self.header::<PositiveInteger>(
            "X-Workspace-Id",
            "The workspace that a person's request is about; their default one if absent.",
        );
        self.may_fail(Kind::Unauthenticated, "No credential, or one that does not stand.");
        self.may_fail(Kind::PlanRequired, "The workspace's plan has no API access.");
        self.may_fail(Kind::Forbidden, "The credential or role does not permit this.");
        self.may_fail(Kind::NotFound, "No such workspace, or not the caller's to see.");
        self.may_fail(Kind::Invalid, "A header is wrong; it is named.");
    }

    /// It needs a scope.
    pub fn needs_scope(&mut self, scope: &str) {
        self.needs_credential();
        self.operation.extensions.insert("x-required-scope".to_owned(), Value::String(scope.to_owned()));
        let sentence = format!("Required scope: `{scope}`.");
        let told = self.operation.description.take();
        let told = told.map_or_else(|| sentence.clone(), |before| format!("{before}\n\n{sentence}"));
        self.operation.description = Some(told);
    }

    /// A client of OAuth 2 proves itself there; what is wrong if it cannot.
    pub fn is_for_clients(&mut self, why: &str) {
        self.is_for_clients = true;
        self.may_fail(Kind::Unauthenticated, why);
    }

    /// Whether it needs a credential.
    pub(crate) fn is_guarded(&self) -> bool {
        self.operation.security.is_some()
    }

    /// The operation, its failures told in `D`.
    pub(crate) fn finish<D: Dialect>(mut self) -> Operation {
        let mut failures: BTreeMap<u16, (Kind, String)> = BTreeMap::new();
        for (kind, why) in std::mem::take(&mut self.failures).into_values() {
            // A dialect may tell several kinds by one status.
            failures.entry(D::status(&Sample::of(kind)).as_u16()).or_insert((kind, why));
        }
        for (status, (kind, why)) in failures {
            let schema = Some(D::schema(self.generator, kind));
            let sample = match kind {
                Kind::Unauthenticated if self.is_for_clients => Sample::WRONG_CLIENT,
                kind => Sample::of(kind),
            };
            let example = Some(D::body(&sample, &Context::default()));
            let content =
                okapi::map! { "application/json".to_owned() => MediaType { schema, example, ..MediaType::default() } };
            self.respond(status, Response { description: why, content, ..Response::default() });
        }
        self.operation
    }

    fn json<T: JsonSchema>(&mut self) -> okapi::Map<String, MediaType> {
        let schema = Some(self.generator.subschema_for::<T>().into_object());
        okapi::map! { "application/json".to_owned() => MediaType { schema, ..MediaType::default() } }
    }

    fn respond(&mut self, status: u16, response: Response) {
        self.operation.responses.responses.insert(status.to_string(), RefOr::Object(response));
    }

    fn parameter(&mut self, location: &str, name: &str, required: bool, schema: SchemaObject, what: Option<String>) {
        let (style, explode, allow_reserved) = (None, None, false);
        let value = ParameterValue::Schema { style, explode, allow_reserved, schema, example: None, examples: None };
        let (name, location) = (name.to_owned(), location.to_owned());
        // Forms send every filter, and those that are left empty count as absent.
        let allow_empty_value = location == "query";
        let (deprecated, extensions) = (false, okapi::Map::default());
        let parameter =
            Parameter { name, location, description: what, required, deprecated, allow_empty_value, value, extensions };
        self.operation.parameters.push(RefOr::Object(parameter));
    }
}

fn text() -> SchemaObject {
    let metadata = Some(Box::new(Metadata::default()));
    SchemaObject { instance_type: Some(InstanceType::String.into()), metadata, ..SchemaObject::default() }
}

/// Stands for any fault of a kind, in examples.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
struct Sample {
    kind: Kind,
    code: &'static str,
    sentence: &'static str,
}

impl Sample {
    /// RFC 6749 section 5.2.
    const WRONG_CLIENT: Self =
        Self { kind: Kind::Unauthenticated, code: "invalid_client", sentence: "Invalid client credentials" };

    const fn of(kind: Kind) -> Self {
        let (code, sentence) = sample(kind);
        Self { kind, code, sentence }
    }
}

impl Fault for Sample {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn code(&self) -> &'static str {
        self.code
    }

    fn details(&self) -> Details {
        match self.kind {
            Kind::Invalid => Details::Fields(vec![mainstay_kernel::FieldError::new(
                "name",
                "required",
                "The name field is required.",
            )]),
            Kind::Forbidden => Details::RequiredScope("posts:write".to_owned()),
            _ => Details::None,
        }
    }
}

const fn sample(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Malformed => ("bad_request", "The body is not valid JSON (line 1, column 2)."),
        Kind::Invalid => ("validation_failed", "The given data was invalid."),
        Kind::Unauthenticated => ("unauthenticated", "Invalid or missing API key."),
        Kind::Forbidden => ("forbidden_scope", "Insufficient permissions. Required scope: posts:write"),
        Kind::PlanRequired => ("forbidden_plan", "The plan solo does not include API access."),
        Kind::PaymentRequired => ("insufficient_credits", "Not enough credits: 5 are needed, 3 are there."),
        Kind::LimitReached => ("feature_limit_reached", "You have reached your limit for this feature."),
        Kind::QuotaExceeded => ("quota_exceeded", "The plan allows no more of this in this cycle."),
        Kind::Gone => ("gone", "This is no longer served."),
        Kind::NotFound => ("not_found", "Resource not found."),
        Kind::MethodNotAllowed => ("method_not_allowed", "This path does not take that method; it takes GET."),
        Kind::Conflict => ("conflict", "This contradicts what is already there."),
        Kind::TooLarge => ("payload_too_large", "The body is larger than the 1048576 bytes taken here."),
        Kind::UnsupportedMedia => ("unsupported_media_type", "The body must be sent as application/json."),
        Kind::RateLimited => ("rate_limit_exceeded", "Too many requests. Please retry after 60 seconds."),
        Kind::Unavailable => ("unavailable", "The service is not available for a moment. Please try again."),
        Kind::BadUpstream => ("tool_error", "The server cannot be reached: it does not answer."),
        Kind::UpstreamTimeout => ("tool_timeout", "The server did not answer within 30 seconds."),
        Kind::Internal => ("server_error", "An unexpected error occurred."),
    }
}

/// The request itself says nothing of what it must be.
impl Argument for actix_web::HttpRequest {
    fn describe(_: &mut Description<'_>) {}
}

impl<T: 'static + ?Sized> Argument for actix_web::web::Data<T> {
    fn describe(_: &mut Description<'_>) {}
}

macro_rules! together {
    ($($part:ident)*) => {
        impl<$($part: Argument),*> Argument for ($($part,)*) {
            #[expect(clippy::allow_attributes, reason = "the empty tuple uses nothing")]
            #[allow(unused_variables)]
            fn describe(to: &mut Description<'_>) {
                $($part::describe(to);)*
            }
        }
    };
}

together!();
together!(A);
together!(A B);
together!(A B C);
together!(A B C D);
together!(A B C D E);
