//! The rules of clients.

use super::draft::Draft;
use super::error::OAuthError;
use super::keys;
use super::model::{AuthMethod, ClientChange, ClientId, ClientKeys, ClientOwner, NewClient, OAuthClient, PublicClient};
use super::secret::SecretHash;
use super::service::ClientService;
use super::store::{KnownClient, Own};
use crate::auth::Auth;
use crate::events;
use async_trait::async_trait;
use mainstay_kernel::{Event, FieldError, Ids, Secret, Timestamp, UserId};
use serde_json::{Value, json};
use std::sync::Arc;

/// Most clients of an owner.
const MOST: i64 = 100;
/// What a client calls itself is as many bytes in hex.
const CLIENT_ID_BYTES: usize = 16;

/// The clients of the people, projects and workspaces around an [`Auth`].
pub struct Clients {
    auth: Arc<Auth>,
}

impl Clients {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        Self { auth }
    }

    /// What is wrong with the keys of a client.
    fn wrong_keys(&self, keys: Option<&ClientKeys>, method: AuthMethod) -> Option<FieldError> {
        let message = keys::objection(keys, method, &*self.auth.documents)?;
        let field = if matches!(keys, Some(ClientKeys::At(_))) { "jwks_uri" } else { "jwks" };
        Some(FieldError::new(field, "keys", message))
    }

    /// A client that its owner is about to change, with what tells of it.
    async fn own(&self, owner: ClientOwner, id: ClientId, event: &'static str) -> Result<Own, OAuthError> {
        let client = self.get(owner, id).await?;
        let at = self.auth.clock.now();
        let event = told(event, &client, json!({}), (self.auth.ids.as_ref(), at));
        Ok(Own { owner, client, at, event })
    }
}

/// What a new client calls itself.
pub(super) fn draw_client_id(ids: &dyn Ids) -> String {
    let mut bytes = [0u8; CLIENT_ID_BYTES];
    ids.fill(&mut bytes);
    hex::encode(bytes)
}

/// What tells of a client's change.
pub(super) fn told(name: &str, client: &OAuthClient, more: Value, (ids, at): (&dyn Ids, Timestamp)) -> Event {
    let mut facts = json!({ "client_id": client.client_id, "name": client.name });
    let owner = match client.owner {
        ClientOwner::Personal(person) => ("user_id", json!(person.to_string())),
        ClientOwner::Project(project) => ("project_id", json!(project.to_string())),
        ClientOwner::Workspace(workspace) => ("workspace_id", json!(workspace.0)),
        ClientOwner::Itself(_) => ("self_registered", json!(true)),
    };
    facts[owner.0] = owner.1;
    if let (Value::Object(facts), Value::Object(more)) = (&mut facts, more) {
        facts.extend(more);
    }
    match client.owner {
        ClientOwner::Workspace(workspace) => Event::of(workspace, name, facts, ids, at),
        _ => Event::global(name, facts, ids, at),
    }
}

/// What tells that a client goes, with whoever owns it.
pub(crate) fn told_of_deletion(client: &OAuthClient, ids: &dyn Ids, at: Timestamp) -> Event {
    told(events::OAUTH_CLIENT_DELETED, client, json!({}), (ids, at))
}

