//! The front doors.

use super::error::{AuthorizeError, OAuthError};
use super::metadata::ClientMetadata;
use super::model::{
    Asked, AuthorizeRequest, Bearer, ClientAuthentication, ClientChange, ClientId, ClientOwner, DeviceCodes,
    DeviceRequest, Grant, Introspection, Leaving, LogoutRequest, NewClient, OAuthClient, PublicClient, Redirect,
    Registered, Replacement, TokenRequest, Tokens, WaitingDevice,
};
use crate::model::Login;
use crate::sessions::Client;
use async_trait::async_trait;
use mainstay_kernel::{Secret, UserId};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Registers clients. Whether the caller may act for the owner is the caller's matter.
///
/// Every method may also fail with [`OAuthError::Store`] when the database is away.
#[async_trait]
pub trait ClientService: Send + Sync {
    /// Registers a client, and gives its secret, which is shown this once; a client that shows itself otherwise has
    /// none. An owner has at most 100 clients.
    ///
    /// An address for people to go back to is absolute, has no fragment and no user, and is `https`; `http` on
    /// `127.0.0.1`, `[::1]` or `localhost`; or for a public client a scheme of its own with a dot in it (RFC 8252
    /// section 7.1). A client with the device flow may have none.
    ///
    /// # Errors
    /// [`OAuthError::InvalidFields`] naming `name`, `redirect_uris`, `post_logout_redirect_uris`, `jwks` and `jwks_uri`,
    /// whichever break their rules; [`OAuthError::TooManyClients`].
    async fn create(
        &self,
        owner: ClientOwner,
        by: UserId,
        new: NewClient,
    ) -> Result<(OAuthClient, Option<Secret<String>>), OAuthError>;

    /// All clients of an owner, the oldest first.
    async fn list(&self, owner: ClientOwner) -> Result<Vec<OAuthClient>, OAuthError>;

    /// One client of an owner.
    ///
    /// # Errors
    /// [`OAuthError::ClientNotFound`].
    async fn get(&self, owner: ClientOwner, id: ClientId) -> Result<OAuthClient, OAuthError>;

    /// Changes what the change names.
    ///
    /// # Errors
    /// [`OAuthError::ClientNotFound`]; [`OAuthError::InvalidFields`].
    async fn update(&self, owner: ClientOwner, id: ClientId, change: ClientChange) -> Result<OAuthClient, OAuthError>;

    /// Deletes a client with all that was granted to it; its tokens stand no longer.
    ///
    /// # Errors
    /// [`OAuthError::ClientNotFound`].
    async fn delete(&self, owner: ClientOwner, id: ClientId) -> Result<(), OAuthError>;

    /// Gives a client another secret, which is shown this once; the old one is void at once, its tokens are not.
    ///
    /// # Errors
    /// [`OAuthError::ClientNotFound`]; [`OAuthError::HasNoSecret`] for a client that shows itself otherwise.
    async fn rotate_secret(&self, owner: ClientOwner, id: ClientId) -> Result<Secret<String>, OAuthError>;

    /// What anybody may know of the client that calls itself so.
    async fn public(&self, client_id: &str) -> Result<Option<PublicClient>, OAuthError>;
}

/// Lets clients register themselves, where the installation is open to that (RFC 7591, RFC 7592).
///
/// Every method may also fail with [`OAuthError::Store`] when the database is away.
#[async_trait]
pub trait ClientRegistrationService: Send + Sync {
    /// Registers a client by what it says of itself, or gives the one without a secret that said the same from the same
    /// network address before, which nobody manages any more.
    ///
    /// # Errors
    /// [`OAuthError::RegistrationClosed`] where nobody may; [`OAuthError::TooManyRegistrations`] where as many are there
    /// as may be that nobody uses; [`OAuthError::InvalidRedirectUri`],
    /// [`OAuthError::InvalidClientMetadata`]; [`OAuthError::Auth`] with `Throttled` when too many come from there.
    async fn register(&self, metadata: ClientMetadata, from: &Client) -> Result<Registered, OAuthError>;

