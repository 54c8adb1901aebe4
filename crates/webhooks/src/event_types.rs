//! The kinds of events that a workspace declares.

pub mod model;
pub(crate) mod rules;
mod schemas;
mod service;
pub(crate) mod store;
mod terms;

use crate::error::WebhookError;
use async_trait::async_trait;
use mainstay_kernel::{FieldError, WorkspaceId};
pub use model::{DeclaredType, EventTypeColumn, EventTypeQuery, NewEventType};
pub use rules::{CHANGED, EventTypes};
use serde_json::{Map, Value};
pub use service::EventTypeService;

/// Holds what is published against what was declared.
#[async_trait]
pub(crate) trait SchemaCheck: Send + Sync {
    /// What is wrong with the data of an event, by the schema that the workspace declared for its name, if it did. `path`
    /// stands before the names of the fields.
    async fn check(
        &self,
        workspace: WorkspaceId,
        name: &str,
        data: &Map<String, Value>,
        path: &str,
    ) -> Result<Vec<FieldError>, WebhookError>;
}
