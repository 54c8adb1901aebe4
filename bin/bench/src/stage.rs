//! One database engine with everything that is loaded on it.

use crate::gateway::Installation;
use crate::people::People;
use crate::postgres::Postgres;
use crate::seed;
use crate::server::Server;
use std::path::{Path, PathBuf};

/// How many keys call: as in life, many, so that no lock or counter of a single one decides.
const CALLERS: usize = 64;

/// Where databases come from.
#[derive(Debug)]
pub(crate) enum Engine {
    /// Files.
    Sqlite,
    /// A server.
    Postgres(Postgres),
}

impl Engine {
    /// The name in the report.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Makes an empty database: a file `name.db` in `home`, or `mainstay_bench_name` on the server.
    ///
    /// # Errors
    /// What the server says.
    pub(crate) fn create(&self, home: &Path, name: &str) -> anyhow::Result<Database<'_>> {
        let url = match self {
            Self::Sqlite => format!("sqlite://{}", home.join(format!("{name}.db")).display()),
            Self::Postgres(server) => server.create(&server_name(name))?,
        };
        Ok(Database { engine: self, name: name.to_owned(), url })
    }
}

fn server_name(name: &str) -> String {
    format!("mainstay_bench_{name}")
}

/// A database that is removed when dropped.
#[derive(Debug)]
pub(crate) struct Database<'a> {
    engine: &'a Engine,
    name: String,
    /// How to reach it.
    pub(crate) url: String,
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let Engine::Postgres(server) = self.engine {
            server.remove(&server_name(&self.name));
        }
    }
}

/// A gateway with `key_count` keys in its database. The server is stopped before its database goes.
#[derive(Debug)]
pub(crate) struct Gateway<'a> {
    /// How many keys the database was seeded with.
    pub(crate) key_count: u32,
    /// The running gateway.
    pub(crate) server: Server,
    /// Keys that may do everything.
    pub(crate) keys: Vec<String>,
    /// People who may log in.
    pub(crate) people: People,
    _database: Database<'a>,
}

impl<'a> Gateway<'a> {
    /// Sets up an installation in `home`, seeds its database and starts it.
    ///
    /// # Errors
    /// When any of these fails.
    pub(crate) fn start(engine: &'a Engine, program: &Path, home: &Path, key_count: u32) -> anyhow::Result<Self> {
        let name = format!("keys_{key_count}");
        let database = engine.create(home, &name)?;
        let installation = Installation::new(program, directory(home, engine, &name), database.url.clone())?;
        let owner = installation.set_up()?;
        seed::fill(&database.url, &owner, key_count)?;
        let server = installation.start()?;
        let keys = owner.mint(server.address, CALLERS)?;
        let people = People::with(installation.password);
        Ok(Self { key_count, server, keys, people, _database: database })
    }
}

/// Where the files of one of the bench's installations or baselines go.
pub(crate) fn directory(home: &Path, engine: &Engine, name: &str) -> PathBuf {
    home.join(format!("{}_{name}", engine.name()))
}
