//! The rules of clients.

use super::error::OAuthError;
use super::model::{
    AuthMethod, ClientChange, ClientId, ClientKeys, ClientKind, ClientOwner, NewClient, OAuthClient, PublicClient,
};
use super::secret::SecretHash;
use super::service::ClientService;
use super::store::{KnownClient, Own};
use super::{keys, redirect};
use crate::auth::Auth;
use crate::events;
use async_trait::async_trait;
use mainstay_kernel::{Event, FieldError, Ids, Secret, Timestamp, UserId};
use serde_json::{Value, json};
use std::sync::Arc;

/// Most clients of an owner.
const MOST: i64 = 100;
/// Most addresses of a client.
const MOST_REDIRECT_URIS: usize = 10;
/// Longest name, in characters.
const MAX_NAME: usize = 100;
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

/// The name without the space around it.
pub(super) fn name(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let broken = |rule: &str, message: &str| Err(FieldError::new("name", rule, message));
    match text.chars().count() {
        0 => broken("required", "A client needs a name."),
        1..=MAX_NAME if text.chars().any(is_no_text) => broken("text", "This is more than one line of text."),
        1..=MAX_NAME => Ok(text.to_owned()),
        _ => broken("maxLength", "This has more than 100 characters."),
    }
}

/// Whether a letter breaks the line, or turns or hides what stands beside it, so that one name looks like another.
fn is_no_text(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What is wrong with these addresses for a client of this kind.
pub(super) fn objections(uris: &[String], kind: ClientKind) -> Vec<FieldError> {
    let of_all = |rule: &str, message: &str| vec![FieldError::new("redirect_uris", rule, message)];
    match uris.len() {
        0 => of_all("required", "A client needs an address to send people back to."),
        1..=MOST_REDIRECT_URIS => {
            let objection = |(index, uri): (usize, &String)| {
                let message = redirect::objection(uri, kind)?;
                Some(FieldError::new(format!("redirect_uris.{index}"), "url", message))
            };
            uris.iter().enumerate().filter_map(objection).collect()
        }
        _ => of_all("maxLength", "A client has at most 10 addresses."),
    }
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
        let mut errors = objections(&new.redirect_uris, method.kind());
        errors.extend(self.wrong_keys(new.keys.as_ref(), method));
        let name = name(&new.name).unwrap_or_else(|error| {
            errors.insert(0, error);
            String::new()
        });
        if !errors.is_empty() {
            return Err(OAuthError::InvalidFields(errors));
        }
        let (ids, now) = (self.auth.ids.as_ref(), self.auth.clock.now());
        let client = OAuthClient {
            id: ClientId(ids.uuid()),
            client_id: draw_client_id(ids),
            name,
            redirect_uris: new.redirect_uris,
            method,
            keys: new.keys,
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
        let kind = own.client.kind();
        let mut errors = change.redirect_uris.as_ref().map_or(Vec::new(), |uris| objections(uris, kind));
        errors.extend(change.keys.as_ref().and_then(|keys| self.wrong_keys(Some(keys), own.client.method)));
        let name = change.name.as_deref().map(name).transpose().unwrap_or_else(|error| {
            errors.insert(0, error);
            None
        });
        if !errors.is_empty() {
            return Err(OAuthError::InvalidFields(errors));
        }
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
