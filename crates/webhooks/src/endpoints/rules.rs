//! The rules of endpoints.

use super::model::{Endpoint, EndpointChange, EndpointQuery, IssuedEndpoint, NewEndpoint, SecretRotation, Trial};
use super::service::EndpointService;
use super::store::{EndpointStore, KeptEndpoint, Tell};
use super::terms::{self, CONCURRENCY, Checked, CheckedChange, Complaints};
use crate::courier::{Address, Courier, Parcel};
use crate::error::WebhookError;
use crate::events;
use crate::key_pair::SigningKeyPair;
use crate::model::EndpointId;
use crate::publishing::body::Body;
use crate::vault::{Sealed, Unopened, Vault};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, FieldError, Ids, Page, Patch, Plan, Secret, Timestamp, WorkspaceId};
use mainstay_outbound::{Outbound, OutboundError};
use mainstay_store::limits::{Limits, WEBHOOKS};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The shortest and the longest overlap of two secrets.
const OVERLAP: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(168));

/// The endpoints of an installation.
pub struct Endpoints {
    pub(crate) store: Arc<dyn EndpointStore>,
    pub(crate) vault: Vault,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) courier: Courier,
    pub(crate) limits: Arc<dyn Limits>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Endpoints {
    /// Whether requests may go there at all; who may not be asked is a mistake in the field.
    async fn look_at(&self, url: Option<&Url>, complaints: &mut Complaints) {
        let Some(url) = url else { return };
        if let Err(cause) = self.outbound.check(url).await {
            let rule = if cause == OutboundError::UnfitUrl { "format" } else { "reachable" };
            complaints.add(FieldError::new("url", rule, format!("The URL cannot be used: {cause}.")));
        }
    }

    fn tell(&self, happened: &'static str, now: Timestamp) -> Tell {
        let ids = Arc::clone(&self.ids);
        Arc::new(move |endpoint| Event::of(endpoint.workspace, happened, facts(endpoint), &*ids, now))
    }

    /// An Ed25519 key, as it is sealed and as it is shown.
    fn draw_key(&self, workspace: WorkspaceId) -> (Vec<u8>, String) {
        let (seed, pair) = SigningKeyPair::generate(&*self.ids);
        (self.vault.seal_seed(workspace, seed.expose()), pair.public_text())
    }

    async fn amend(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        happened: &'static str,
        change: impl FnOnce(&mut KeptEndpoint) + Send + 'static,
    ) -> Result<Endpoint, WebhookError> {
        let now = self.clock.now();
        let tell = self.tell(happened, now);
        let amend = Box::new(move |mut kept: KeptEndpoint| {
            change(&mut kept);
            kept.endpoint.updated_at = now;
            let event = tell(&kept.endpoint);
            Ok(Some((kept, event)))
        });
        self.store.amend(workspace, id, amend).await?.ok_or(WebhookError::NotFound)?
    }

    async fn kept(&self, workspace: WorkspaceId, id: EndpointId) -> Result<KeptEndpoint, WebhookError> {
        self.store.find(workspace, id).await?.ok_or(WebhookError::NotFound)
    }
}

#[async_trait]
impl EndpointService for Endpoints {
    async fn list(&self, workspace: WorkspaceId, query: EndpointQuery) -> Result<Page<Endpoint>, WebhookError> {
        Ok(self.store.list(workspace, query).await?)
    }

