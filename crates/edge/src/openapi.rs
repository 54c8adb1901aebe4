//! The whole API: its surfaces, mounted and documented from one declaration.

use crate::dialect::Dialect;
use crate::surface::{Admittance, Finished, Mount, Surface};
use crate::uncounted::{Instead, Uncounted};
use actix_web::http::Method;
use actix_web::web;
use okapi::openapi3::{
    Components, Info, OpenApi, Operation, PathItem, RefOr, SecurityScheme, SecuritySchemeData, Server, Tag,
};
use schemars::r#gen::{SchemaGenerator, SchemaSettings};
use schemars::schema::SchemaObject;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// An API while its surfaces are being declared.
pub struct Api {
    generator: SchemaGenerator,
    document: OpenApi,
    mounts: Vec<Mount>,
    uncounted: HashMap<String, Instead>,
    pages: Vec<Value>,
}

/// Everything declared, ready to be mounted on each worker's application.
#[derive(Clone)]
pub struct Mounted {
    mounts: Arc<Vec<Mount>>,
    uncounted: Uncounted,
}

impl Mounted {
    /// Adds every surface, in the order of declaration.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for mount in self.mounts.iter() {
            mount(config);
        }
    }

    /// The paths where nobody is counted.
    pub fn uncounted(&self) -> Uncounted {
        self.uncounted.clone()
    }
}

impl Api {
    /// An empty API.
    pub fn new(info: Info, public_url: &str) -> Self {
        let server = Server { url: public_url.to_owned(), ..Server::default() };
        let document = OpenApi { openapi: "3.0.3".to_owned(), info, servers: vec![server], ..OpenApi::default() };
        // Inlines nothing, writes `nullable`, and puts no siblings beside a `$ref`.
        let generator = SchemaSettings::openapi3().into_generator();
        Self { generator, document, mounts: Vec::new(), uncounted: HashMap::new(), pages: Vec::new() }
    }

    /// Describes a group of operations.
    pub fn tag(&mut self, name: &str, description: &str) {
        let (name, description) = (name.to_owned(), Some(description.to_owned()));
        self.document.tags.push(Tag { name, description, ..Tag::default() });
    }

    /// Adds a surface: everything under `prefix`, in the dialect `D`.
    pub fn surface<D: Dialect>(
        &mut self,
        prefix: &'static str,
        admittance: Admittance,
        declare: impl FnOnce(&mut Surface<'_, D>),
    ) {
        let mut surface = Surface::new(prefix, admittance, &mut self.generator);
        declare(&mut surface);
        let Finished { operations, pages, mount, uncounted } = surface.finish();
        self.pages.extend(pages.iter().map(|(method, path)| json!({ "method": method.as_str(), "path": path })));
        self.mounts.push(mount);
        self.uncounted.extend(uncounted);
        for documented in operations {
            let item = self.document.paths.entry(documented.path).or_default();
            place(item, &documented.method, documented.operation);
        }
    }

    /// The document, and what mounts the routes it describes.
    pub fn finish(mut self) -> (OpenApi, Mounted) {
        let definitions = self.generator.take_definitions().into_iter();
        let schemas = definitions.map(|(name, schema)| (name, with_example(schema.into_object()))).collect();
        let security_schemes = security_schemes().into_iter().map(|(name, scheme)| (name, RefOr::Object(scheme)));
        self.document.components =
            Some(Components { schemas, security_schemes: security_schemes.collect(), ..Components::default() });
        if !self.pages.is_empty() {
            self.document.extensions.insert("x-pages".to_owned(), self.pages.into());
        }
        let uncounted = Uncounted::new(self.uncounted);
        (self.document, Mounted { mounts: Arc::new(self.mounts), uncounted })
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
