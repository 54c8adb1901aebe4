//! Whether a person allows a client (RFC 6749 section 4.1, OpenID Connect Core section 3.1.2).

use super::authorization::Authorization;
use super::error::{AuthorizeError, OAuthError};
use super::model::{Asked, AuthorizeRequest, ClientKind, OAuthClient, Redirect, Step};
use super::provider::Provider;
use super::question::{Question, sent};
use super::redirect;
use super::scopes::OAuthScopes;
use super::store::{KnownClient, NewAuthorization};
use crate::events;
use crate::model::Login;
use crate::one_time::{AuthorizationCode, Links};
use crate::sessions::Session;
use mainstay_kernel::{Event, Secret, Timestamp};
use serde_json::json;
use std::sync::Arc;

/// Who asks, and where the answer goes: from here on errors may be told to the client.
struct Address {
    known: Arc<KnownClient>,
    redirect_uri: String,
    state: Option<String>,
}

impl Provider {
    pub(super) async fn ask(&self, request: &AuthorizeRequest, login: Option<Login>) -> Result<Asked, AuthorizeError> {
        let address = self.address(request).await?;
        match self.judge(&address, request, login).await {
            Ok(asked) => Ok(asked),
            Err(error) => Err(self.told_back(&address, error)),
        }
    }