    /// What is registered, for whoever has the client's registration token.
    ///
    /// # Errors
    /// [`OAuthError::InvalidToken`], whether there is such a client or not, and where nobody may register.
    async fn read(&self, client_id: &str, token: &Secret<String>) -> Result<OAuthClient, OAuthError>;

    /// Replaces all that is registered; a client that shows itself by a secret from now on is given one.
    ///
    /// # Errors
    /// Those of [`ClientRegistrationService::register`] and [`ClientRegistrationService::read`].
    async fn replace(&self, client_id: &str, token: &Secret<String>, to: Replacement)
    -> Result<Registered, OAuthError>;

    /// Deletes a client with all that was granted to it.
    ///
    /// # Errors
    /// [`OAuthError::InvalidToken`].
    async fn delete(&self, client_id: &str, token: &Secret<String>) -> Result<(), OAuthError>;
}

/// Lets people log in to clients.
///
/// Every method may also fail with [`OAuthError::Store`] or [`OAuthError::Unavailable`] when the database or a
/// neighbour is away, and with [`OAuthError::Auth`] when signing fails.
#[async_trait]
pub trait ProviderService: Send + Sync {
    /// Checks a question and says what is to be done about it for whoever is logged in, if somebody is. It changes
    /// nothing. The person last logged in when their session began.
    ///
    /// # Errors
    /// Without a redirect: [`OAuthError::Missing`] naming `client_id` or `redirect_uri`; [`OAuthError::UnknownClient`];
    /// [`OAuthError::UselessDocument`];
    /// [`OAuthError::RedirectMismatch`]. With one: whatever else is wrong with the question;
    /// [`OAuthError::LoginRequired`] and [`OAuthError::ConsentRequired`] for `prompt=none`;
    /// [`OAuthError::LoginRequired`] when somebody else is logged in than `id_token_hint` names;
    /// [`OAuthError::NotProjectMember`].
    async fn examine(&self, request: &AuthorizeRequest, login: Option<Login>) -> Result<Asked, AuthorizeError>;

