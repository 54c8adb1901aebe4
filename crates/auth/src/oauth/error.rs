//! What can go wrong between a client and the provider.

use crate::error::AuthError;
use crate::oauth::model::Redirect;
use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Seconds until a client that is not used may make room for another.
const ROOM_COMES_AFTER: u64 = 3_600;

/// Why a client did not get what it asked for. [`OAuthError::rfc_code`] is the `error` of the answer, the sentence its
/// `error_description`.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// Nobody is called that.
    #[error("Invalid client_id")]
    UnknownClient,
    /// The secret is another, is missing, or was not to be sent.
    #[error("Invalid client credentials")]
    InvalidClient,
    /// The client may not use this kind of grant, or this endpoint.
    #[error("This client may not do that")]
    UnauthorizedClient,
    /// Nobody may be sent there on behalf of this client.
    #[error("redirect_uri doesn't match")]
    RedirectMismatch,
    /// The code was sent elsewhere.
    #[error("redirect_uri doesn't match")]
    RedirectDiffers,
    /// Only `code` is known.
    #[error("Unsupported response_type")]
    UnsupportedResponseType,
    /// Only those that [`crate::TokenRequest::grant_type`] names are known.
    #[error("Unsupported grant_type")]
    UnsupportedGrantType,
    /// A parameter is missing.
    #[error("Missing {0}")]
    Missing(&'static str),
    /// A parameter is of no use.
    #[error("Invalid {0}")]
    InvalidParameter(&'static str),
    /// A parameter that the standard has and this provider has not: `request`, `request_uri`, `registration`.
    #[error("The parameter {0} is not supported")]
    NotSupported(&'static str),
    /// A client without a secret must use PKCE, and every client `S256` (RFC 7636).
    #[error("A code_challenge with the method S256 is required")]
    ChallengeRequired,
    /// The code was never given out, is over, used up, or another client's.
    #[error("Invalid or expired authorization code")]
    InvalidCode,
    /// The challenge was made of another verifier, or there is one without the other.
    #[error("The code_verifier does not fit")]
    InvalidVerifier,
    /// The refresh token was never given out, is over, used up, or another client's.
    #[error("Invalid or expired refresh token")]
    InvalidRefreshToken,
    /// The device code was never given out, is used up, or another client's; or what a person allowed it has ended.
    #[error("Invalid or expired device code")]
    InvalidDeviceCode,
    /// Nobody has decided about the device (RFC 8628 section 3.5).
    #[error("Nobody has let the device in yet")]
    AuthorizationPending,
    /// The same, and the device asked before it was to.
    #[error("Nobody has let the device in yet; ask five seconds later than until now")]
    SlowDown,
    /// Nobody decided about the device in time.
    #[error("The device code has expired")]
    ExpiredToken,
    /// No device that waits shows this code.
    #[error("No device waits with this code")]
    UnknownUserCode,
    /// More is asked for than was granted.
    #[error("The scope exceeds what was granted")]
    InvalidScope,
    /// The resource is no absolute URI, or another than was granted (RFC 8707).
    #[error("Invalid resource")]
    InvalidTarget,
    /// The person said no.
    #[error("Access was denied")]
    AccessDenied,
    /// The person would have to log in, and must not be asked to.
    #[error("Login is required")]
    LoginRequired,
    /// The person would have to allow it, and must not be asked to.
    #[error("Consent is required")]
    ConsentRequired,
    /// The client belongs to a private project, and the person does not.
    #[error("You are not a member of this project")]
    NotProjectMember,
    /// Whoever asks shows no session that stands.
    #[error("This login does not stand")]
    Unauthenticated,
    /// The access token was never given out, is over, or is for somebody else (RFC 6750 section 3.1).
    #[error("The access token does not stand")]
    InvalidToken,
    /// Tokens of this sort cannot be revoked (RFC 7009 section 2.2.1).
    #[error("A token of this type cannot be revoked")]
    UnsupportedTokenType,
    /// The owner has no such client.
    #[error("There is no such client")]
    ClientNotFound,
    /// The owner has as many clients as one may have.
    #[error("There are too many clients; delete one first")]
    TooManyClients,
    /// A public client has no secret, nor has one that shows itself by what it signs.
    #[error("This client has no secret")]
    HasNoSecret,
    /// The person has no such grant.
    #[error("There is no such grant")]
    GrantNotFound,
    /// What a client says of itself is wrong or not supported (RFC 7591 section 3.2.2).
    #[error("{0}")]
    InvalidClientMetadata(String),
    /// People cannot be sent back to an address that a client names of itself.
    #[error("{0}")]
    InvalidRedirectUri(String),
    /// The document that describes a client is not to be had, or does not describe it.
    #[error("The document at client_id cannot be used")]
    UselessDocument,
    /// Clients do not register themselves here.
    #[error("This installation lets nobody register")]
    RegistrationClosed,
    /// Too many registered lately that nobody has let in.
    #[error("There are too many new clients for now")]
    TooManyRegistrations,
    /// Something about a client breaks its rules.
    #[error("Some fields are not valid")]
    InvalidFields(Vec<FieldError>),
    /// A neighbour is away for now: what it said, which is logged and not shown.
    #[error("{0}")]
    Unavailable(String),
    /// Signing failed, or the people could not be asked.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OAuthError {
    /// The code that RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6, RFC 6750 section 3.1,
    /// RFC 7009 section 2.2.1, RFC 7591 section 3.2.2, RFC 8628 section 3.5 or RFC 8707 section 2 have for it.
    pub fn rfc_code(&self) -> &'static str {
        match self {
            Self::UnknownClient | Self::InvalidClient | Self::UselessDocument => "invalid_client",
            Self::InvalidClientMetadata(_) => "invalid_client_metadata",
            Self::InvalidRedirectUri(_) => "invalid_redirect_uri",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::RedirectMismatch
            | Self::Missing(_)
            | Self::InvalidParameter(_)
            | Self::ChallengeRequired
            | Self::ClientNotFound
            | Self::TooManyClients
            | Self::HasNoSecret
            | Self::GrantNotFound
            | Self::UnknownUserCode
            | Self::RegistrationClosed
            | Self::InvalidFields(_) => "invalid_request",
            Self::NotSupported("request") => "request_not_supported",
            Self::NotSupported("request_uri") => "request_uri_not_supported",
            Self::NotSupported(_) => "registration_not_supported",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::RedirectDiffers
            | Self::InvalidCode
            | Self::InvalidVerifier
            | Self::InvalidRefreshToken
            | Self::InvalidDeviceCode => "invalid_grant",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied | Self::NotProjectMember => "access_denied",
            Self::LoginRequired | Self::Unauthenticated => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidToken => "invalid_token",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::Unavailable(_) | Self::TooManyRegistrations => "temporarily_unavailable",
            Self::Auth(_) | Self::Store(_) => match self.kind() {
                Kind::Unavailable => "temporarily_unavailable",
                _ => "server_error",
            },
        }
    }
}

impl Fault for OAuthError {
    fn kind(&self) -> Kind {
        match self {
            Self::InvalidClient | Self::Unauthenticated | Self::InvalidToken => Kind::Unauthenticated,
            Self::NotProjectMember => Kind::Forbidden,
            Self::ClientNotFound | Self::GrantNotFound | Self::RegistrationClosed => Kind::NotFound,
            Self::HasNoSecret => Kind::Conflict,
            Self::InvalidFields(_) => Kind::Invalid,
            Self::Unavailable(_) | Self::TooManyRegistrations => Kind::Unavailable,
            Self::Auth(cause) => cause.kind(),
            Self::Store(cause) => cause.kind(),
            _ => Kind::Malformed,
        }
    }

    /// As [`OAuthError::rfc_code`], but for the few that the APIs beside `/oauth` name more exactly.
    fn code(&self) -> &'static str {
        match self {
            Self::NotProjectMember => "not_project_member",
            Self::Unauthenticated => "unauthenticated",
            Self::ClientNotFound => "client_not_found",
            Self::TooManyClients => "too_many_clients",
            Self::HasNoSecret => "client_has_no_secret",
            Self::GrantNotFound => "grant_not_found",
            Self::UnknownUserCode => "unknown_user_code",
            Self::RegistrationClosed => "registration_closed",
            Self::TooManyRegistrations => "too_many_registrations",
            Self::InvalidFields(_) => "validation_failed",
            Self::Unavailable(_) => "unavailable",
            Self::Auth(cause) => cause.code(),
            Self::Store(cause) => cause.code(),
            _ => self.rfc_code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::InvalidFields(fields) => Details::Fields(fields.clone()),
            Self::Unavailable(_) => Details::RetryAfter(1),
            Self::TooManyRegistrations => Details::RetryAfter(ROOM_COMES_AFTER),
            Self::Auth(cause) => cause.details(),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}

/// Why a person was not asked, and where their browser may be sent to say so.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct AuthorizeError {
    /// Why.
    #[source]
    pub error: OAuthError,
    /// The client's address with `error`, `error_description`, `state` and `iss` (RFC 6749 section 4.1.2.1, RFC 9207).
    /// None while it is not sure that the address is the client's: then nobody is sent anywhere.
    pub redirect: Option<Redirect>,
}

impl From<OAuthError> for AuthorizeError {
    fn from(error: OAuthError) -> Self {
        Self { error, redirect: None }
    }
}

impl Fault for AuthorizeError {
    fn kind(&self) -> Kind {
        self.error.kind()
    }

    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn details(&self) -> Details {
        self.error.details()
    }
}
