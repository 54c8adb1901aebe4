//! The document while the routes that it describes are being declared.

use actix_web::http::Method;
use okapi::openapi3::{
    Components, Info, OpenApi, Operation, PathItem, RefOr, SecurityScheme, SecuritySchemeData, Server, Tag,
};
use schemars::r#gen::{SchemaGenerator, SchemaSettings};
use schemars::schema::SchemaObject;
use serde_json::{Value, json};

/// What is known of it so far.
pub struct Draft {
    pub(crate) generator: SchemaGenerator,
    document: OpenApi,
    pages: Vec<Value>,
}

impl Draft {
    /// Of an API that is reached by this address, and that nothing is known of yet.
    pub fn new(info: Info, public_url: &str) -> Self {
        let server = Server { url: public_url.to_owned(), ..Server::default() };
        let document = OpenApi { openapi: "3.0.3".to_owned(), info, servers: vec![server], ..OpenApi::default() };
        // Inlines nothing, writes `nullable`, and puts no siblings beside a `$ref`.
        let generator = SchemaSettings::openapi3().into_generator();
        Self { generator, document, pages: Vec::new() }
    }

    pub(super) fn tag(&mut self, name: &str, description: &str) {
        let (name, description) = (name.to_owned(), Some(description.to_owned()));
        self.document.tags.push(Tag { name, description, ..Tag::default() });
    }

    pub(crate) fn operation(&mut self, method: &Method, path: String, operation: Operation) {
        place(self.document.paths.entry(path).or_default(), method, operation);
    }

    pub(crate) fn page(&mut self, method: &Method, path: &str) {
        self.pages.push(json!({ "method": method.as_str(), "path": path }));
    }

    /// The document.
    pub fn finish(mut self) -> OpenApi {
        let definitions = self.generator.take_definitions().into_iter();
        let schemas = definitions.map(|(name, schema)| (name, with_example(schema.into_object()))).collect();
        let security_schemes = security_schemes().into_iter().map(|(name, scheme)| (name, RefOr::Object(scheme)));
        self.document.components =
            Some(Components { schemas, security_schemes: security_schemes.collect(), ..Components::default() });
        if !self.pages.is_empty() {
            self.document.extensions.insert("x-pages".to_owned(), self.pages.into());
        }
        self.document
    }
}

fn place(item: &mut PathItem, method: &Method, operation: Operation) {
    let place = match *method {
        Method::GET => &mut item.get,
        Method::POST => &mut item.post,
        Method::PUT => &mut item.put,
        Method::PATCH => &mut item.patch,
        _ => &mut item.delete,
    };
    *place = Some(operation);
}

/// OpenAPI 3.0 has one `example` where JSON Schema has a list of them. What flattens another has that one's example before
/// its own, which shows the whole.
fn with_example(mut schema: SchemaObject) -> SchemaObject {
    if let Some(metadata) = &mut schema.metadata
        && let Some(example) = std::mem::take(&mut metadata.examples).pop()
    {
        schema.extensions.insert("example".to_owned(), example);
    }
    schema
}

fn security_schemes() -> [(String, SecurityScheme); 4] {
    let scheme = |name: &str, description: &str, data| {
        let description = Some(description.to_owned());
        (name.to_owned(), SecurityScheme { description, data, extensions: okapi::Map::default() })
    };
    let header = |name: &str| SecuritySchemeData::ApiKey { name: name.to_owned(), location: "header".to_owned() };
    let http = |scheme: &str| SecuritySchemeData::Http { scheme: scheme.to_owned(), bearer_format: None };
    [
        scheme("bearer", "`Authorization: Bearer <API key or access token>`", http("bearer")),
        scheme("apiKey", "`Authorization: Api-Key <API key>`", header("Authorization")),
        scheme("apiKeyHeader", "`X-API-Key: <API key>`", header("X-API-Key")),
        scheme("basic", "The API key as user, with any password", http("basic")),
    ]
}
