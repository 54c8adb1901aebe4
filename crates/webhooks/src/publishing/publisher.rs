//! The rules of publishing.

use super::body::Body;
use super::model::{NewEvent, Published};
use super::service::{MOST_AT_ONCE, PublishService};
use super::store::{Batch, MessageStore, NewMessage, Outcome};
use crate::bell::Bell;
use crate::channels::Channels;
use crate::error::WebhookError;
use crate::event_name::EventName;
use crate::event_types::SchemaCheck;
use crate::roster::Rosters;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, FieldError, Ids, Timestamp, WorkspaceId};
use mainstay_store::StoreError;
use mainstay_store::outbox::Subscriber;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// Most bytes of an event, as it is sent.
const MOST_BYTES: usize = 256 * 1024;
/// Most characters of an id.
const MOST_ID: usize = 128;
/// How often the same events are tried: another node may publish one of the same id at the same time.
const TRIES: usize = 3;

/// Publishes what happens in workspaces.
pub struct Publisher {
    pub(crate) store: Arc<dyn MessageStore>,
    pub(crate) rosters: Arc<Rosters>,
    pub(crate) schemas: Arc<dyn SchemaCheck>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Publisher {
    /// Checks an event and makes a message of it. `path` stands before the names of its fields.
    async fn message(
        &self,
        workspace: WorkspaceId,
        event: NewEvent,
        path: &str,
        now: Timestamp,
    ) -> Result<NewMessage, WebhookError> {
        let mut wrong = Vec::new();
        if let Err(cause) = event.name.parse::<EventName>() {
            wrong.push(FieldError::new(format!("{path}type"), "format", cause.to_string()));
        }
        if let Some(id) = &event.id
            && !is_id(id)
        {
            let text = "An id is 1 to 128 letters, digits or any of _ . : -";
            wrong.push(FieldError::new(format!("{path}id"), "format", text));
        }
        let channels = Channels::parse(&event.channels, &format!("{path}channels")).unwrap_or_else(|errors| {
            wrong.extend(errors);
            Channels::default()
        });
        if wrong.is_empty() {
            wrong.extend(self.schemas.check(workspace, &event.name, &event.data, path).await?);
        }
        if !wrong.is_empty() {
            return Err(WebhookError::Invalid(wrong));
        }
        let is_drawn = event.id.is_none();
        let event_id = event.id.unwrap_or_else(|| format!("evt_{}", self.ids.alphanumeric(24)));
        let data = Value::Object(event.data);
        let body = Body::new(&event_id, &event.name, &data, workspace, now).text();
        if body.len() > MOST_BYTES {
            return Err(WebhookError::TooLarge);
        }
        Ok(NewMessage { event_id, is_drawn, event_type: event.name, channels, data, body })
    }

    /// Publishes all of these or none. `path` is what stands before the names of the fields of each.
    async fn take(
        &self,
        workspace: WorkspaceId,
        events: Vec<NewEvent>,
        path: fn(usize) -> String,
    ) -> Result<Vec<Published>, WebhookError> {
        let now = self.clock.now();
        let (mut messages, mut wrong) = (Vec::with_capacity(events.len()), said_twice(&events));
        for (index, event) in events.into_iter().enumerate() {
            match self.message(workspace, event, &path(index), now).await {
                Ok(message) => messages.push(message),
                Err(WebhookError::Invalid(fields)) => wrong.extend(fields),
                Err(other) => return Err(other),
            }
        }
        if wrong.is_empty() {
            self.store(Batch { workspace, messages, now }).await
        } else {
            Err(WebhookError::Invalid(wrong))
        }
    }

    async fn store(&self, batch: Batch) -> Result<Vec<Published>, WebhookError> {
        let (workspace, batch) = (batch.workspace, Arc::new(batch));
        let mut tries = 1;
        let stored = loop {
            match self.store.publish(Arc::clone(&batch)).await {
                Err(StoreError::NotUnique(_)) if tries < TRIES => tries += 1,
                outcome => break outcome,
            }
        };
        // What was read in a transaction that came to nothing may never have been.
        let outcome = stored.inspect_err(|_| self.rosters.forget(workspace))?;
        match outcome {
            Outcome::Taken(id) => Err(WebhookError::EventIdTaken(id)),
            Outcome::Stored { published, endpoints } => {
                self.bell.ring(endpoints);
                Ok(published)
            }
        }
    }
}

/// The events whose id stands before in the same list.
fn said_twice(events: &[NewEvent]) -> Vec<FieldError> {
    let mut seen = HashSet::new();
    let twice = events.iter().enumerate().filter(|(_, event)| event.id.as_ref().is_some_and(|id| !seen.insert(id)));
    let error = |(index, _)| FieldError::new(format!("events.{index}.id"), "unique", "This id was given before.");
    twice.map(error).collect()
}

fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-');
    (1..=MOST_ID).contains(&text.len()) && text.bytes().all(is_plain)
}

#[async_trait]
impl PublishService for Publisher {
    async fn publish(&self, workspace: WorkspaceId, event: NewEvent) -> Result<Published, WebhookError> {
        let mut published = self.take(workspace, vec![event], |_| String::new()).await?;
        Ok(published.swap_remove(0))
    }

    async fn publish_all(&self, workspace: WorkspaceId, events: Vec<NewEvent>) -> Result<Vec<Published>, WebhookError> {
        if events.is_empty() || events.len() > MOST_AT_ONCE {
            let text = format!("There must be 1 to {MOST_AT_ONCE} events.");
            return Err(WebhookError::Invalid(vec![FieldError::new("events", "size", text)]));
        }
        self.take(workspace, events, |index| format!("events.{index}.")).await
    }
}

/// The domains' own events, out of the outbox. Being told twice is being told once.
#[async_trait]
impl Subscriber for Publisher {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let (Some(workspace), data) = (event.workspace, &event.data) else { return Ok(()) };
        let message = NewMessage {
            event_id: event.id.clone(),
            is_drawn: false,
            event_type: event.name.clone(),
            channels: Channels::default(),
            data: data.clone(),
            body: Body::new(&event.id, &event.name, data, workspace, event.at).text(),
        };
        let batch = Batch { workspace, messages: vec![message], now: self.clock.now() };
        match self.store(batch).await {
            // Without its row the workspace is gone for good, and its endpoints with it.
            Ok(_) | Err(WebhookError::Store(StoreError::MissingReference)) => Ok(()),
            Err(cause) => Err(cause.to_string()),
        }
    }
}