    /// The person says yes: notes what they allow, and sends them back with a code that is good once, for ten minutes.
    /// Whether they were asked is the caller's matter.
    ///
    /// # Errors
    /// Those of [`ProviderService::examine`]; [`OAuthError::LoginRequired`] when they logged in longer ago than
    /// `max_age` lets; [`OAuthError::Unauthenticated`], without a redirect, when their session is over.
    async fn approve(&self, login: Login, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError>;

    /// The person says no: sends them back with `access_denied`.
    ///
    /// # Errors
    /// Those of [`ProviderService::examine`] that have no redirect.
    async fn deny(&self, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError>;

    /// Gives tokens for a code, a refresh token, or to a client itself (RFC 6749 sections 4.1.3, 6 and 4.4.2).
    ///
    /// # Errors
    /// [`OAuthError::UnknownClient`], [`OAuthError::InvalidClient`], [`OAuthError::UnauthorizedClient`],
    /// [`OAuthError::UnsupportedGrantType`], [`OAuthError::Missing`], [`OAuthError::InvalidCode`],
    /// [`OAuthError::RedirectDiffers`], [`OAuthError::InvalidVerifier`], [`OAuthError::InvalidRefreshToken`],
    /// [`OAuthError::InvalidScope`], [`OAuthError::InvalidTarget`].
    async fn token(&self, client: &ClientAuthentication, request: TokenRequest) -> Result<Tokens, OAuthError>;

    /// What the scopes of an access token let its client know of the person, as it is now (OpenID Connect Core
    /// section 5.3.2, identity section 10). What is not known is null.
    ///
    /// # Errors
    /// [`OAuthError::InvalidToken`].
    async fn userinfo(&self, access_token: &str) -> Result<Map<String, Value>, OAuthError>;

    /// For whom a client acts that brings this access token, if it stands and a person let the client have it. For a
    /// token seen before it costs no database. Whether it is for the resource that it is brought to is the caller's to
    /// see (RFC 8707 section 2.2).
    async fn bearer(&self, access_token: &str) -> Result<Option<Bearer>, OAuthError>;

    /// What a token is (RFC 7662), told to its own client and to clients of the same owner; nothing to others. For a
    /// token seen before it costs no database.
    ///
    /// # Errors
    /// [`OAuthError::UnknownClient`], [`OAuthError::InvalidClient`]; [`OAuthError::UnauthorizedClient`] for a public
    /// client, of which nobody knows who it is.
    async fn introspect(&self, client: &ClientAuthentication, token: &str) -> Result<Introspection, OAuthError>;

    /// Ends all tokens that came of the same code as this one (RFC 7009). A token that is unknown, over or another
    /// client's is no error.
    ///
    /// # Errors
    /// [`OAuthError::UnknownClient`], [`OAuthError::InvalidClient`]; [`OAuthError::UnsupportedTokenType`] for the
    /// access token of a client that speaks for itself, which is over within the hour.
    async fn revoke(&self, client: &ClientAuthentication, token: &str) -> Result<(), OAuthError>;

    /// Checks the wish of a client that whoever is logged in be logged out, and says whether they must be asked and
    /// where they go afterwards (OpenID Connect RP-Initiated Logout 1.0). It ends nothing: the session is the
    /// surface's to end. An ID token that is not ours counts as not sent; one that is over counts.
    ///
    /// # Errors
    /// [`OAuthError::UnknownClient`]; [`OAuthError::InvalidParameter`] naming `client_id` when the ID token is another
    /// client's, or `post_logout_redirect_uri` when it is not registered for the client, or it is not known for which.
    async fn leave(&self, request: &LogoutRequest, login: Option<Login>) -> Result<Leaving, OAuthError>;

    /// What a person allows clients, the last allowed first.
    async fn grants(&self, person: UserId) -> Result<Vec<Grant>, OAuthError>;

    /// Takes back what a person allowed a client, with all tokens that came of it.
    ///
    /// # Errors
    /// [`OAuthError::GrantNotFound`].
    async fn revoke_grant(&self, person: UserId, id: Uuid) -> Result<(), OAuthError>;
}

/// Lets people log in on devices where they cannot, by a code that they type elsewhere (RFC 8628).
///
/// Only clients that are registered for it may. The code of any other client that keeps no secret could be asked for by
/// everybody, sent to a person in a letter, and would show them a name that they trust.
///
/// Every method may also fail with [`OAuthError::Store`] or [`OAuthError::Unavailable`] when the database or a
/// neighbour is away.
#[async_trait]
pub trait DeviceService: Send + Sync {
    /// Gives a device what it shows and what it polls with. Both stand for a quarter of an hour.
    ///
    /// # Errors
    /// [`OAuthError::UnknownClient`], [`OAuthError::InvalidClient`]; [`OAuthError::UnauthorizedClient`] for a client
    /// without the device flow; [`OAuthError::InvalidTarget`].
    async fn begin_device(
        &self,
        client: &ClientAuthentication,
        request: DeviceRequest,
    ) -> Result<DeviceCodes, OAuthError>;

    /// The device that shows the code which a person has typed. Wrong ones make the next attempt wait, by person and by
    /// address.
    ///
    /// # Errors
    /// [`OAuthError::UnknownUserCode`]; [`OAuthError::NotProjectMember`]; [`OAuthError::Auth`] with
    /// [`crate::AuthError::Throttled`].
    async fn find_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError>;

    /// The person lets the device in: notes what they allow. Whether they were asked is the caller's matter.
    ///
    /// # Errors
    /// Those of [`DeviceService::find_device`]; [`OAuthError::Unauthenticated`] when their session is over.
    async fn allow_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError>;

    /// The person does not.
    ///
    /// # Errors
    /// Those of [`DeviceService::find_device`].
    async fn deny_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError>;
}
