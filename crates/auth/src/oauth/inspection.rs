//! What becomes of tokens later: looked at (RFC 7662), and ended (RFC 7009).

use super::access::Verified;
use super::authorization::Authorization;
use super::error::OAuthError;
use super::model::{ClientAuthentication, Introspection, OAuthClient, TokenKind, TokenView};
use super::provider::{Endpoint, Provider};
use crate::sessions::Verdict;
use mainstay_kernel::Timestamp;

impl Provider {
    pub(super) async fn look_at(
        &self,
        client: &ClientAuthentication,
        token: &str,
    ) -> Result<Introspection, OAuthError> {
        let asking = &self.authenticate_confidential(client, Endpoint::Introspect).await?.client;
        if let Some((id, generation)) = self.refresh_tokens.read(token) {
            let family = self.auth.store.authorization(id).await?;
            let now = self.auth.clock.now();
            let stands =
                |family: &Authorization| matches!(family.judge(generation, now), Verdict::Advance | Verdict::Repeat);
            let Some(family) = family.filter(stands) else { return Ok(Introspection::Inactive) };
            // Of the owner of whoever asks, or nobody's that they may know of.
            let issued_to = self.auth.store.client(asking.owner, family.client).await?;
            return Ok(issued_to
                .map_or(Introspection::Inactive, |client| Introspection::Active(self.refresh_view(&client, family))));
        }
        match self.verify(token).await? {
            Some(verified) if verified.client.client.owner == asking.owner => {
                Ok(Introspection::Active(access_view(&verified)))
            }
            _ => Ok(Introspection::Inactive),
        }
    }

    pub(super) async fn end(&self, client: &ClientAuthentication, token: &str) -> Result<(), OAuthError> {
        let asking = &self.authenticate(client, Endpoint::Revoke).await?.client;
        let family = match self.refresh_tokens.read(token) {
            Some((id, _)) => Some(id),
            None => match self.verify(token).await? {
                Some(verified) if verified.client.client.id == asking.id => {
                    Some(verified.claims.gid.ok_or(OAuthError::UnsupportedTokenType)?)
                }
                _ => None,
            },
        };
        if let Some(id) = family
            && let Some(family) = self.auth.store.authorization(id).await?
            && family.client == asking.id
        {
            self.end_family(&family).await?;
        }
        Ok(())
    }

    fn refresh_view(&self, client: &OAuthClient, family: Authorization) -> TokenView {
        TokenView {
            kind: TokenKind::Refresh,
            client_id: client.client_id.clone(),
            scopes: family.scopes,
            subject: family.person.to_string(),
            audience: None,
            issuer: self.issuer().to_owned(),
            issued_at: family.refreshed_at,
            expires_at: family.expires_at,
            jti: None,
        }
    }
}

fn access_view(verified: &Verified) -> TokenView {
    let claims = &verified.claims;
    TokenView {
        kind: TokenKind::Access,
        client_id: claims.client_id.clone(),
        scopes: claims.scopes(),
        subject: claims.sub.clone(),
        audience: Some(claims.aud.clone()),
        issuer: claims.iss.clone(),
        issued_at: Timestamp::from_seconds(claims.iat),
        expires_at: Timestamp::from_seconds(claims.exp),
        jti: Some(claims.jti.clone()),
    }
}