#[async_trait]
impl ClientService for Clients {
    async fn create(
        &self,
        owner: ClientOwner,
        by: UserId,
        new: NewClient,
    ) -> Result<(OAuthClient, Option<Secret<String>>), OAuthError> {
        let method = new.method;
        let draft = Draft {
            kind: method.kind(),
            name: Some(&new.name),
            redirect_uris: Some(&new.redirect_uris),
            post_logout_redirect_uris: Some(&new.post_logout_redirect_uris),
            has_device_flow: new.has_device_flow,
            wrong_keys: self.wrong_keys(new.keys.as_ref(), method),
        };
        let name = draft.checked()?.unwrap_or_default();
        let (ids, now) = (self.auth.ids.as_ref(), self.auth.clock.now());
        let client = OAuthClient {
            id: ClientId(ids.uuid()),
            client_id: draw_client_id(ids),
            name,
            redirect_uris: new.redirect_uris,
            post_logout_redirect_uris: new.post_logout_redirect_uris,
            has_device_flow: new.has_device_flow,
            method,
            keys: new.keys,
            id_token_algorithm: new.id_token_algorithm,
            owner,
            created_at: now,
            updated_at: now,
        };
        let (secret, secret_hash) = method.has_secret().then(|| SecretHash::draw(ids)).unzip();
        let event = told(events::OAUTH_CLIENT_CREATED, &client, json!({ "created_by": by.to_string() }), (ids, now));
        let known = KnownClient { client: client.clone(), secret_hash, registration: None };
        let has_room = self.auth.store.add_client(known, MOST, event).await?;
        if has_room { Ok((client, secret)) } else { Err(OAuthError::TooManyClients) }
    }

    async fn list(&self, owner: ClientOwner) -> Result<Vec<OAuthClient>, OAuthError> {
        Ok(self.auth.store.clients(owner).await?)
    }

    async fn get(&self, owner: ClientOwner, id: ClientId) -> Result<OAuthClient, OAuthError> {
        self.auth.store.client(owner, id).await?.ok_or(OAuthError::ClientNotFound)
    }

    async fn update(&self, owner: ClientOwner, id: ClientId, change: ClientChange) -> Result<OAuthClient, OAuthError> {
        let own = self.own(owner, id, events::OAUTH_CLIENT_UPDATED).await?;
        let has_device_flow = change.has_device_flow.unwrap_or(own.client.has_device_flow);
        // Whoever gives the device flow up must have an address to send people back to.
        let kept = change.has_device_flow.is_some().then_some(&own.client.redirect_uris);
        let draft = Draft {
            kind: own.client.kind(),
            name: change.name.as_deref(),
            redirect_uris: change.redirect_uris.as_ref().or(kept).map(Vec::as_slice),
            post_logout_redirect_uris: change.post_logout_redirect_uris.as_deref(),
            has_device_flow,
            wrong_keys: change.keys.as_ref().and_then(|keys| self.wrong_keys(Some(keys), own.client.method)),
        };
        let name = draft.checked()?;
        let change = ClientChange { name, ..change };
        if change == ClientChange::default() {
            return Ok(own.client);
        }
        let client_id = own.client.client_id.clone();
        let updated = self.auth.store.update_client(own, change).await?;
        self.auth.oauth.clients.forget(&client_id);
        updated.ok_or(OAuthError::ClientNotFound)
    }

    async fn delete(&self, owner: ClientOwner, id: ClientId) -> Result<(), OAuthError> {
        let own = self.own(owner, id, events::OAUTH_CLIENT_DELETED).await?;
        let client_id = own.client.client_id.clone();
        let was_there = self.auth.store.delete_client(own).await?;
        self.auth.oauth.clients.forget(&client_id);
        if was_there { Ok(()) } else { Err(OAuthError::ClientNotFound) }
    }

    async fn rotate_secret(&self, owner: ClientOwner, id: ClientId) -> Result<Secret<String>, OAuthError> {
        let own = self.own(owner, id, events::OAUTH_CLIENT_SECRET_ROTATED).await?;
        if !own.client.method.has_secret() {
            return Err(OAuthError::HasNoSecret);
        }
        let client_id = own.client.client_id.clone();
        let (secret, hash) = SecretHash::draw(self.auth.ids.as_ref());
        let was_there = self.auth.store.replace_client_secret(own, hash).await?;
        self.auth.oauth.clients.forget(&client_id);
        if was_there { Ok(secret) } else { Err(OAuthError::ClientNotFound) }
    }

    async fn public(&self, client_id: &str) -> Result<Option<PublicClient>, OAuthError> {
        let known = self.auth.oauth.client(&*self.auth.store, client_id).await?;
        Ok(known
            .map(|known| PublicClient { client_id: known.client.client_id.clone(), name: known.client.name.clone() }))
    }
}
