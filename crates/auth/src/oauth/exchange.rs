//! Tokens for a code, for a refresh token, and for a client itself.

use super::authorization::Authorization;
use super::devices::DEVICE_GRANT;
use super::error::OAuthError;
use super::model::{ClientAuthentication, ClientKind, ClientOwner, OAuthClient, TokenRequest, Tokens};
use super::provider::{Endpoint, Provider};
use super::question::{resource, sent};
use super::scopes::{OAuthScope, OAuthScopes};
use super::{pkce, redirect};
use crate::one_time::{AuthorizationCode, Links};
use crate::sessions::Verdict;
use mainstay_kernel::Timestamp;

impl Provider {
    pub(super) async fn exchange(
        &self,
        client: &ClientAuthentication,
        request: TokenRequest,
    ) -> Result<Tokens, OAuthError> {
        let known = self.authenticate(client, Endpoint::Token).await?;
        match sent(request.grant_type.as_ref()) {
            Some("authorization_code") => self.redeem(&known.client, &request).await,
            Some("refresh_token") => self.refresh(&known.client, &request).await,
            Some(DEVICE_GRANT) => self.redeem_device(&known.client, &request).await,
            Some("client_credentials") => self.speak_for_itself(&known.client, &request).await,
            Some(_) => Err(OAuthError::UnsupportedGrantType),
            None => Err(OAuthError::Missing("grant_type")),
        }
    }

    async fn redeem(&self, client: &OAuthClient, request: &TokenRequest) -> Result<Tokens, OAuthError> {
        let code = request.code.as_ref().ok_or(OAuthError::Missing("code"))?;
        let redirect_uri = sent(request.redirect_uri.as_ref()).ok_or(OAuthError::Missing("redirect_uri"))?;
        let hash = Links::<AuthorizationCode>::key(code.expose()).hash;
        let found = self.auth.store.authorization_of_code(hash).await?.ok_or(OAuthError::InvalidCode)?;
        if found.redeemed_at.is_some() {
            self.replayed(&found).await?;
            return Err(OAuthError::InvalidCode);
        }
        let now = self.auth.clock.now();
        if found.client != client.id || !found.is_live(now) {
            return Err(OAuthError::InvalidCode);
        }
        if !redirect::is_same(&found.redirect_uri, redirect_uri) {
            return Err(OAuthError::RedirectDiffers);
        }
        pkce::verify(found.code_challenge.as_deref(), request.code_verifier.as_ref())?;
        is_granted(&found, request)?;
        self.trade(client, found).await?.ok_or(OAuthError::InvalidCode)
    }

    /// Tokens for what a person allowed and nobody has redeemed; none if it is redeemed now, or its session has ended.
    pub(super) async fn trade(&self, client: &OAuthClient, found: Authorization) -> Result<Option<Tokens>, OAuthError> {
        if !self.auth.sessions.has_not_ended(found.session).await? {
            return Ok(None);
        }
        let family = found.clone().redeemed(self.auth.clock.now());
        if !self.auth.store.redeem(family.clone()).await? {
            self.replayed(&found).await?;
            return Ok(None);
        }
        let scopes = family.scopes.clone();
        self.tokens(client, &family, scopes, found.nonce.as_deref()).await.map(Some)
    }

    /// A code that comes twice was stolen, and nobody can tell by whom: what it gave is over (RFC 6749 section 4.1.2).
    pub(super) async fn replayed(&self, found: &Authorization) -> Result<(), OAuthError> {
        tracing::warn!(authorization = %found.id, person = %found.person, "a used code came again; its tokens end");
        self.end_family(found).await
    }

