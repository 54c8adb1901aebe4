//! The schemas of a workspace, ready to hold events against.

use mainstay_schemas::Schema;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What a workspace declared a schema for.
pub(super) struct Schemas(HashMap<String, Arc<Schema>>);

impl Schemas {
    pub(super) fn new(declared: Vec<(String, Value)>) -> Self {
        let schema = |(name, text): (String, Value)| (name, Arc::new(Schema::new(text)));
        Self(declared.into_iter().map(schema).collect())
    }

    pub(super) fn of(&self, name: &str) -> Option<Arc<Schema>> {
        self.0.get(name).cloned()
    }
}
