//! Something that happened, as it is told to webhooks, mail and the audit log.

use crate::clock::Timestamp;
use crate::ids::{Ids, WorkspaceId};
use serde_json::Value;

/// A fact about the past. It is written in the same transaction as the change it tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `evt_` and 24 letters and digits; the same for every receiver and every attempt.
    pub id: String,
    /// `resource.happened`, such as `api_key.revoked`.
    pub name: String,
    /// Whose event it is; none for what concerns the installation or a person alone.
    pub workspace: Option<WorkspaceId>,
    /// The facts, flat and free of secrets.
    pub data: Value,
    /// When it happened.
    pub at: Timestamp,
}

/// A kind of event, for those who want to know what there is to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// `resource.happened`.
    pub name: &'static str,
    /// What has happened then, in a sentence.
    pub about: &'static str,
}

/// Declares the events of a domain: a constant for each name, and `ALL` of them with what they are about.
#[macro_export]
macro_rules! event_types {
    ($($constant:ident = $name:literal, $about:literal;)+) => {
        $(
            #[doc = $about]
            pub const $constant: &str = $name;
        )+

        /// Every kind of event of this domain.
        pub const ALL: &[$crate::EventType] =
            &[$($crate::EventType { name: $constant, about: $about }),+];
    };
}

impl Event {
    /// An event of a workspace that happens now.
    pub fn of(workspace: WorkspaceId, name: &str, data: Value, ids: &dyn Ids, at: Timestamp) -> Self {
        Self { workspace: Some(workspace), ..Self::global(name, data, ids, at) }
    }

    /// An event of no workspace that happens now.
    pub fn global(name: &str, data: Value, ids: &dyn Ids, at: Timestamp) -> Self {
        Self { id: format!("evt_{}", ids.alphanumeric(24)), name: name.to_owned(), workspace: None, data, at }
    }
}
