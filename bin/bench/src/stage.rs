//! One database engine with everything that is loaded on it.

use crate::gateway::{Installation, Owner};
use crate::people::People;
use crate::postgres::Postgres;
use crate::seed;
use crate::server::Server;
use std::fs;
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
        match self.engine {
            Engine::Postgres(server) => server.remove(&server_name(&self.name)),
            // What cannot be removed now goes with the directory that it is in.
            Engine::Sqlite => ["", "-wal", "-shm"].iter().for_each(|rest| {
                let _ = fs::remove_file(self.url.replace("sqlite://", "") + rest);
            }),
        }
    }
}

/// Where everything is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// The engine of the databases.
    pub(crate) engine: &'a Engine,
    /// The gateway's program.
    pub(crate) program: &'a Path,
    /// Where all files go.
    pub(crate) home: &'a Path,
}

/// A gateway with `key_count` keys in its database. The server is stopped before its database goes.
#[derive(Debug)]
pub(crate) struct Gateway<'a> {
    /// What it is called in the report.
    pub(crate) name: String,
    /// How many keys the database was seeded with.
    pub(crate) key_count: u32,
    /// The running gateway.
    pub(crate) server: Server,
    /// Keys that may do everything.
    pub(crate) keys: Vec<String>,
    /// People who may log in.
    pub(crate) people: People,
    installation: Installation,
    database: Database<'a>,
}

impl<'a> Gateway<'a> {
    /// Sets up an installation, seeds its database and starts it.
    ///
    /// # Errors
    /// When any of these fails.
    pub(crate) fn start(ground: Ground<'a>, key_count: u32) -> anyhow::Result<Self> {
        let gateway = Self::start_with(ground, &format!("keys_{key_count}"), key_count, |_, _| Ok(()))?;
        Ok(Self { name: format!("mainstay, {key_count} keys"), ..gateway })
    }

    /// Sets up an installation called `name`, seeds its database, has `fill` put more into the one at a URL, and starts it.
    ///
    /// # Errors
    /// When any of these fails.
    pub(crate) fn start_with(
        ground: Ground<'a>,
        name: &str,
        key_count: u32,
        fill: impl FnOnce(&str, &Owner) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let Ground { engine, program, home } = ground;
        let database = engine.create(home, name)?;
        let installation = Installation::new(program, directory(home, engine, name), database.url.clone())?;
        let owner = installation.set_up()?;
        seed::fill(&database.url, &owner, key_count)?;
        fill(&database.url, &owner)?;
        let server = installation.start()?;
        let keys = owner.mint(server.address, CALLERS)?;
        let people = People::with(installation.password.clone());
        Ok(Self { name: name.to_owned(), key_count, server, keys, people, installation, database })
    }

    /// How large the file of its database is, where it is one.
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        let path = self.database.url.strip_prefix("sqlite://")?;
        Some(fs::metadata(path).ok()?.len())
    }

    /// Has it stop, and start anew, knowing nothing.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start_anew(&mut self) -> anyhow::Result<()> {
        self.server.stop();
        self.server = self.installation.start()?;
        Ok(())
    }
}

/// Where the files of one of the bench's installations or baselines go.
pub(crate) fn directory(home: &Path, engine: &Engine, name: &str) -> PathBuf {
    home.join(format!("{}_{name}", engine.name()))
}