    async fn refresh(&self, client: &OAuthClient, request: &TokenRequest) -> Result<Tokens, OAuthError> {
        let token = request.refresh_token.as_ref().ok_or(OAuthError::Missing("refresh_token"))?;
        let (id, generation) = self.refresh_tokens.read(token.expose()).ok_or(OAuthError::InvalidRefreshToken)?;
        let now = self.auth.clock.now();
        // Each turn but the last lost a race, and whoever won it moved the family on.
        loop {
            let found = self.auth.store.authorization(id).await?;
            let found = found.filter(|found| found.client == client.id).ok_or(OAuthError::InvalidRefreshToken)?;
            let verdict = found.judge(generation, now);
            if verdict == Verdict::Reused {
                tracing::warn!(authorization = %id, person = %found.person, "a used refresh token came again");
                self.end_family(&found).await?;
            }
            if matches!(verdict, Verdict::Reused | Verdict::Refused) {
                return Err(OAuthError::InvalidRefreshToken);
            }
            // Checked before the family moves on, so that a mistake costs nothing.
            let scopes = narrowed(&found, sent(request.scope.as_ref()))?;
            is_granted(&found, request)?;
            if !self.admits(client, found.person).await? {
                return Err(OAuthError::InvalidRefreshToken);
            }
            if verdict == Verdict::Repeat {
                return self.tokens(client, &found, scopes, None).await;
            }
            if let Some(family) = self.advance(client, found, now).await? {
                return self.tokens(client, &family, scopes, None).await;
            }
        }
    }

    /// The family one refresh later; none for whoever lost the race.
    async fn advance(
        &self,
        client: &OAuthClient,
        found: Authorization,
        now: Timestamp,
    ) -> Result<Option<Authorization>, OAuthError> {
        let from = found.generation;
        let family = found.refreshed(client.kind(), now);
        let has_moved = self.auth.store.refresh_authorization(family.clone(), from).await?;
        Ok(has_moved.then_some(family))
    }

    async fn speak_for_itself(&self, client: &OAuthClient, request: &TokenRequest) -> Result<Tokens, OAuthError> {
        // Nor does anybody listen to a client for which nobody vouches.
        if client.kind() == ClientKind::Public || matches!(client.owner, ClientOwner::Itself(_)) {
            return Err(OAuthError::UnauthorizedClient);
        }
        let resource = resource(sent(request.resource.as_ref()))?;
        let (access_token, expires_at) = self.own_access_token(client, resource).await?;
        let expires_in = self.seconds_until(expires_at);
        // All scopes there are concern a person, and there is none.
        Ok(Tokens { access_token, expires_in, refresh_token: None, id_token: None, scopes: OAuthScopes::default() })
    }

    async fn tokens(
        &self,
        client: &OAuthClient,
        family: &Authorization,
        scopes: OAuthScopes,
        nonce: Option<&str>,
    ) -> Result<Tokens, OAuthError> {
        let (access_token, expires_at) = self.access_token(client, family, &scopes).await?;
        let id_token = if scopes.has(OAuthScope::OpenId) {
            Some(self.id_token(client, family, (&scopes, &access_token), nonce).await?)
        } else {
            None
        };
        let refresh_token = Some(self.refresh_tokens.write(family.id, family.generation));
        let expires_in = self.seconds_until(expires_at);
        Ok(Tokens { access_token, expires_in, refresh_token, id_token, scopes })
    }

    fn seconds_until(&self, end: Timestamp) -> u64 {
        u64::try_from(end.seconds() - self.auth.clock.now().seconds()).unwrap_or(0)
    }

    /// Ends all tokens of a family: at once on this node.
    pub(super) async fn end_family(&self, family: &Authorization) -> Result<(), OAuthError> {
        self.auth.store.end_authorization(family.client, family.id, self.auth.clock.now()).await?;
        self.auth.oauth.forget_authorizations(&[family.id]);
        Ok(())
    }
}

/// The scopes of a refreshed access token: as granted, or fewer (RFC 6749 section 6).
fn narrowed(family: &Authorization, scope: Option<&str>) -> Result<OAuthScopes, OAuthError> {
    let Some(scope) = scope else { return Ok(family.scopes.clone()) };
    let wanted = OAuthScopes::known_of(scope);
    if wanted.is_empty() || !wanted.is_within(&family.scopes) {
        return Err(OAuthError::InvalidScope);
    }
    Ok(wanted)
}

/// Whether the resource that the request names, if any, is the one that was granted (RFC 8707 section 2.2).
pub(super) fn is_granted(family: &Authorization, request: &TokenRequest) -> Result<(), OAuthError> {
    match sent(request.resource.as_ref()) {
        Some(wanted) if family.resource.as_deref() != Some(wanted) => Err(OAuthError::InvalidTarget),
        _ => Ok(()),
    }
}
