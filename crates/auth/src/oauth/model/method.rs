//! How clients show who they are.

use super::ClientKind;
use serde_json::Value;

/// The way that a client shows who it is at the endpoints for clients (RFC 7591 section 2, OpenID Connect Core
/// section 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// By its name alone.
    None,
    /// By its secret, in the header. In the body it is taken as well.
    #[default]
    SecretBasic,
    /// By its secret, in the body. In the header it is taken as well.
    SecretPost,
    /// By an assertion that it signed (RFC 7523 section 2.2).
    PrivateKeyJwt,
}

impl AuthMethod {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::None, Self::SecretBasic, Self::SecretPost, Self::PrivateKeyJwt];

    /// As the standards write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The method that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// Whether a client that does so can keep something to itself.
    pub const fn kind(self) -> ClientKind {
        match self {
            Self::None => ClientKind::Public,
            Self::SecretBasic | Self::SecretPost | Self::PrivateKeyJwt => ClientKind::Confidential,
        }
    }

    /// Whether a client that does so has a secret of ours.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::SecretBasic | Self::SecretPost)
    }
}

/// The public keys that a client's assertions are verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientKeys {
    /// These: a JWK set (RFC 7517 section 5).
    Inline(Value),
    /// Those that are found there, which may change.
    At(String),
}

impl ClientKeys {
    /// Some keys as the two members of a client's metadata, `jwks` and `jwks_uri`; at most one of them is there.
    pub fn members(keys: Option<Self>) -> (Option<Value>, Option<String>) {
        match keys {
            None => (None, None),
            Some(Self::Inline(set)) => (Some(set), None),
            Some(Self::At(uri)) => (None, Some(uri)),
        }
    }

    /// The keys that the two members stand for; on `Err` both are there.
    ///
    /// # Errors
    /// A sentence that says so.
    pub fn of_members(jwks: Option<Value>, jwks_uri: Option<String>) -> Result<Option<Self>, &'static str> {
        match (jwks, jwks_uri) {
            (Some(_), Some(_)) => Err("Send jwks or jwks_uri, not both."),
            (jwks, jwks_uri) => Ok(jwks.map(Self::Inline).or(jwks_uri.map(Self::At))),
        }
    }
}
