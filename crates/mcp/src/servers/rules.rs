//! The rules of the registry.

use super::directory::Directory;
use super::events;
use super::model::{Definition, NewServer, Owner, Policy, Server, ServerChange, Target};
use super::service::ServerService;
use super::store::{Added, KeptServer, One, ServerStore};
use super::terms::{self, Complaints};
use super::vault::Vault;
use crate::error::McpError;
use crate::model::ServerName;
use crate::offers::Offers;
use crate::upstreams::Upstreams;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, FieldError, Ids, Timestamp, WorkspaceId};
use mainstay_outbound::{Outbound, OutboundError};
use serde_json::{Value, json};
use std::sync::Arc;

/// Most servers of a workspace's own. Two requests at the same moment may go beyond it by one: it keeps a workspace from
/// filling the registry, and nobody pays by it.
const MOST: usize = 100;

/// The registry of an installation.
pub struct Servers {
    pub(crate) directory: Arc<Directory>,
    pub(crate) store: Arc<dyn ServerStore>,
    pub(crate) vault: Vault,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) offers: Arc<Offers>,
    pub(crate) upstreams: Arc<Upstreams>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

#[async_trait]
impl ServerService for Servers {
    async fn servers(&self, workspace: WorkspaceId) -> Result<Vec<Arc<Server>>, McpError> {
        Ok(self.directory.of(workspace).await?.iter().cloned().collect())
    }

    async fn server(&self, workspace: WorkspaceId, name: &ServerName) -> Result<Arc<Server>, McpError> {
        self.directory.server(workspace, name).await
    }

    async fn create(&self, workspace: WorkspaceId, new: NewServer) -> Result<Arc<Server>, McpError> {
        let mut complaints = Complaints::default();
        terms::check_policy(&new.policy, &mut complaints);
        let definition = terms::define(&new, &self.directory.commands, &mut complaints);
        self.look_at(definition.as_ref().map(|definition| &definition.target), &mut complaints).await;
        complaints.end().map_err(McpError::Invalid)?;
        let Some(definition) = definition else { return Err(McpError::Invalid(Vec::new())) };
        let name = definition.name.clone();
        if self.directory.installed(&name).is_some() {
            return Err(taken(&name));
        }
        let now = self.clock.now();
        let event = self.event(workspace, events::SERVER_CREATED, &definition, &new.policy, now);
        let kept = self.sealed(workspace, definition, now);
        match self.store.insert(workspace, kept, new.policy, MOST, event).await? {
            Added::Yes => {}
            Added::Taken => return Err(taken(&name)),
            Added::TooMany => {
                let message = format!("A workspace has at most {MOST} servers of its own.");
                return Err(McpError::Invalid(vec![FieldError::new("id", "maxItems", message)]));
            }
        }
        self.directory.forget(workspace);
        self.offers.tell(workspace, &name);
        self.directory.server(workspace, &name).await
    }

    async fn update(
        &self,
        workspace: WorkspaceId,
        name: &ServerName,
        change: ServerChange,
    ) -> Result<Arc<Server>, McpError> {
        let before = self.directory.server(workspace, name).await?;
        self.check_change(&before, &change).await?;
        let now = self.clock.now();
        let amend = {
            let (name, vault, ids) = (name.clone(), self.vault.clone(), Arc::clone(&self.ids));
            let (directory, before) = (Arc::clone(&self.directory), before.definition.clone());
            move |one: One| amend(one, &change, &Ground { workspace, name, vault, ids, directory, before, now })
        };
        self.store.amend(workspace, name.clone(), now, Box::new(amend)).await??;
        self.end(workspace, name).await;
        self.directory.server(workspace, name).await
    }

    async fn delete(&self, workspace: WorkspaceId, name: &ServerName) -> Result<(), McpError> {
        let server = self.directory.server(workspace, name).await?;
        if server.owner == Owner::Installation {
            return Err(McpError::NotYours);
        }
        let now = self.clock.now();
        let event = self.event(workspace, events::SERVER_DELETED, &server.definition, &server.policy, now);
        let was_there = self.store.delete(workspace, name.clone(), event).await?;
        self.end(workspace, name).await;
        if was_there { Ok(()) } else { Err(McpError::NoServer) }
    }
}

impl Servers {
    /// Ends what a server is doing on this node, and forgets what it was: it is another one from now on, or none. On other
    /// nodes nobody can ask it any more, and it ends when it is idle.
    async fn end(&self, workspace: WorkspaceId, name: &ServerName) {
        self.directory.forget(workspace);
        self.offers.forget_one(workspace, name);
        self.upstreams.forget(workspace, name).await;
    }

