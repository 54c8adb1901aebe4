//! Servers, as callers use them.

mod open;
mod running;
mod service;

pub use open::{McpParts, Opened};

use crate::caller::Caller;
use crate::calls::CallLog;
use crate::error::McpError;
use crate::meter::Meter;
use crate::model::ServerName;
use crate::offers::{Asking, Known, Offers};
use crate::reach::Reach;
use crate::servers::{Directory, Roster, Server};
use crate::upstream::{Upstream, UpstreamFault};
use mainstay_kernel::{Clock, WorkspaceId};
use std::sync::Arc;
use std::time::Duration;

/// How long a server may take over one request.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What answers callers: it knows who may use what, asks servers, counts and notes calls.
pub struct Mcp {
    directory: Arc<Directory>,
    offers: Arc<Offers>,
    reach: Reach,
    meter: Arc<dyn Meter>,
    log: Arc<CallLog>,
    clock: Arc<dyn Clock>,
}

impl Mcp {
    /// Ends connections and forgets what nobody has used for a while. To be called every few seconds.
    pub async fn sweep(&self) {
        self.reach.upstreams.sweep().await;
        self.reach.folders.sweep().await;
        self.offers.sweep();
    }

    /// How many connections to servers are open, or being opened: processes, and sessions at addresses.
    pub fn connections(&self) -> usize {
        self.reach.upstreams.count()
    }

    /// Ends all following of changes, so that whoever follows them does not hold up the end.
    pub fn hush(&self) {
        self.offers.end_following();
    }

    /// Ends all connections; when this returns, no process of a server is left.
    pub async fn close(&self) {
        self.reach.upstreams.close().await;
    }

    /// What is to be done when the servers of a workspace changed: what they offered may be no longer so.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.offers.forget(workspace);
    }

    /// The server that a caller means, if it can be used.
    async fn server(&self, caller: &Caller, name: &ServerName) -> Result<(Arc<Roster>, Arc<Server>), McpError> {
        let roster = self.directory.of(caller.workspace).await?;
        let server = roster.get(name).filter(|server| server.policy.is_enabled).cloned();
        let server = server.filter(|server| caller.sees(server)).ok_or(McpError::NoServer)?;
        Ok((roster, server))
    }

    /// The same, with the one to ask and what it offers.
    async fn asked(
        &self,
        caller: &Caller,
        server: &Server,
        asking: Asking,
    ) -> Result<(Arc<dyn Upstream>, Arc<Known>), McpError> {
        let upstream = self.reach.to(caller, server).await?;
        let known = self.offers.of(caller.workspace, server.name(), &upstream, asking).await?;
        Ok((upstream, known))
    }

    /// An answer within the time that there is, noted for the server's health.
    async fn timed<T>(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: impl Future<Output = Result<T, UpstreamFault>>,
    ) -> Result<T, UpstreamFault> {
        let answer = tokio::time::timeout(PATIENCE, request).await;
        let answer = answer.unwrap_or(Err(UpstreamFault::TimedOut(PATIENCE)));
        self.offers.note(caller.workspace, server, answer.as_ref().err());
        answer
    }
}
