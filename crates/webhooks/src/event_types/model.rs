//! What a declared kind of event is.

use mainstay_kernel::{Listing, Timestamp};
use serde_json::Value;

/// A kind of event that the host application publishes.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredType {
    /// What it is called: `post.created`.
    pub name: String,
    /// What has happened then.
    pub description: String,
    /// What its data look like, as JSON Schema (draft 2020-12 where it does not say otherwise); none checks nothing.
    pub schema: Option<Value>,
    /// When it was declared.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a kind of event is to be.
#[derive(Debug, Clone, Default)]
pub struct NewEventType {
    /// Dotted words in lower case, at most 64 characters.
    pub name: String,
    /// At most 1 000 characters.
    pub description: String,
    /// A JSON Schema of at most 64 KiB, which refers to nothing outside itself.
    pub schema: Option<Value>,
}

/// Which kinds are wanted.
#[derive(Debug, Clone, Default)]
pub struct EventTypeQuery {
    /// Page, order and the filters of every list; the search looks at the name.
    pub listing: Listing<EventTypeColumn>,
}

/// What kinds are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTypeColumn {
    /// The name, by its bytes.
    Name,
}
