//! The provider: its parts, and how clients show who they are.

use super::described::is_address;
use super::error::{AuthorizeError, OAuthError};
use super::model::{
    Asked, AuthMethod, AuthorizeRequest, Bearer, ClientAuthentication, ClientKind, ClientOwner, Grant, Introspection,
    Leaving, LogoutRequest, OAuthClient, Redirect, TokenRequest, Tokens,
};
use super::projects::ProjectBook;
use super::service::ProviderService;
use super::store::{KnownClient, RevokedGrant};
use super::user_code::UserCodes;
use crate::auth::Auth;
use crate::events;
use crate::model::Login;
use crate::sessions::GenerationTokens;
use async_trait::async_trait;
use mainstay_kernel::{Event, UserId};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Where clients show who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Token,
    Introspect,
    Revoke,
    DeviceAuthorization,
}

impl Endpoint {
    const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::DeviceAuthorization => "device_authorization",
        }
    }
}

/// The provider over the people of an [`Auth`].
pub struct Provider {
    pub(super) auth: Arc<Auth>,
    pub(super) projects: Arc<dyn ProjectBook>,
    pub(super) refresh_tokens: GenerationTokens,
    pub(super) user_codes: UserCodes,
    /// Whether clients may be called by the addresses of documents that describe them.
    pub(super) takes_documents: bool,
}

impl Provider {
    /// The service. Projects are asked who their members are.
    pub fn new(auth: Arc<Auth>, projects: Arc<dyn ProjectBook>) -> Self {
        let refresh_tokens = GenerationTokens::client_refresh(&auth.keyring);
        let user_codes = UserCodes::new(&auth.keyring, Arc::clone(&auth.ids));
        Self { auth, projects, refresh_tokens, user_codes, takes_documents: false }
    }

    /// The same, where clients may be called by the addresses of documents that describe them.
    #[must_use]
    pub fn taking_documents(self, takes_documents: bool) -> Self {
        Self { takes_documents, ..self }
    }

    /// Who gives out tokens (RFC 8414 section 2).
    pub(super) fn issuer(&self) -> &str {
        &self.auth.access_tokens.issuer
    }

    /// For whom an access token is unless somebody else was asked for: our own `userinfo`.
    pub(super) fn own_audience(&self) -> String {
        format!("{}/oauth/userinfo", self.issuer().trim_end_matches('/'))
    }

    /// The client that calls itself so, as it is kept.
    pub(super) async fn called(&self, client_id: &str) -> Result<Option<Arc<KnownClient>>, OAuthError> {
        if is_address(client_id) && !self.takes_documents {
            return Ok(None);
        }
        self.auth.oauth.client(&*self.auth.store, client_id).await
    }

    /// Where clients reach an endpoint.
    pub(super) fn address_of(&self, endpoint: Endpoint) -> String {
        format!("{}/oauth/{}", self.issuer().trim_end_matches('/'), endpoint.name())
    }

    /// The client that shows who it is (RFC 6749 section 2.3): a confidential one by its secret or by what it signed, a
    /// public one by its name alone.
    pub(super) async fn authenticate(
        &self,
        shown: &ClientAuthentication,
        at: Endpoint,
    ) -> Result<Arc<KnownClient>, OAuthError> {
        let known = match shown {
            // By the keys that its document has now.
            ClientAuthentication::Assertion { client_id, .. } => self.present(client_id).await?,
            _ => self.called(shown.client_id()).await?,
        };
        let Some(known) = known else {
            let is_in_header = matches!(shown, ClientAuthentication::Basic { .. });
            return Err(if is_in_header { OAuthError::InvalidClient } else { OAuthError::UnknownClient });
        };
        let is_right = match (shown, &known.secret_hash) {
            (ClientAuthentication::None { .. }, None) => known.client.method == AuthMethod::None,
            (ClientAuthentication::Assertion { assertion, .. }, None) => {
                self.is_asserted(&known, assertion, at).await?
            }
            (ClientAuthentication::Basic { secret, .. } | ClientAuthentication::Post { secret, .. }, Some(hash)) => {
                hash.is_of(secret)
            }
            _ => false,
        };
        if is_right { Ok(known) } else { Err(OAuthError::InvalidClient) }
    }

    /// The same for what is not for public clients.
    pub(super) async fn authenticate_confidential(
        &self,
        shown: &ClientAuthentication,
        at: Endpoint,
    ) -> Result<Arc<KnownClient>, OAuthError> {
        let known = self.authenticate(shown, at).await?;
        match known.client.kind() {
            ClientKind::Confidential => Ok(known),
            ClientKind::Public => Err(OAuthError::UnauthorizedClient),
        }
    }

    /// Whether a person may log in to a client.
    pub(super) async fn admits(&self, client: &OAuthClient, person: UserId) -> Result<bool, OAuthError> {
        match client.owner {
            ClientOwner::Project(project) => self.projects.admits(project, person).await,
            ClientOwner::Personal(_) | ClientOwner::Workspace(_) | ClientOwner::Itself(_) => Ok(true),
        }
    }
}

#[async_trait]
impl ProviderService for Provider {
    async fn examine(&self, request: &AuthorizeRequest, login: Option<Login>) -> Result<Asked, AuthorizeError> {
        self.ask(request, login).await
    }

    async fn approve(&self, login: Login, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError> {
        self.give_code(login, request).await
    }

    async fn deny(&self, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError> {
        self.refuse(request).await
    }

    async fn token(&self, client: &ClientAuthentication, request: TokenRequest) -> Result<Tokens, OAuthError> {
        self.exchange(client, request).await
    }

    async fn userinfo(&self, access_token: &str) -> Result<Map<String, Value>, OAuthError> {
        self.about_person(access_token).await
    }

    async fn bearer(&self, access_token: &str) -> Result<Option<Bearer>, OAuthError> {
        Ok(self.verify(access_token).await?.and_then(|verified| verified.claims.bearer()))
    }

    async fn introspect(&self, client: &ClientAuthentication, token: &str) -> Result<Introspection, OAuthError> {
        self.look_at(client, token).await
    }

    async fn revoke(&self, client: &ClientAuthentication, token: &str) -> Result<(), OAuthError> {
        self.end(client, token).await
    }

    async fn leave(&self, request: &LogoutRequest, login: Option<Login>) -> Result<Leaving, OAuthError> {
        self.consider(request, login).await
    }

    async fn grants(&self, person: UserId) -> Result<Vec<Grant>, OAuthError> {
        Ok(self.auth.store.grants(person).await?)
    }

    async fn revoke_grant(&self, person: UserId, id: Uuid) -> Result<(), OAuthError> {
        let at = self.auth.clock.now();
        let facts = json!({ "user_id": person.to_string(), "grant_id": id.to_string() });
        let event = Event::global(events::OAUTH_GRANT_REVOKED, facts, self.auth.ids.as_ref(), at);
        let ended = self.auth.store.revoke_grant(RevokedGrant { person, id, at, event }).await?;
        let ended = ended.ok_or(OAuthError::GrantNotFound)?;
        self.auth.oauth.forget_authorizations(&ended);
        Ok(())
    }
}
