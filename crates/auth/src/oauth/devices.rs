//! Devices are let in by a code that a person types elsewhere (RFC 8628).

use super::authorization::Authorization;
use super::device::{self, Device, Poll};
use super::error::OAuthError;
use super::exchange::is_granted;
use super::model::{
    ClientAuthentication, DeviceCodes, DeviceRequest, OAuthClient, TokenRequest, Tokens, WaitingDevice,
};
use super::provider::{Endpoint, Provider};
use super::question::{resource, sent};
use super::scopes::OAuthScopes;
use super::service::DeviceService;
use super::store::{KnownClient, NewAuthorization};
use crate::model::Login;
use crate::one_time::{DeviceCode, Links};
use crate::sessions::{Client, Session};
use crate::throttle::Buckets;
use async_trait::async_trait;
use mainstay_kernel::Timestamp;
use std::sync::Arc;

/// The name of the grant (section 3.4).
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device that waits, and its client.
struct Found {
    device: Device,
    known: Arc<KnownClient>,
}

impl From<Found> for WaitingDevice {
    fn from(Found { device, known }: Found) -> Self {
        let OAuthClient { client_id, name, .. } = &known.client;
        Self { client_id: client_id.clone(), client_name: name.clone(), scopes: device.scopes }
    }
}

impl Provider {
    /// Tokens for a device's code, once a person has let it in (section 3.5).
    pub(super) async fn redeem_device(
        &self,
        client: &OAuthClient,
        request: &TokenRequest,
    ) -> Result<Tokens, OAuthError> {
        has_device_flow(client)?;
        let code = request.device_code.as_ref().ok_or(OAuthError::Missing("device_code"))?;
        let hash = Links::<DeviceCode>::key(code.expose()).hash;
        match self.auth.store.poll_device(client.id, hash.clone(), self.auth.clock.now()).await? {
            None => Err(OAuthError::InvalidDeviceCode),
            Some(Poll::Waits) => Err(OAuthError::AuthorizationPending),
            Some(Poll::TooSoon) => Err(OAuthError::SlowDown),
            Some(Poll::Denied) => Err(OAuthError::AccessDenied),
            Some(Poll::Over) => Err(OAuthError::ExpiredToken),
            Some(Poll::Allowed) => self.redeem_allowed(client, hash, request).await,
        }
    }

    async fn redeem_allowed(
        &self,
        client: &OAuthClient,
        hash: Vec<u8>,
        request: &TokenRequest,
    ) -> Result<Tokens, OAuthError> {
        let found = self.auth.store.authorization_of_code(hash).await?.ok_or(OAuthError::InvalidDeviceCode)?;
        if found.redeemed_at.is_some() {
            self.replayed(&found).await?;
            return Err(OAuthError::InvalidDeviceCode);
        }
        if !found.is_live(self.auth.clock.now()) {
            return Err(OAuthError::InvalidDeviceCode);
        }
        is_granted(&found, request)?;
        self.trade(client, found).await?.ok_or(OAuthError::InvalidDeviceCode)
    }

    /// The device that shows what a person typed. That they hit one wipes out none of what they missed.
    async fn typed(&self, login: Login, code: &str, client: &Client) -> Result<Found, OAuthError> {
        let attempt = self.auth.throttle.admit(Buckets::of_user_code(login.person, client)).await?;
        let Some(device) = self.shown(code).await? else {
            attempt.failed().await?;
            return Err(OAuthError::UnknownUserCode);
        };
        drop(attempt);
        let owned = self.auth.store.client_of(device.client).await?;
        let known = owned.filter(|known| known.client.has_device_flow).ok_or(OAuthError::UnknownUserCode)?;
        if !self.admits(&known.client, login.person).await? {
            return Err(OAuthError::NotProjectMember);
        }
        Ok(Found { device, known: Arc::new(known) })
    }

    async fn shown(&self, code: &str) -> Result<Option<Device>, OAuthError> {
        let Some(hashes) = self.user_codes.hashes(code) else { return Ok(None) };
        Ok(self.auth.store.waiting_device(hashes, self.auth.clock.now()).await?)
    }

    /// What a person allows a device: to be redeemed by its code, as long as that stands.
    fn allowance(&self, found: &Found, session: &Session, now: Timestamp) -> NewAuthorization {
        let Found { device, known } = found;
        let authorization = Authorization {
            id: self.auth.ids.uuid(),
            client: device.client,
            person: session.person,
            session: session.id,
            authenticated_at: session.created_at,
            scopes: device.scopes.clone(),
            resource: device.resource.clone(),
            nonce: None,
            wants_email_verified: false,
            redirect_uri: String::new(),
            code_challenge: None,
            redeemed_at: None,
            generation: 0,
            refreshed_at: now,
            expires_at: device.expires_at,
            revoked_at: None,
            created_at: now,
        };
        let event = self.given(&known.client, session, &device.scopes, now);
        NewAuthorization { authorization, code_hash: device.hash.clone(), grant: self.auth.ids.uuid(), event }
    }
}

fn has_device_flow(client: &OAuthClient) -> Result<(), OAuthError> {
    if client.has_device_flow { Ok(()) } else { Err(OAuthError::UnauthorizedClient) }
}

#[async_trait]
impl DeviceService for Provider {
    async fn begin_device(
        &self,
        client: &ClientAuthentication,
        request: DeviceRequest,
    ) -> Result<DeviceCodes, OAuthError> {
        let client = &self.authenticate(client, Endpoint::DeviceAuthorization).await?.client;
        has_device_flow(client)?;
        let now = self.auth.clock.now();
        let (device_code, key) = Links::<DeviceCode>::new(Arc::clone(&self.auth.ids)).token();
        let device = Device {
            id: self.auth.ids.uuid(),
            client: client.id,
            hash: key.hash,
            scopes: OAuthScopes::granted(sent(request.scope.as_ref())),
            resource: resource(sent(request.resource.as_ref()))?,
            interval: device::INTERVAL,
            polled_at: None,
            allowed_at: None,
            denied_at: None,
            expires_at: now.plus(device::LIFETIME),
            created_at: now,
        };
        loop {
            let (user_code, user_code_hash) = self.user_codes.draw();
            // Another device may show the same, which is as rare as a guess that hits.
            if self.auth.store.add_device(device.clone(), user_code_hash).await? {
                let (expires_in, interval) = (device::LIFETIME.as_secs(), device::INTERVAL.as_secs());
                return Ok(DeviceCodes { device_code, user_code, expires_in, interval });
            }
        }
    }

    async fn find_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError> {
        Ok(self.typed(login, code, client).await?.into())
    }

    async fn allow_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError> {
        let session = self.live_session(login).await?.ok_or(OAuthError::Unauthenticated)?;
        let found = self.typed(login, code, client).await?;
        let new = self.allowance(&found, &session, self.auth.clock.now());
        let was_let_in = self.auth.store.allow_device(found.device.id, new).await?;
        if was_let_in { Ok(found.into()) } else { Err(OAuthError::UnknownUserCode) }
    }

    async fn deny_device(&self, login: Login, code: &str, client: &Client) -> Result<WaitingDevice, OAuthError> {
        let found = self.typed(login, code, client).await?;
        let was_denied = self.auth.store.deny_device(found.device.id, self.auth.clock.now()).await?;
        if was_denied { Ok(found.into()) } else { Err(OAuthError::UnknownUserCode) }
    }
}
