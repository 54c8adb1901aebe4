//! All of it, put together.

use super::Mcp;
use crate::calls::{self, CallLog, OnCall};
use crate::filesystem;
use crate::folders::Folders;
use crate::meter::Meter;
use crate::offers::Offers;
use crate::reach::Reach;
use crate::servers::{self, AllowedCommand, Definition, Directory, Servers, Vault};
use crate::upstream::Resident;
use crate::upstreams::{Bounds, Surroundings, Upstreams};
use crate::versions::{self, Versions};
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::{Outbound, OutboundFlows};
use mainstay_store::{Changes, Database};
use std::path::PathBuf;
use std::sync::Arc;

/// What the gateway to MCP servers stands on.
pub struct McpParts {
    /// Where everything is kept.
    pub database: Database,
    /// What seals secrets.
    pub keyring: Arc<Keyring>,
    /// The guarded way out, for what is answered at once.
    pub outbound: Arc<dyn Outbound>,
    /// The guarded way out, for what is answered bit by bit.
    pub flows: Arc<dyn OutboundFlows>,
    /// The server `hosting`.
    pub hosting: Arc<dyn Resident>,
    /// Who counts calls.
    pub meter: Arc<dyn Meter>,
    /// Who is told of every call that ended.
    pub on_call: OnCall,
    /// The servers of the installation.
    pub installed: Vec<Definition>,
    /// The programs that workspaces may run.
    pub commands: Vec<AllowedCommand>,
    /// How much of everything there may be.
    pub bounds: Bounds,
    /// Where the folders of workspaces and of processes are.
    pub data: PathBuf,
    /// Where now comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
}

/// The front doors.
pub struct Opened {
    /// What servers do.
    pub mcp: Arc<Mcp>,
    /// Which servers there are.
    pub servers: Arc<Servers>,
    /// Which versions their tools have.
    pub versions: Arc<Versions>,
    /// Who called what.
    pub log: Arc<CallLog>,
    directory: Arc<Directory>,
}

impl Opened {
    /// Over these parts. No server is started before somebody asks it.
    pub fn open(parts: McpParts) -> Self {
        let McpParts { database, keyring, outbound, flows, hosting, meter, on_call, .. } = parts;
        let McpParts { installed, commands, bounds, data, clock, ids, .. } = parts;
        let vault = Vault { keyring, ids: Arc::clone(&ids) };
        let store = servers::store::open(&database);
        let directory = Directory::new(installed, commands.clone(), Arc::clone(&store), vault.clone());
        let directory = Arc::new(directory);
        let offers = Arc::new(Offers::new(Arc::clone(&clock)));
        let surroundings = Surroundings { clock: Arc::clone(&clock), ids: Arc::clone(&ids), outbound: flows };
        let outdating = Arc::clone(&offers);
        let upstreams = Upstreams::new(
            bounds,
            surroundings,
            Arc::new(move |workspace, server, lists| outdating.outdate(workspace, server, lists)),
        );
        let folders = Folders::new(data.join("files"), filesystem::Limits::default(), Arc::clone(&clock));
        let upstreams = Arc::new(upstreams);
        let workplaces = data.join("processes");
        let reach = Reach { folders, hosting, upstreams: Arc::clone(&upstreams), commands, workplaces };
        let log = Arc::new(CallLog::new(calls::store::open(&database), Arc::clone(&ids), on_call));
        let mcp = Mcp {
            directory: Arc::clone(&directory),
            offers: Arc::clone(&offers),
            reach,
            meter,
            log: Arc::clone(&log),
            clock: Arc::clone(&clock),
        };
        let versions = Versions {
            directory: Arc::clone(&directory),
            store: versions::store::open(&database),
            clock: Arc::clone(&clock),
        };
        let servers =
            Servers { directory: Arc::clone(&directory), store, vault, outbound, offers, upstreams, clock, ids };
        Self { mcp: Arc::new(mcp), servers: Arc::new(servers), versions: Arc::new(versions), log, directory }
    }

    /// Follows what other nodes change.
    pub fn follow(&self, changes: &mut Changes) {
        let mcp = Arc::clone(&self.mcp);
        self.directory.follow(changes, Arc::new(move |workspace| mcp.forget(workspace)));
    }
}