    pub(super) async fn give_code(&self, login: Login, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError> {
        let address = self.address(request).await?;
        let session = self.live_session(login).await?.ok_or(OAuthError::Unauthenticated)?;
        let code = match self.draw_code(&address, request, &session).await {
            Ok(Some(code)) => code,
            Ok(None) => return Err(OAuthError::Unauthenticated.into()),
            Err(error) => return Err(self.told_back(&address, error)),
        };
        Ok(self.back(&address, &[("code", code.expose())]))
    }

    pub(super) async fn refuse(&self, request: &AuthorizeRequest) -> Result<Redirect, AuthorizeError> {
        let address = self.address(request).await?;
        Ok(self.error_address(&address, &OAuthError::AccessDenied))
    }

    /// Which client asks, and the registered address that the answer goes to.
    async fn address(&self, request: &AuthorizeRequest) -> Result<Address, OAuthError> {
        let client_id = sent(request.client_id.as_ref()).ok_or(OAuthError::Missing("client_id"))?;
        let known = self.present(client_id).await?.ok_or(OAuthError::UnknownClient)?;
        let asked = sent(request.redirect_uri.as_ref()).ok_or(OAuthError::Missing("redirect_uri"))?;
        let redirect_uri = redirect::target(&known.client.redirect_uris, asked).ok_or(OAuthError::RedirectMismatch)?;
        Ok(Address { known, redirect_uri, state: request.state.clone().filter(|state| !state.is_empty()) })
    }

    async fn judge(
        &self,
        address: &Address,
        request: &AuthorizeRequest,
        login: Option<Login>,
    ) -> Result<Asked, OAuthError> {
        let client = &address.known.client;
        let question = Question::read(request, client.kind())?;
        let session = match login {
            Some(login) => self.live_session(login).await?,
            None => None,
        };
        let (mut has_consented, mut next) = (false, Step::LogIn);
        if let Some(session) = session {
            if !self.admits(client, session.person).await? {
                return Err(OAuthError::NotProjectMember);
            }
            let is_expected = self.expects(client, request, session.person).await?;
            let granted = self.auth.store.granted(session.person, client.id).await?;
            has_consented = !granted.is_empty() && question.scopes.is_within(&granted);
            next = match () {
                () if question.prompt.login || is_too_old(&session, &question, self.auth.clock.now()) => Step::LogIn,
                // Who is to log in is the client's to say: it may ask again without the hint.
                () if !is_expected => return Err(OAuthError::LoginRequired),
                () if has_consented && !question.prompt.consent && is_assured(client, address) => Step::Approve,
                () => Step::Consent,
            };
        }
        match next {
            Step::LogIn if question.prompt.none => Err(OAuthError::LoginRequired),
            Step::Consent if question.prompt.none => Err(OAuthError::ConsentRequired),
            next => Ok(Asked {
                client_id: client.client_id.clone(),
                client_name: client.name.clone(),
                backer: self.backer(client).await?,
                scopes: question.scopes,
                redirect_uri: address.redirect_uri.clone(),
                has_consented,
                next,
            }),
        }
    }

    /// Notes what the person allows, and gives the code for it; none when their session ended meanwhile.
    async fn draw_code(
        &self,
        address: &Address,
        request: &AuthorizeRequest,
        session: &Session,
    ) -> Result<Option<Secret<String>>, OAuthError> {
        let client = &address.known.client;
        let question = Question::read(request, client.kind())?;
        if !self.admits(client, session.person).await? {
            return Err(OAuthError::NotProjectMember);
        }
        let now = self.auth.clock.now();
        if is_too_old(session, &question, now) || !self.expects(client, request, session.person).await? {
            return Err(OAuthError::LoginRequired);
        }
        let (code, key) = Links::<AuthorizationCode>::new(Arc::clone(&self.auth.ids)).token();
        let event = self.given(client, session, &question.scopes, now);
        let authorization = Authorization {
            id: self.auth.ids.uuid(),
            client: self.rooted(client).await?,
            person: session.person,
            session: session.id,
            authenticated_at: session.created_at,
            scopes: question.scopes,
            resource: question.resource,
            nonce: question.nonce,
            wants_email_verified: question.wants_email_verified,
            redirect_uri: address.redirect_uri.clone(),
            code_challenge: question.code_challenge,
            redeemed_at: None,
            generation: 0,
            refreshed_at: now,
            expires_at: Authorization::code_expires_at(now),
            revoked_at: None,
            created_at: now,
        };
        let grant = self.auth.ids.uuid();
        let new = NewAuthorization { authorization, code_hash: key.hash, grant, event };
        Ok(self.auth.store.add_authorization(new).await?.then_some(code))
    }

    /// What tells of a first grant.
    pub(super) fn given(&self, client: &OAuthClient, session: &Session, scopes: &OAuthScopes, now: Timestamp) -> Event {
        let facts = json!({
            "user_id": session.person.to_string(),
            "client_id": client.client_id,
            "scope": scopes.to_string(),
        });
        Event::global(events::OAUTH_GRANT_GIVEN, facts, self.auth.ids.as_ref(), now)
    }

    pub(super) async fn live_session(&self, login: Login) -> Result<Option<Session>, OAuthError> {
        let found = self.auth.store.session(login.session).await?;
        let now = self.auth.clock.now();
        Ok(found.filter(|session| session.person == login.person && session.is_live(now)))
    }

    fn told_back(&self, address: &Address, error: OAuthError) -> AuthorizeError {
        let redirect = Some(self.error_address(address, &error));
        AuthorizeError { error, redirect }
    }

    fn error_address(&self, address: &Address, error: &OAuthError) -> Redirect {
        let code = error.rfc_code();
        // What went wrong on our side is nobody's to read.
        let about = if matches!(code, "server_error" | "temporarily_unavailable") {
            "Try again later".to_owned()
        } else {
            error.to_string()
        };
        self.back(address, &[("error", code), ("error_description", &about)])
    }

    /// The client's address with an answer in its query, and who gives it (RFC 9207).
    fn back(&self, address: &Address, answer: &[(&str, &str)]) -> Redirect {
        let state = address.state.as_deref().map(|state| ("state", state));
        let pairs = answer.iter().copied().chain(state).chain([("iss", self.issuer())]);
        Secret::new(redirect::with_query(&address.redirect_uri, pairs))
    }
}

/// Whether the person must log in anew because they last did longer ago than the client lets.
fn is_too_old(session: &Session, question: &Question, now: Timestamp) -> bool {
    question.max_age.is_some_and(|most| now.since(session.created_at) > most)
}

/// Whether it is sure that the answer reaches the client it is for. Any application on the same device may hold a
/// public client's name, its scheme or its port, so there the person is asked each time (RFC 8252 section 8.6).
fn is_assured(client: &OAuthClient, address: &Address) -> bool {
    client.kind() == ClientKind::Confidential || address.redirect_uri.starts_with("https:")
}
