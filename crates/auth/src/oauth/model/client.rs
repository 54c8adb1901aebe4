//! Clients: the applications that people log in to with their account here.

use mainstay_kernel::{Timestamp, UserId, WorkspaceId};
use std::fmt;
use uuid::Uuid;

/// The row of a client. What the client calls itself on the wire is [`OAuthClient::client_id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub Uuid);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a client can keep a secret (RFC 6749 section 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// It can, as a server does. It has one, and shows it in the header or in the body.
    Confidential,
    /// It cannot, as an application on a phone or in a browser. It has none, and must use PKCE (RFC 7636).
    Public,
}

/// Whose client it is: who may change it, and who owns it when people come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientOwner {
    /// A person.
    Personal(UserId),
    /// A project, whose membership decides who may log in while it is private.
    Project(Uuid),
    /// A workspace.
    Workspace(WorkspaceId),
}

/// A client without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthClient {
    /// Its row.
    pub id: ClientId,
    /// What it calls itself: 32 lowercase hex digits.
    pub client_id: String,
    /// What people read when they are asked.
    pub name: String,
    /// Where people may be sent back to, as they were registered; the first one is shown where one is asked for.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they are logged out on its behalf.
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether it has a secret.
    pub kind: ClientKind,
    /// Whether it may ask for people from a device where they cannot log in (RFC 8628).
    pub has_device_flow: bool,
    /// Whose it is.
    pub owner: ClientOwner,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A client to be registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewClient {
    /// 1 to 100 characters.
    pub name: String,
    /// One to ten addresses, or none where there is the device flow; see [`crate::ClientService::create`].
    pub redirect_uris: Vec<String>,
    /// At most ten addresses, for which the same holds.
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether it cannot keep a secret.
    pub is_public: bool,
    /// Whether it may ask for people from a device where they cannot log in.
    pub has_device_flow: bool,
}

/// A change of a client; none keeps what there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientChange {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// One to ten addresses, in place of all there are; none where there is the device flow.
    pub redirect_uris: Option<Vec<String>>,
    /// At most ten addresses, in place of all there are.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Whether it may ask for people from a device where they cannot log in.
    pub has_device_flow: Option<bool>,
}

/// What anybody may know of a client, for the page that asks whether to allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicClient {
    /// What it calls itself.
    pub client_id: String,
    /// What people read when they are asked.
    pub name: String,
}
