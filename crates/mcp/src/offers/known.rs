//! What a server offers, ready to be looked into.

use crate::upstream::Offer;
use mainstay_kernel::FieldError;
use mainstay_schemas::Schema;
use rmcp::model::Tool;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// A tool, and what its arguments must be.
#[derive(Debug)]
pub struct KnownTool {
    /// As its server describes it.
    pub tool: Tool,
    input: Arc<Schema>,
}

/// What a server offers.
#[derive(Debug)]
pub struct Known {
    /// As the server said it.
    pub offer: Offer,
    tools: HashMap<String, Arc<KnownTool>>,
}

impl Known {
    pub(crate) fn new(offer: Offer) -> Self {
        let known = |tool: &Tool| (tool.name.to_string(), Arc::new(KnownTool::new(tool.clone())));
        Self { tools: offer.tools.iter().map(known).collect(), offer }
    }

    /// A tool by its name.
    pub fn tool(&self, name: &str) -> Option<&Arc<KnownTool>> {
        self.tools.get(name)
    }
}

impl KnownTool {
    fn new(tool: Tool) -> Self {
        let input = Arc::new(Schema::new(Value::Object((*tool.input_schema).clone())));
        Self { tool, input }
    }

    /// What its arguments must be.
    pub const fn input(&self) -> &Arc<Schema> {
        &self.input
    }
}

/// What is wrong with arguments. A schema that takes long to be held against them is not held here on a thread that
/// serves requests.
pub(crate) async fn complaints(schema: &Arc<Schema>, arguments: &Map<String, Value>) -> Vec<FieldError> {
    if schema.is_quick(arguments) {
        return schema.complaints(arguments, "arguments");
    }
    let (schema, arguments) = (Arc::clone(schema), arguments.clone());
    let checked = tokio::task::spawn_blocking(move || schema.complaints(&arguments, "arguments")).await;
    checked.unwrap_or_else(|_| vec![FieldError::new("arguments", "schema", "The arguments cannot be checked.")])
}
