//! What an endpoint is.

use crate::channels::Channels;
use crate::filter::Filters;
use crate::model::EndpointId;
use crate::pattern::Patterns;
use mainstay_kernel::{Listing, Patch, Secret, Timestamp, WorkspaceId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// An endpoint as it is shown: everything but its secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its number.
    pub id: EndpointId,
    /// Whose events it hears.
    pub workspace: WorkspaceId,
    /// Where it listens.
    pub url: String,
    /// What people say of it.
    pub description: Option<String>,
    /// The events that it hears.
    pub events: Patterns,
    /// The channels that it hears; none means all.
    pub channels: Channels,
    /// What must hold of an event's data.
    pub filters: Filters,
    /// The names of the headers that are sent along. Their values may be secrets and are not shown.
    pub header_names: Vec<String>,
    /// Most deliveries that begin in a second; none means any number.
    pub rate_limit: Option<u32>,
    /// Most deliveries under way at a time.
    pub max_concurrency: u32,
    /// What verifies its `v1a` signatures (Ed25519), as `whpk_…`; none without them.
    pub public_key: Option<String>,
    /// The change of its secret, if there was one.
    pub rotation: Option<SecretRotation>,
    /// Whether it is told of events.
    pub is_active: bool,
    /// Since when it is not, if it was not the workspace that turned it off.
    pub disabled_at: Option<Timestamp>,
    /// Why not.
    pub disabled_reason: Option<DisabledReason>,
    /// Attempts that went well.
    pub success_count: i64,
    /// Attempts that did not.
    pub failure_count: i64,
    /// Attempts that did not since the last one that went well.
    pub consecutive_failures: i32,
    /// When the last attempt ended, however it did.
    pub last_delivery_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody last changed it; deliveries change nothing.
    pub updated_at: Timestamp,
}

/// When a secret took another's place, and until when both sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretRotation {
    /// When the present secret came.
    pub rotated_at: Timestamp,
    /// Until when the previous one signs too; exclusive.
    pub ends_at: Timestamp,
}

impl SecretRotation {
    /// Whether both secrets sign at `now`.
    pub fn overlaps(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }
}

/// Why an endpoint was turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// Too many attempts failed in a row.
    Failing,
    /// It answered that it is gone (410).
    Gone,
}

impl DisabledReason {
    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }

    /// The reason of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Failing, Self::Gone].into_iter().find(|reason| reason.name() == name)
    }
}

/// What an endpoint is to be. Lists and maps are as the caller wrote them.
#[derive(Debug, Clone, Default)]
pub struct NewEndpoint {
    /// An https URL without a user, whose host has public addresses alone.
    pub url: String,
    /// Patterns: `post.created`, `post.*`, `*`. At least one.
    pub events: Vec<String>,
    /// 8 to 255 visible ASCII characters; none means one is drawn.
    pub secret: Option<Secret<String>>,
    /// At most 255 characters.
    pub description: Option<String>,
    /// Channels to hear; none at all hears every channel.
    pub channels: Vec<String>,
    /// Paths in the payload, and what must stand there.
    pub filters: Map<String, Value>,
    /// Headers to be sent along.
    pub headers: Headers,
    /// Deliveries a second, 1 to 10 000.
    pub rate_limit: Option<u32>,
    /// Deliveries at a time, 1 to 100; none means 16.
    pub max_concurrency: Option<u32>,
    /// Whether it gets `v1a` signatures too.
    pub asymmetric: bool,
}

/// Headers as they were asked for; the debug print shows no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(pub BTreeMap<String, String>);

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What is to change of an endpoint; what is `None` or kept stays.
#[derive(Debug, Clone, Default)]
pub struct EndpointChange {
    /// As for a new one.
    pub url: Option<String>,
    /// As for a new one.
    pub events: Option<Vec<String>>,
    /// Turns it on or off. Turned on, it begins to count its failures anew.
    pub is_active: Option<bool>,
    /// As for a new one.
    pub description: Patch<String>,
    /// As for a new one; cleared, it hears every channel.
    pub channels: Patch<Vec<String>>,
    /// As for a new one; cleared, nothing need hold.
    pub filters: Patch<Map<String, Value>>,
    /// As for a new one; all of them are replaced.
    pub headers: Patch<Headers>,
    /// As for a new one.
    pub rate_limit: Patch<u32>,
    /// As for a new one.
    pub max_concurrency: Patch<u32>,
    /// Whether it gets `v1a` signatures; turned off and on again, it has another key.
    pub asymmetric: Option<bool>,
}

/// An endpoint with its secret: the only time that the secret is shown.
#[derive(Debug, Clone)]
pub struct IssuedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// What it verifies signatures with.
    pub secret: Secret<String>,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Whether the answer was a 2xx.
    pub success: bool,
    /// The status, if there was an answer.
    pub status_code: Option<u16>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
    /// How long it took.
    pub response_time_ms: i64,
    /// How the body began, if there was an answer.
    pub response_body: Option<String>,
}

/// Which endpoints are wanted.
#[derive(Debug, Clone, Default)]
pub struct EndpointQuery {
    /// Page, order and the filters of every list; the search looks at URL and description.
    pub listing: Listing<EndpointColumn>,
    /// Only those in this state.
    pub status: Option<EndpointStatus>,
}

/// What endpoints are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointColumn {
    /// The number.
    Id,
    /// The URL, by its bytes.
    Url,
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

/// What state an endpoint is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointStatus {
    /// It is told of events.
    Active,
    /// The workspace turned it off.
    Inactive,
    /// It was turned off because of how it answered.
    Disabled,
}

impl EndpointStatus {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Disabled => "disabled",
        }
    }
}
