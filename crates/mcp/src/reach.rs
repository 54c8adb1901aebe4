//! From a server as it is registered to one that can be asked.

use crate::caller::Caller;
use crate::error::McpError;
use crate::folders::Folders;
use crate::model::ServerName;
use crate::servers::{AllowedCommand, Builtin, Definition, Owner, Server, Target};
use crate::upstream::{Resident, Upstream, UpstreamFault};
use crate::upstreams::{Address, Upstreams};
use mainstay_kernel::WorkspaceId;
use mainstay_outbound::header::HeaderName;
use std::path::PathBuf;
use std::sync::Arc;

/// Knows how each server is reached.
pub(crate) struct Reach {
    pub(crate) folders: Folders,
    pub(crate) hosting: Arc<dyn Resident>,
    pub(crate) upstreams: Arc<Upstreams>,
    pub(crate) commands: Vec<AllowedCommand>,
    /// Where the processes of workspaces work: a folder a workspace, and in it one a server.
    pub(crate) workplaces: PathBuf,
}

impl Reach {
    /// The server as it is spoken to.
    ///
    /// # Errors
    /// [`McpError::Upstream`] when there is nothing to speak to: its folder cannot be opened, or the operator allows its
    /// program no more.
    pub(crate) async fn to(&self, caller: &Caller, server: &Server) -> Result<Arc<dyn Upstream>, McpError> {
        let (workspace, definition) = (caller.workspace, &server.definition);
        let address = match &definition.target {
            Target::Builtin(Builtin::Filesystem) => return Ok(Arc::new(self.folders.of(workspace).await?)),
            Target::Builtin(Builtin::Hosting) => return Ok(self.hosting.of(caller)),
            Target::Process { command, arguments } => {
                let (program, args) = self.program(server.owner, command, arguments)?;
                let folder = self.workplace(workspace, &definition.name).await?;
                Address::Process { command: program, args, variables: definition.secrets.clone(), folder }
            }
            Target::Http { url } => Address::Http { url: url.clone(), headers: headers(definition) },
        };
        Ok(self.upstreams.of(workspace, &definition.name, &address))
    }

    /// What is started: for the operator's own server what it says, for a workspace's what the operator allows under that
    /// name.
    fn program(&self, owner: Owner, command: &str, arguments: &[String]) -> Result<(String, Vec<String>), McpError> {
        if owner == Owner::Installation {
            return Ok((command.to_owned(), arguments.to_vec()));
        }
        let allowed = self.commands.iter().find(|allowed| allowed.name == command);
        let refused = || UpstreamFault::Away(format!("the operator does not allow the command {command} any more"));
        let allowed = allowed.ok_or_else(refused)?;
        let further = if allowed.takes_arguments { arguments } else { &[] };
        let arguments = allowed.arguments.iter().chain(further).cloned().collect();
        Ok((allowed.program.clone(), arguments))
    }

    async fn workplace(&self, workspace: WorkspaceId, server: &ServerName) -> Result<PathBuf, McpError> {
        let folder = self.workplaces.join(workspace.to_string()).join(server.as_str());
        let made = tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).await;
        made.map_err(|cause| {
            tracing::error!(%workspace, %server, %cause, "the folder of a process cannot be made");
            UpstreamFault::Away("its folder cannot be made".to_owned())
        })?;
        Ok(folder)
    }
}

fn headers(definition: &Definition) -> Vec<(HeaderName, mainstay_kernel::Secret<String>)> {
    let named = |name: &String| HeaderName::try_from(name.as_str()).ok();
    definition.secrets.iter().filter_map(|(name, value)| Some((named(name)?, value.clone()))).collect()
}
