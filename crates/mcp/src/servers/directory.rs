//! The servers of each workspace, at hand in memory.

use super::model::{AllowedCommand, Definition, Owner, Policy, Server};
use super::store::{Kept, KeptServer, ServerStore};
use super::vault::Vault;
use crate::error::McpError;
use crate::model::ServerName;
use crate::versions::ToolVersion;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Changes, Remembered};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The topic of announcements; the subject is the workspace's id.
pub(crate) const CHANGED: &str = "mcp_servers";

/// Workspaces whose servers are kept at hand.
const CAPACITY: usize = 10_000;

/// The servers of a workspace, by their names.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    servers: BTreeMap<ServerName, Arc<Server>>,
    /// By the server and the tool.
    versions: HashMap<(ServerName, String), Vec<Arc<ToolVersion>>>,
}

impl Roster {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.servers.values()
    }

    /// One of them.
    pub fn get(&self, name: &ServerName) -> Option<&Arc<Server>> {
        self.servers.get(name)
    }

    /// The versions that were declared of a tool.
    pub fn versions(&self, server: &ServerName, tool: &str) -> &[Arc<ToolVersion>] {
        // Most workspaces declare none: then nothing is copied to look one up.
        if self.versions.is_empty() {
            return &[];
        }
        self.versions.get(&(server.clone(), tool.to_owned())).map_or(&[], Vec::as_slice)
    }
}

/// Knows the servers of every workspace.
pub struct Directory {
    pub(crate) installed: Vec<Definition>,
    pub(crate) commands: Vec<AllowedCommand>,
    store: Arc<dyn ServerStore>,
    vault: Vault,
    rosters: Remembered<WorkspaceId, Arc<Roster>>,
}

impl Directory {
    pub(crate) fn new(
        installed: Vec<Definition>,
        commands: Vec<AllowedCommand>,
        store: Arc<dyn ServerStore>,
        vault: Vault,
    ) -> Self {
        Self { installed, commands, store, vault, rosters: Remembered::new(CAPACITY) }
    }

    /// The servers of a workspace.
    ///
    /// # Errors
    /// [`McpError::Store`], and [`McpError::Sealed`] when the master key is another than the one they were sealed with.
    pub async fn of(&self, workspace: WorkspaceId) -> Result<Arc<Roster>, McpError> {
        let found = self.rosters.get_or_load(&workspace, async {
            let kept = self.store.all(workspace).await?;
            Ok::<_, McpError>(Some(Arc::new(self.roster(workspace, kept)?)))
        });
        Ok(found.await?.unwrap_or_default())
    }

    /// One server of a workspace.
    ///
    /// # Errors
    /// [`McpError::NoServer`], and those of [`Directory::of`].
    pub async fn server(&self, workspace: WorkspaceId, name: &ServerName) -> Result<Arc<Server>, McpError> {
        let roster = self.of(workspace).await?;
        roster.get(name).cloned().ok_or(McpError::NoServer)
    }

    /// Forgets what it knows of a workspace.
    pub fn forget(&self, workspace: WorkspaceId) {
        self.rosters.forget(&workspace);
    }

    /// The workspaces that `other` must know of too when one changes: `on_change` is called with each, also for changes
    /// of other nodes.
    pub fn follow(self: &Arc<Self>, changes: &mut Changes, on_change: Arc<dyn Fn(WorkspaceId) + Send + Sync>) {
        let directory = Arc::clone(self);
        let forget = move |subject: &str| {
            let Ok(id) = subject.parse() else { return };
            directory.forget(WorkspaceId(id));
            on_change(WorkspaceId(id));
        };
        changes.listen(CHANGED, Arc::new(forget));
    }

    /// A server of the installation's by that name.
    pub(crate) fn installed(&self, name: &ServerName) -> Option<&Definition> {
        self.installed.iter().find(|definition| definition.name == *name)
    }

    fn roster(&self, workspace: WorkspaceId, kept: Kept) -> Result<Roster, McpError> {
        let mut policies: HashMap<ServerName, Policy> = kept.policies.into_iter().collect();
        let mut servers = BTreeMap::new();
        let own = kept.servers.into_iter().map(|server| self.opened(workspace, server));
        let own = own.collect::<Result<Vec<_>, _>>()?;
        let installed = self.installed.iter().map(|definition| (definition.clone(), Owner::Installation));
        // Where the operator gave a name later that a workspace had given before, the workspace keeps what it has.
        for (definition, owner) in installed.chain(own) {
            let policy = policies.remove(&definition.name).unwrap_or_default();
            servers.insert(definition.name.clone(), Arc::new(Server { definition, policy, owner }));
        }
        let mut versions: HashMap<_, Vec<_>> = HashMap::new();
        for version in kept.versions {
            let of_tool = versions.entry((version.server.clone(), version.tool.clone())).or_default();
            of_tool.push(Arc::new(version));
        }
        Ok(Roster { servers, versions })
    }

    fn opened(&self, workspace: WorkspaceId, kept: KeptServer) -> Result<(Definition, Owner), McpError> {
        let secrets = self.vault.open(workspace, &kept.name, kept.secrets.as_deref())?;
        let owner = Owner::Workspace { created_at: kept.created_at, updated_at: kept.updated_at };
        let KeptServer { name, title, description, status, target, .. } = kept;
        Ok((Definition { name, title, description, status, target, secrets }, owner))
    }
}