    /// Whether requests may go to the address at all.
    async fn look_at(&self, target: Option<&Target>, complaints: &mut Complaints) {
        let Some(Target::Http { url }) = target else { return };
        if let Err(cause) = self.outbound.check(url).await {
            let rule = if cause == OutboundError::UnfitUrl { "format" } else { "reachable" };
            complaints.add("url", rule, format!("The URL cannot be used: {cause}."));
        }
    }

    /// Looks at all that needs nobody else to be asked, and at the address.
    async fn check_change(&self, before: &Server, change: &ServerChange) -> Result<(), McpError> {
        let mut complaints = Complaints::default();
        terms::check_policy(&terms::restrict(before.policy.clone(), change), &mut complaints);
        if change.redefines() {
            if before.owner == Owner::Installation {
                let message = "The server belongs to the installation: only is_enabled, allowed_tools and denied_tools \
                    can be changed.";
                complaints.add("id", "forbidden", message);
            } else {
                let definition = before.definition.clone();
                let after = terms::redefine(definition, change, &self.directory.commands, &mut complaints);
                self.look_at(change.url.as_ref().map(|_| &after.target), &mut complaints).await;
            }
        }
        complaints.end().map_err(McpError::Invalid)
    }

    fn sealed(&self, workspace: WorkspaceId, definition: Definition, now: Timestamp) -> KeptServer {
        sealed(&self.vault, workspace, definition, now)
    }

    fn event(
        &self,
        workspace: WorkspaceId,
        happened: &'static str,
        definition: &Definition,
        policy: &Policy,
        now: Timestamp,
    ) -> Event {
        Event::of(workspace, happened, facts(definition, policy), &*self.ids, now)
    }
}

/// What a change stands on while nobody else changes the same server.
struct Ground {
    workspace: WorkspaceId,
    name: ServerName,
    vault: Vault,
    ids: Arc<dyn Ids>,
    directory: Arc<Directory>,
    /// The definition as it was seen; that of the installation's is kept nowhere else.
    before: Definition,
    now: Timestamp,
}

/// What becomes of a server that is to be changed. It is looked at anew: somebody else may have changed it meanwhile.
fn amend(one: One, change: &ServerChange, ground: &Ground) -> Result<(One, Event), McpError> {
    let Ground { workspace, name, vault, ids, directory, before, now } = ground;
    let policy = terms::restrict(one.policy, change);
    let (server, definition) = match one.server {
        None if directory.installed(name).is_none() => return Err(McpError::NoServer),
        None => (None, before.clone()),
        Some(kept) => {
            let secrets = vault.open(*workspace, name, kept.secrets.as_deref())?;
            let created_at = kept.created_at;
            let KeptServer { name, title, description, status, target, .. } = kept;
            let definition = Definition { name, title, description, status, target, secrets };
            let mut complaints = Complaints::default();
            let definition = terms::redefine(definition, change, &directory.commands, &mut complaints);
            complaints.end().map_err(McpError::Invalid)?;
            let kept = sealed(vault, *workspace, definition.clone(), *now);
            (Some(KeptServer { created_at, ..kept }), definition)
        }
    };
    let event = Event::of(*workspace, events::SERVER_UPDATED, facts(&definition, &policy), &**ids, *now);
    Ok((One { server, policy }, event))
}

fn sealed(vault: &Vault, workspace: WorkspaceId, definition: Definition, now: Timestamp) -> KeptServer {
    let Definition { name, title, description, status, target, secrets } = definition;
    let (sealed, secret_names) = (vault.seal(workspace, &name, &secrets), secrets.into_keys().collect());
    let (created_at, updated_at) = (now, now);
    KeptServer { name, title, description, status, target, secrets: sealed, secret_names, created_at, updated_at }
}

fn taken(name: &ServerName) -> McpError {
    let message = format!("There is a server {name} already.");
    McpError::Invalid(vec![FieldError::new("id", "unique", message)])
}

/// What is told of a server: nothing that is secret, and no address, which may hold something secret.
fn facts(definition: &Definition, policy: &Policy) -> Value {
    json!({
        "server_id": definition.name.as_str(),
        "name": definition.title,
        "transport": definition.target.transport(),
        "is_enabled": policy.is_enabled,
        "allowed_tools": policy.allowed_tools,
        "denied_tools": policy.denied_tools,
    })
}
