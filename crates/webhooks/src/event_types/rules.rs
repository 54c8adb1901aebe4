//! The rules of declared kinds of events.

use super::SchemaCheck;
use super::model::{DeclaredType, NewEventType};
use super::schemas::Schemas;
use super::service::{EventTypeService, MOST};
use super::store::{EventTypeStore, Put};
use super::terms;
use crate::error::WebhookError;
use crate::event_name::EventName;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, WorkspaceId};
use mainstay_schemas::Schema;
use mainstay_store::{Remembered, StoreError};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The topic under which changes of declared kinds are announced; the subject is the workspace's number.
pub const CHANGED: &str = "webhook_event_types";

/// Workspaces whose schemas are kept at hand.
const CAPACITY: usize = 1_000;

/// What the workspaces of an installation declared.
pub struct EventTypes {
    store: Arc<dyn EventTypeStore>,
    clock: Arc<dyn Clock>,
    remembered: Remembered<WorkspaceId, Arc<Schemas>>,
}

impl EventTypes {
    pub(crate) fn new(store: Arc<dyn EventTypeStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, remembered: Remembered::new(CAPACITY) }
    }

    /// Forgets what the workspace declared that an announcement under [`CHANGED`] names, so that it is read anew.
    pub fn forget(&self, subject: &str) {
        match subject.parse() {
            Ok(workspace) => self.remembered.forget(&WorkspaceId(workspace)),
            // From a node that speaks of workspaces in another way: forgetting too much does no harm.
            Err(_) => self.remembered.forget_all(),
        }
    }

    async fn schema(&self, workspace: WorkspaceId, name: &str) -> Result<Option<Arc<Schema>>, StoreError> {
        // That nothing was declared is worth remembering too.
        let load = async {
            let declared = self.store.schemas(workspace).await?;
            Ok::<_, StoreError>(Some(Arc::new(Schemas::new(declared))))
        };
        let schemas = self.remembered.get_or_load(&workspace, load).await?;
        Ok(schemas.and_then(|schemas| schemas.of(name)))
    }
}

#[async_trait]
impl EventTypeService for EventTypes {
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<DeclaredType>, WebhookError> {
        Ok(self.store.list(workspace).await?)
    }

    async fn get(&self, workspace: WorkspaceId, name: &str) -> Result<DeclaredType, WebhookError> {
        if name.parse::<EventName>().is_err() {
            return Err(WebhookError::NotFound);
        }
        self.store.find(workspace, name).await?.ok_or(WebhookError::NotFound)
    }

    async fn put(&self, workspace: WorkspaceId, declared: NewEventType) -> Result<DeclaredType, WebhookError> {
        let declared = terms::checked(declared).await.map_err(WebhookError::Invalid)?;
        let outcome = self.store.put(workspace, declared, self.clock.now()).await?;
        self.remembered.forget(&workspace);
        let wrong = |field: &str, text: String| Err(WebhookError::Invalid(vec![FieldError::new(field, "max", text)]));
        match outcome {
            Put::Kept(kept) => Ok(kept),
            Put::TooMany => wrong("name", format!("A workspace declares at most {MOST} kinds of events.")),
            Put::TooLarge => wrong("schema", "The schemas of a workspace have at most 2 MiB together.".to_owned()),
        }
    }

    async fn delete(&self, workspace: WorkspaceId, name: &str) -> Result<(), WebhookError> {
        let is_name = name.parse::<EventName>().is_ok();
        let deleted = is_name && self.store.delete(workspace, name, self.clock.now()).await?;
        self.remembered.forget(&workspace);
        if deleted { Ok(()) } else { Err(WebhookError::NotFound) }
    }
}

#[async_trait]
impl SchemaCheck for EventTypes {
    async fn check(
        &self,
        workspace: WorkspaceId,
        name: &str,
        data: &Map<String, Value>,
        path: &str,
    ) -> Result<Vec<FieldError>, WebhookError> {
        let Some(schema) = self.schema(workspace, name).await? else { return Ok(Vec::new()) };
        let field = format!("{path}data");
        if schema.is_quick(data) {
            return Ok(schema.complaints(data, &field));
        }
        let data = data.clone();
        let checked = tokio::task::spawn_blocking(move || schema.complaints(&data, &field)).await;
        checked.map_err(|cause| WebhookError::Store(StoreError::Unavailable(cause.to_string())))
    }
}
