//! The PostgreSQL server to measure on: the one that is named, or a throw-away one.

use crate::server::free_address;
use crate::sql::Sql;
use anyhow::{Context as _, bail, ensure};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// A server on which databases may be created.
#[derive(Debug)]
pub(crate) struct Postgres {
    admin_url: String,
    cluster: Option<Cluster>,
}

impl Postgres {
    /// A server that runs already.
    pub(crate) fn at(admin_url: &str) -> Self {
        Self { admin_url: admin_url.to_owned(), cluster: None }
    }

    /// Starts a server in a new directory under `dir`; `None` when no PostgreSQL is installed.
    ///
    /// # Errors
    /// When one is installed and does not start.
    pub(crate) fn start(dir: &Path) -> anyhow::Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let cluster = Cluster::start(programs, dir)?;
        Ok(Some(Self { admin_url: cluster.url.clone(), cluster: Some(cluster) }))
    }

    /// Creates an empty database, in place of one that has the name already, and gives its URL.
    ///
    /// # Errors
    /// What the server says.
    pub(crate) fn create(&self, name: &str) -> anyhow::Result<String> {
        let mut admin = Sql::open(&self.admin_url)?;
        admin.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        admin.run(&format!("CREATE DATABASE {name}"))?;
        with_database(&self.admin_url, name).context("the PostgreSQL URL has no form postgres://host/database")
    }

    /// Removes a database. A throw-away server takes its databases along by itself.
    pub(crate) fn remove(&self, name: &str) {
        if self.cluster.is_none() {
            // What cannot be removed now is replaced by the next run.
            let _ = Sql::open(&self.admin_url)
                .map(|mut sql| sql.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

/// A throw-away server; dropping it stops it and removes its files.
#[derive(Debug)]
struct Cluster {
    child: Child,
    url: String,
    programs: PathBuf,
    account: Option<(u32, u32)>,
    dir: TempDir,
}

impl Cluster {
    fn start(programs: PathBuf, parent: &Path) -> anyhow::Result<Self> {
        let account = account()?;
        let dir = tempfile::Builder::new().prefix("mainstay-bench-postgres-").tempdir_in(parent)?;
        if let Some((user, group)) = account {
            chown(dir.path(), Some(user), Some(group))?;
        }
        let data = dir.path().join("data");
        let mut initdb = as_account(programs.join("initdb"), account, dir.path());
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--pgdata"]).arg(&data);
        let made = initdb.output().context("initdb cannot be started")?;
        ensure!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());

        let port = free_address()?.port();
        let log = File::create(dir.path().join("log"))?;
        let mut postgres = as_account(programs.join("postgres"), account, dir.path());
        postgres.arg("-D").arg(&data).arg("-k").arg(dir.path()).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        let child = postgres.stdout(log.try_clone()?).stderr(log).spawn().context("postgres cannot be started")?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut cluster = Self { child, url, programs, account, dir };
        cluster.await_connection()?;
        Ok(cluster)
    }

    fn await_connection(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        while let Err(error) = Sql::open(&self.url) {
            if self.child.try_wait()?.is_some() || started.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
                bail!("PostgreSQL does not start: {error:#}\n{log}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = as_account(self.programs.join("pg_ctl"), self.account, self.dir.path());
        stop.args(["stop", "--mode=immediate", "--pgdata"]).arg(self.dir.path().join("data"));
        // Only a server that would not be stopped is killed, since that leaves shared memory behind.
        if !stop.stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The directory with the server's programs: on the search path, or the newest where Debian has them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let searched = std::env::split_paths(&path).find(|dir| dir.join("initdb").is_file());
    searched.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let installed = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").is_file());
        installed.max_by_key(|bin| version_of(bin))
    })
}

fn version_of(bin: &Path) -> Option<u32> {
    bin.parent()?.file_name()?.to_str()?.parse().ok()
}

/// The user and group to run as: PostgreSQL refuses to run as root, so root becomes `postgres`.
fn account() -> anyhow::Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let found = accounts.lines().find_map(ids_of_postgres);
    found.map(Some).context("PostgreSQL does not run as root, and there is no user postgres to run it")
}

/// User and group of the line of passwd(5) that is about `postgres`.
fn ids_of_postgres(line: &str) -> Option<(u32, u32)> {
    let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn as_account(program: PathBuf, account: Option<(u32, u32)>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://")?;
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{scheme}://{host}/{name}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        let cases = [
            ("postgres://me:pw@db:5432/postgres", "postgres://me:pw@db:5432/bench"),
            ("postgres://db", "postgres://db/bench"),
            ("postgres:///x?host=/run/pg", "postgres:///bench?host=/run/pg"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "bench").as_deref(), Some(expected));
        }
        assert_eq!(with_database("nonsense", "bench"), None);
    }

    #[test]
    fn the_account_is_read_from_its_own_line() {
        assert_eq!(ids_of_postgres("postgres:x:103:111:PostgreSQL:/var/lib/postgresql:/bin/bash"), Some((103, 111)));
        assert_eq!(ids_of_postgres("postgres2:x:1:2:::"), None);
    }
}
