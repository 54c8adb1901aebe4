//! What holds the data: one implementation for each sort of database.

mod mariadb;
mod postgres;
mod program;
mod redis;
mod sqlite;

use super::model::DatabaseKind;
use super::quota::Fullness;
use super::ways::Door;
use crate::ids::DatabaseId;
use async_trait::async_trait;
use mainstay_kernel::Secret;
pub(crate) use mariadb::MariadbEngine;
pub(crate) use postgres::PostgresEngine;
pub(crate) use redis::RedisEngine;
pub(crate) use sqlite::SqliteEngine;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Why an engine did not do something: for the log and for who runs the installation. It tells no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineFault(pub String);

/// What lets a tenant in.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) id: DatabaseId,
    /// None where nobody asks for one.
    pub(crate) password: Option<Secret<String>>,
    pub(crate) max_connections: u32,
    /// What it was given beside what its engine has.
    pub(crate) extensions: Vec<String>,
    /// Whether it may be written to, and opened at all.
    pub(crate) fullness: Fullness,
}

impl Login {
    /// Of a database that has nothing beside what its engine has, and room.
    #[cfg(test)]
    fn plain(id: DatabaseId, password: Secret<String>, max_connections: u32) -> Self {
        let (password, extensions, fullness) = (Some(password), Vec::new(), Fullness::Within);
        Self { id, password, max_connections, extensions, fullness }
    }

    fn password(&self) -> Result<&Secret<String>, EngineFault> {
        self.password.as_ref().ok_or_else(|| EngineFault("a database on a server has a password".to_owned()))
    }
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The server's host, if there is a server.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// What the database is called there.
    pub database: String,
    /// Who asks.
    pub username: Option<String>,
}

/// How full a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// How large it is.
    pub size_bytes: i64,
    /// How many connections it has, where there are connections.
    pub connections: Option<i64>,
}

/// What holds databases of one sort. Everything may be done twice: whoever died in between, another does it once more.
#[async_trait]
pub(crate) trait Engine: Send + Sync {
    /// Whether it can make databases on this machine.
    async fn is_ready(&self) -> bool {
        true
    }
    /// Which version it is.
    async fn version(&self) -> Result<String, EngineFault>;
    /// Makes a database and lets its tenant in. Whatever step fails, nothing of it is left.
    async fn provision(&self, login: &Login) -> Result<(), EngineFault>;
    /// Takes connections of this tenant with this password.
    async fn start(&self, login: &Login) -> Result<(), EngineFault>;
    /// Takes no connections, and ends those there are.
    async fn stop(&self, login: &Login) -> Result<(), EngineFault>;
    /// Ends the connections there are.
    async fn disconnect(&self, id: &DatabaseId) -> Result<(), EngineFault>;
    /// Drops everything there is of it, if there is any.
    async fn drop_all(&self, id: &DatabaseId) -> Result<(), EngineFault>;
    /// What it can be given beside what it has, of what tenants may have.
    async fn extensions(&self) -> Result<Vec<String>, EngineFault> {
        Ok(Vec::new())
    }
    /// Gives a database these, all or none; those that it has already stay.
    async fn extend(&self, _: &Login, _: &[String]) -> Result<(), EngineFault> {
        Err(EngineFault("it has nothing of the sort".to_owned()))
    }
    /// How full these are; those that are not there are left out.
    async fn facts(&self, ids: &[DatabaseId]) -> Result<HashMap<DatabaseId, Facts>, EngineFault>;
    /// Where a database is.
    fn place(&self, id: &DatabaseId) -> Place;
    /// How programs of sites reach it, where it is no file.
    fn door(&self, _: &DatabaseId) -> Option<Door> {
        None
    }
    /// Starts anew what it has running on this machine and what fell.
    async fn tend(&self) {}
    /// Writes what is in it to a new file, and restores that on trial. If the database takes no connections, it takes none
    /// of its tenant meanwhile.
    async fn backup(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault>;
    /// Puts what is in a file in the place of the database. If that fails, the database is as it was.
    async fn restore(&self, login: &Login, file: &Path) -> Result<(), EngineFault>;
}

/// The engines of an installation.
#[derive(Clone)]
pub(crate) struct Engines {
    pub(crate) postgres: Option<Arc<PostgresEngine>>,
    pub(crate) mariadb: Option<Arc<MariadbEngine>>,
    pub(crate) redis: Option<Arc<RedisEngine>>,
    pub(crate) sqlite: Arc<SqliteEngine>,
}

impl Engines {
    /// Which sorts of database can be made.
    pub(crate) async fn kinds(&self) -> Vec<DatabaseKind> {
        let mut kinds = Vec::new();
        for kind in DatabaseKind::ALL.iter().copied() {
            if let Some(engine) = self.of(kind)
                && engine.is_ready().await
            {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// Looks after what they have running.
    pub(crate) async fn tend(&self) {
        for engine in DatabaseKind::ALL.iter().filter_map(|kind| self.of(*kind)) {
            engine.tend().await;
        }
    }

    /// What holds databases of a sort, if there is such an engine.
    pub(crate) fn of(&self, kind: DatabaseKind) -> Option<Arc<dyn Engine>> {
        match kind {
            DatabaseKind::Postgresql => self.postgres.clone().map(|engine| engine as Arc<dyn Engine>),
            DatabaseKind::Mariadb => self.mariadb.clone().map(|engine| engine as Arc<dyn Engine>),
            DatabaseKind::Redis => self.redis.clone().map(|engine| engine as Arc<dyn Engine>),
            DatabaseKind::Sqlite => Some(Arc::clone(&self.sqlite) as Arc<dyn Engine>),
        }
    }
}
