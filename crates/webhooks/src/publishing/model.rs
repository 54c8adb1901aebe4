//! What is published.

use serde_json::{Map, Value};

/// An event of the host application.
#[derive(Debug, Clone, Default)]
pub struct NewEvent {
    /// Dotted words in lower case: `post.created`.
    pub name: String,
    /// The facts.
    pub data: Map<String, Value>,
    /// What the application calls it, so that it can say it twice: 1 to 128 of `A-Za-z0-9_.:-`. None means one is drawn.
    pub id: Option<String>,
    /// The channels it is told on.
    pub channels: Vec<String>,
}

/// An event that is certain to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What it is called, in every delivery.
    pub id: String,
    /// What happened.
    pub name: String,
    /// Whether it had been published before: then it is not told again.
    pub is_duplicate: bool,
    /// To how many endpoints it goes.
    pub endpoints: usize,
}
