//! Clients: the applications that people log in to with their account here.

use super::{AuthMethod, ClientKeys};
use crate::oauth::metadata::ClientMetadata;
use crate::tokens::SigningAlgorithm;
use mainstay_kernel::{Secret, Timestamp, UserId, WorkspaceId};
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
    /// It can, as a server does: it has a secret of ours, or a key of its own.
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
    /// Nobody but the client itself, this one: it registered itself, or a document describes it. Nobody vouches for it.
    Itself(ClientId),
}

/// A client without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthClient {
    /// Its row.
    pub id: ClientId,
    /// What it calls itself: 32 lowercase hex digits, or the address of the document that describes it.
    pub client_id: String,
    /// What people read when they are asked.
    pub name: String,
    /// Where people may be sent back to, as they were registered; the first one is shown where one is asked for.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they are logged out on its behalf.
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether it may ask for people from a device where they cannot log in (RFC 8628).
    pub has_device_flow: bool,
    /// How it shows who it is.
    pub method: AuthMethod,
    /// What its assertions are verified with, where it shows itself by those.
    pub keys: Option<ClientKeys>,
    /// What its ID tokens are signed with.
    pub id_token_algorithm: SigningAlgorithm,
    /// Whose it is.
    pub owner: ClientOwner,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl OAuthClient {
    /// Whether it can keep something to itself.
    pub const fn kind(&self) -> ClientKind {
        self.method.kind()
    }
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
    /// Whether it may ask for people from a device where they cannot log in.
    pub has_device_flow: bool,
    /// How it will show who it is.
    pub method: AuthMethod,
    /// The keys that it will sign with: of a client that shows itself by `private_key_jwt`, and of no other.
    pub keys: Option<ClientKeys>,
    /// What its ID tokens will be signed with.
    pub id_token_algorithm: SigningAlgorithm,
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
    /// Other keys, of a client that has some.
    pub keys: Option<ClientKeys>,
    /// What its ID tokens are signed with from now on.
    pub id_token_algorithm: Option<SigningAlgorithm>,
}

/// A client that registered itself.
#[derive(Debug)]
pub struct Registered {
    /// What was registered.
    pub client: OAuthClient,
    /// Its secret, shown this once; none where it has no secret, or no new one.
    pub secret: Option<Secret<String>>,
    /// What it manages itself with, shown this once; none for a client that was registered before, which nobody
    /// manages any more.
    pub management: Option<Secret<String>>,
}

/// What a client says of itself in place of all that it said before (RFC 7592 section 2.2).
#[derive(Debug, Clone)]
pub struct Replacement {
    /// What it calls itself; required, and as it is.
    pub client_id: Option<String>,
    /// Its secret, as it is, if it is sent at all.
    pub client_secret: Option<Secret<String>>,
    /// The rest.
    pub metadata: ClientMetadata,
}

/// What anybody may know of a client, for the page that asks whether to allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicClient {
    /// What it calls itself.
    pub client_id: String,
    /// What people read when they are asked.
    pub name: String,
}