    async fn get(&self, workspace: WorkspaceId, id: EndpointId) -> Result<Endpoint, WebhookError> {
        Ok(self.kept(workspace, id).await?.endpoint)
    }

    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        new: NewEndpoint,
    ) -> Result<IssuedEndpoint, WebhookError> {
        let mut complaints = Complaints::default();
        let checked = terms::check(&new, &*self.ids, &mut complaints);
        self.look_at(checked.url.as_ref(), &mut complaints).await;
        complaints.end().map_err(WebhookError::Invalid)?;
        let Checked {
            events: Some(events),
            secret: Some(secret),
            description,
            channels: Some(channels),
            filters: Some(filters),
            headers: Some(headers),
            ..
        } = checked
        else {
            return Err(WebhookError::Invalid(Vec::new()));
        };
        let now = self.clock.now();
        let key = new.asymmetric.then(|| self.draw_key(workspace));
        let (key_seed, public_key) = key.unzip();
        let sealed = Sealed {
            secret: self.vault.seal_secret(workspace, &secret),
            previous: None,
            previous_ends_at: None,
            headers: self.vault.seal_headers(workspace, &headers),
            key_seed,
        };
        let endpoint = Endpoint {
            // The store draws the number.
            id: EndpointId(0),
            workspace,
            url: new.url,
            description,
            events,
            channels,
            filters,
            header_names: headers.names().map(str::to_owned).collect(),
            rate_limit: new.rate_limit,
            max_concurrency: new.max_concurrency.unwrap_or(CONCURRENCY),
            public_key,
            rotation: None,
            is_active: true,
            disabled_at: None,
            disabled_reason: None,
            success_count: 0,
            failure_count: 0,
            consecutive_failures: 0,
            last_delivery_at: None,
            created_at: now,
            updated_at: now,
        };
        let new = KeptEndpoint { endpoint, sealed };
        let most = self.limits.most(workspace, plan, WEBHOOKS).await?;
        let inserted = self.store.insert(new, most, self.tell(events::ENDPOINT_CREATED, now)).await?;
        let endpoint = inserted.ok_or(WebhookError::LimitReached)?;
        Ok(IssuedEndpoint { endpoint, secret: Secret::new(secret.expose().to_owned()) })
    }

    async fn update(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Endpoint, WebhookError> {
        // Whoever may not know of the endpoint learns nothing from how a URL fares.
        self.kept(workspace, id).await?;
        let mut complaints = Complaints::default();
        let checked = terms::check_change(&change, &mut complaints);
        self.look_at(checked.url.as_ref(), &mut complaints).await;
        complaints.end().map_err(WebhookError::Invalid)?;
        let sealed_headers = checked.headers.as_ref().map(|headers| self.vault.seal_headers(workspace, headers));
        let key = (change.asymmetric == Some(true)).then(|| self.draw_key(workspace));
        let apply = move |kept: &mut KeptEndpoint| {
            if let (Some(headers), Some(sealed)) = (&checked.headers, sealed_headers) {
                kept.endpoint.header_names = headers.names().map(str::to_owned).collect();
                kept.sealed.headers = sealed;
            }
            set_key(kept, change.asymmetric, key);
            set_activity(&mut kept.endpoint, change.is_active);
            set_terms(&mut kept.endpoint, change, checked);
        };
        self.amend(workspace, id, events::ENDPOINT_UPDATED, apply).await
    }

    async fn delete(&self, workspace: WorkspaceId, id: EndpointId) -> Result<(), WebhookError> {
        let now = self.clock.now();
        let deleted = self.store.delete(workspace, id, now, self.tell(events::ENDPOINT_DELETED, now)).await?;
        if deleted { Ok(()) } else { Err(WebhookError::NotFound) }
    }

    async fn test(&self, workspace: WorkspaceId, id: EndpointId) -> Result<Trial, WebhookError> {
        let KeptEndpoint { endpoint, sealed } = self.kept(workspace, id).await?;
        let now = self.clock.now();
        let event_id = format!("evt_{}", self.ids.alphanumeric(24));
        let data = json!({ "message": "This is a test." });
        let body = Body::new(&event_id, TEST, &data, workspace, now).text();
        let address = Address {
            url: endpoint.url,
            headers: self.vault.headers(workspace, &sealed).map_err(|Unopened| WebhookError::Sealed(id.0))?,
            signer: self.vault.signer(workspace, &sealed, now).map_err(|Unopened| WebhookError::Sealed(id.0))?,
        };
        let parcel = Parcel { event_id: &event_id, event_type: TEST, body: body.into() };
        let receipt = self.courier.carry(&address, parcel).await;
        Ok(Trial {
            success: receipt.arrived(),
            status_code: receipt.response_code,
            error: receipt.error,
            response_time_ms: receipt.duration_ms,
            response_body: receipt.response_body,
        })
    }

    async fn rotate_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        secret: Option<Secret<String>>,
        overlap: Duration,
    ) -> Result<IssuedEndpoint, WebhookError> {
        let secret = terms::secret(secret.as_ref(), &*self.ids).map_err(WebhookError::Invalid)?;
        if overlap < OVERLAP.0 || overlap > OVERLAP.1 {
            let text = "The overlap must be 300 to 604800 seconds.";
            return Err(WebhookError::Invalid(vec![FieldError::new("grace_period_seconds", "range", text)]));
        }
        let (sealed, now) = (self.vault.seal_secret(workspace, &secret), self.clock.now());
        let rotation = SecretRotation { rotated_at: now, ends_at: now.plus(overlap) };
        let apply = move |kept: &mut KeptEndpoint| {
            kept.sealed.previous = Some(std::mem::replace(&mut kept.sealed.secret, sealed));
            kept.endpoint.rotation = Some(rotation);
        };
        let endpoint = self.amend(workspace, id, events::SECRET_ROTATED, apply).await?;
        Ok(IssuedEndpoint { endpoint, secret: Secret::new(secret.expose().to_owned()) })
    }

    async fn public_keys(&self, id: EndpointId) -> Result<Value, WebhookError> {
        let KeptEndpoint { endpoint, sealed } = self.store.find_public(id).await?.ok_or(WebhookError::NotFound)?;
        let seed = sealed.key_seed.ok_or(WebhookError::NotFound)?;
        let pair = self.vault.key_pair(endpoint.workspace, &seed).map_err(|Unopened| WebhookError::Sealed(id.0))?;
        Ok(json!({ "keys": [pair.jwk()] }))
    }
}

