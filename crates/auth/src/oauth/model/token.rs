//! Tokens: how they are asked for, and what is told of them.

use crate::oauth::scopes::OAuthScopes;
use mainstay_kernel::{GrantId, Secret, Timestamp, UserId};

/// How a client says who it is (RFC 6749 section 2.3). A request that does so in two ways is the surface's to refuse.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// In the header `Authorization`, both parts decoded (RFC 6749 section 2.3.1).
    Basic {
        /// What the client calls itself.
        client_id: String,
        /// Its secret.
        secret: Secret<String>,
    },
    /// In the body.
    Post {
        /// What the client calls itself.
        client_id: String,
        /// Its secret.
        secret: Secret<String>,
    },
    /// By an assertion that it signed (RFC 7523 section 2.2); made by [`ClientAuthentication::asserted`].
    Assertion {
        /// What the client calls itself.
        client_id: String,
        /// The assertion.
        assertion: Secret<String>,
    },
    /// By its name alone, as public clients do.
    None {
        /// What the client calls itself.
        client_id: String,
    },
}

impl ClientAuthentication {
    /// What the client calls itself.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Basic { client_id, .. }
            | Self::Post { client_id, .. }
            | Self::Assertion { client_id, .. }
            | Self::None { client_id } => client_id,
        }
    }
}

/// The parameters of a token request but for those that say which client it is, as they came.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    /// `authorization_code`, `refresh_token`, `client_credentials` or `urn:ietf:params:oauth:grant-type:device_code`;
    /// required.
    pub grant_type: Option<String>,
    /// The code; required for `authorization_code`.
    pub code: Option<Secret<String>>,
    /// Where the code was sent to; required for `authorization_code`.
    pub redirect_uri: Option<String>,
    /// What the challenge was made of (RFC 7636 section 4.5).
    pub code_verifier: Option<Secret<String>>,
    /// The refresh token; required for `refresh_token`.
    pub refresh_token: Option<Secret<String>>,
    /// What the device was given; required for the device code's own grant (RFC 8628 section 3.4).
    pub device_code: Option<Secret<String>>,
    /// Fewer scopes than were granted (RFC 6749 section 6).
    pub scope: Option<String>,
    /// For whom the access token is (RFC 8707).
    pub resource: Option<String>,
}

/// What a token request gives (RFC 6749 section 5.1); its type is always `Bearer`.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// A JWT (RFC 9068).
    pub access_token: Secret<String>,
    /// Seconds that the access token stands.
    pub expires_in: u64,
    /// Buys more; none for `client_credentials`.
    pub refresh_token: Option<Secret<String>>,
    /// Says who logged in (OpenID Connect Core section 2); with the scope `openid` only.
    pub id_token: Option<Secret<String>>,
    /// What the access token is good for; may be empty for `client_credentials`.
    pub scopes: OAuthScopes,
}

/// Which sort of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
}

/// What an introspection tells (RFC 7662 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Introspection {
    /// The token does not stand, or is nothing to the client that asks. No more is told.
    Inactive,
    /// It stands.
    Active(TokenView),
}

/// A token that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    /// Which sort it is.
    pub kind: TokenKind,
    /// The client that it was given to.
    pub client_id: String,
    /// What it is good for.
    pub scopes: OAuthScopes,
    /// Who: a person's id, or the client's own name where it speaks for itself.
    pub subject: String,
    /// For whom it is; none for a refresh token, which is for us alone.
    pub audience: Option<String>,
    /// Who gave it out.
    pub issuer: String,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Its name; none for a refresh token.
    pub jti: Option<String>,
}

/// A client that acts for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// For whom.
    pub person: UserId,
    /// Since when they let it: all tokens of one grant end together.
    pub grant: GrantId,
    /// Where it may act: the audience of its token.
    pub resource: String,
    /// What it may do there.
    pub scopes: OAuthScopes,
}
