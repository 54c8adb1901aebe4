//! Who calls, and what they may see.

use crate::error::McpError;
use crate::model::ServerName;
use crate::servers::Server;
use mainstay_kernel::{KeyId, Plan, Rights, UserId, WorkspaceId};
use std::net::IpAddr;
use std::sync::Arc;

/// How a caller speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// By the routes of the API.
    Rest,
    /// By MCP itself.
    Mcp,
}

impl Protocol {
    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Mcp => "mcp",
        }
    }

    /// The protocol of a name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::Rest, Self::Mcp].into_iter().find(|protocol| protocol.name() == name)
    }
}

/// Who asks for something of a server.
#[derive(Debug, Clone)]
pub struct Caller {
    /// For which workspace.
    pub workspace: WorkspaceId,
    /// Its plan.
    pub plan: Arc<Plan>,
    /// The person.
    pub user: UserId,
    /// By which key, if by one.
    pub key: Option<KeyId>,
    /// What they may do beyond calling tools.
    pub rights: Rights,
    /// The only servers that the key is for; all of them if that is not said.
    pub servers: Option<Vec<String>>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// What the program says it is.
    pub client: Option<String>,
    /// In which request.
    pub request: Option<String>,
    /// How.
    pub protocol: Protocol,
}

impl Caller {
    /// Whether the caller's key is for a server.
    pub fn may_use(&self, server: &ServerName) -> bool {
        self.servers.as_ref().is_none_or(|servers| servers.iter().any(|known| known == server.as_str()))
    }

    /// Whether the caller is to know of a server: others than its key is for are as if they were not there.
    pub(crate) fn sees(&self, server: &Server) -> bool {
        self.may_use(server.name())
    }

    /// # Errors
    /// [`McpError::ForbiddenServer`] when the key is for others.
    pub(crate) fn must_be_for(&self, server: &ServerName) -> Result<(), McpError> {
        if self.may_use(server) {
            return Ok(());
        }
        let allowed = self.servers.clone().unwrap_or_default();
        Err(McpError::ForbiddenServer { server: server.clone(), allowed })
    }
}
