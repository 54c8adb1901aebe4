//! Databases of Redis: a small server each, in a box of its own that nobody reaches but through its keeper. One server for
//! many tenants would tell each of all others.

mod boxes;
mod client;
mod config;
mod copies;

use super::super::folders::DatabaseFolders;
use super::super::ways::{DOOR_PORT, Door, Way};
use super::{Engine, EngineFault, Facts, Login, Place};
use crate::driver::Driver;
use crate::ids::DatabaseId;
use async_trait::async_trait;
use boxes::Boxes;
use config::{Gate, TENANT};
use mainstay_kernel::Ids;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// A program of this machine, and what runs it for each database.
pub(crate) struct RedisEngine {
    boxes: Arc<Boxes>,
    program: PathBuf,
}

/// What the server is called, and where boxes see it.
const PROGRAMS: [&str; 4] =
    ["/usr/bin/valkey-server", "/usr/bin/redis-server", "/usr/local/bin/valkey-server", "/usr/local/bin/redis-server"];

/// How long it is waited for how many connections one has.
const ANSWERING: Duration = Duration::from_millis(500);

/// Where the programs of a site find a database: an address of their loopback that follows from its id, so that it stays
/// while others are attached or taken away.
fn address(id: &DatabaseId) -> Ipv4Addr {
    let hash = Sha256::digest(id.0.as_bytes());
    Ipv4Addr::new(127, hash[0] | 1, hash[1], hash[2] | 1)
}

impl RedisEngine {
    /// The one that is installed on this machine, if one is.
    ///
    /// # Errors
    /// When the folders of databases cannot be read.
    pub(crate) fn found(
        driver: &Arc<dyn Driver>,
        folders: &DatabaseFolders,
        ids: &Arc<dyn Ids>,
    ) -> io::Result<Option<Self>> {
        let Some(program) = PROGRAMS.iter().map(PathBuf::from).find(|program| program.exists()) else {
            return Ok(None);
        };
        let boxes = Boxes::open((Arc::clone(driver), Arc::clone(ids)), folders.clone(), program.clone())?;
        Ok(Some(Self { boxes: Arc::new(boxes), program }))
    }
}

/// To the server in a box.
struct ToBox {
    boxes: Arc<Boxes>,
    id: DatabaseId,
}

impl std::fmt::Debug for ToBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToBox").field("id", &self.id).finish_non_exhaustive()
    }
}

#[async_trait]
impl Way for ToBox {
    async fn connect(&self) -> io::Result<TcpStream> {
        self.boxes.connect(&self.id).await
    }
}

#[async_trait]
impl Engine for RedisEngine {
    async fn is_ready(&self) -> bool {
        self.boxes.driver.offer().await.is_usable()
    }

    async fn version(&self) -> Result<String, EngineFault> {
        let told = tokio::process::Command::new(&self.program).arg("--version").output().await?;
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let version = told.split_whitespace().find_map(|word| word.strip_prefix("v="));
        version.map(ToOwned::to_owned).ok_or_else(|| EngineFault("the server does not say which it is".to_owned()))
    }

    async fn provision(&self, login: &Login) -> Result<(), EngineFault> {
        // Somebody may have died over it.
        self.drop_all(&login.id).await?;
        let made = self.start(login).await;
        if made.is_err() {
            self.drop_all(&login.id).await?;
        }
        made
    }

    async fn start(&self, login: &Login) -> Result<(), EngineFault> {
        self.mend(&login.id)?;
        self.boxes.write_config(&login.id, &config::text(login, &self.boxes.platform(&login.id)?, Gate::Open)?)?;
        let is_new = self.boxes.keep_open(&login.id).await?;
        let mut client = self.boxes.ready(&login.id).await?;
        if !is_new {
            // It was told of another password, or of nobody who may come in.
            client.ask(&config::admission(login)?).await?;
            client.ask(&["CONFIG", "SET", "maxclients", &config::most(login)]).await?;
        }
        Ok(())
    }

    async fn stop(&self, login: &Login) -> Result<(), EngineFault> {
        self.boxes.shut(&login.id).await
    }

    async fn disconnect(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        let mut client = self.boxes.ready(id).await?;
        for sort in ["normal", "pubsub"] {
            client.ask(&["CLIENT", "KILL", "TYPE", sort]).await?;
        }
        Ok(())
    }

    async fn drop_all(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        self.boxes.end(id).await
    }

    async fn facts(&self, ids: &[DatabaseId]) -> Result<HashMap<DatabaseId, Facts>, EngineFault> {
        let mut facts = HashMap::new();
        for id in ids {
            let Some(size_bytes) = copies::size(&self.boxes.folders.files(id)) else { continue };
            // One that is busy keeps nobody from hearing of the others.
            let connections = tokio::time::timeout(ANSWERING, self.boxes.connections(id)).await;
            facts.insert(id.clone(), Facts { size_bytes, connections: connections.ok().flatten() });
        }
        Ok(facts)
    }

    fn place(&self, id: &DatabaseId) -> Place {
        let (host, username) = (Some(address(id).to_string()), Some(TENANT.to_owned()));
        Place { host, port: Some(DOOR_PORT), database: "0".to_owned(), username }
    }

    fn door(&self, id: &DatabaseId) -> Option<Door> {
        let way = ToBox { boxes: Arc::clone(&self.boxes), id: id.clone() };
        Some(Door { address: address(id), way: Arc::new(way) })
    }

    async fn tend(&self) {
        self.boxes.tend().await;
    }

    async fn backup(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault> {
        self.copy_out(login, is_open, file).await
    }

    async fn restore(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        self.copy_in(login, file).await
    }
}