/// The event that a test tells of.
const TEST: &str = "webhook.test";

/// The facts about an endpoint that every event of it carries. Its URL may hold a secret in its path or query.
pub(crate) fn facts(endpoint: &Endpoint) -> Value {
    let host = Url::parse(&endpoint.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({
        "id": endpoint.id.0,
        "host": host,
        "events": endpoint.events.to_texts(),
        "is_active": endpoint.is_active,
        "consecutive_failures": endpoint.consecutive_failures,
        "reason": endpoint.disabled_reason.map(crate::endpoints::DisabledReason::name),
    })
}

fn set_key(kept: &mut KeptEndpoint, asked: Option<bool>, drawn: Option<(Vec<u8>, String)>) {
    match asked {
        Some(true) if kept.sealed.key_seed.is_none() => {
            (kept.sealed.key_seed, kept.endpoint.public_key) = drawn.unzip();
        }
        Some(false) => (kept.sealed.key_seed, kept.endpoint.public_key) = (None, None),
        Some(true) | None => {}
    }
}

/// Turned on, an endpoint begins anew: what it did before is forgiven.
fn set_activity(endpoint: &mut Endpoint, asked: Option<bool>) {
    let Some(is_active) = asked else { return };
    if is_active && !endpoint.is_active {
        (endpoint.disabled_at, endpoint.disabled_reason, endpoint.consecutive_failures) = (None, None, 0);
    }
    endpoint.is_active = is_active;
}

fn set_terms(endpoint: &mut Endpoint, change: EndpointChange, checked: CheckedChange) {
    if let Some(url) = change.url {
        endpoint.url = url;
    }
    if let Some(events) = checked.events {
        endpoint.events = events;
    }
    if let Some(channels) = checked.channels {
        endpoint.channels = channels;
    }
    if let Some(filters) = checked.filters {
        endpoint.filters = filters;
    }
    match change.description {
        Patch::Keep => {}
        Patch::Clear => endpoint.description = None,
        Patch::Set(text) => endpoint.description = Some(text).filter(|text| !text.trim().is_empty()),
    }
    match change.rate_limit {
        Patch::Keep => {}
        Patch::Clear => endpoint.rate_limit = None,
        Patch::Set(rate) => endpoint.rate_limit = Some(rate),
    }
    match change.max_concurrency {
        Patch::Keep => {}
        Patch::Clear => endpoint.max_concurrency = CONCURRENCY,
        Patch::Set(most) => endpoint.max_concurrency = most,
    }
}
