//! The programs of PostgreSQL that write and read backups, run as the tenant: whoever may create objects can have whoever
//! dumps them run what they like (CVE-2024-7348).

use super::{Login, Names};
use crate::databases::engine::EngineFault;
use crate::databases::engine::program::{bare, run};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// Where the programs are.
pub(super) struct Programs {
    folder: Option<PathBuf>,
}

/// Where Debian keeps those of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

impl Programs {
    /// The newest there are: a program reads and writes what older servers have, and none of newer ones.
    pub(super) fn found() -> Self {
        let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
        let folders = versions.filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("pg_dump").exists().then_some((version, folder))
        });
        Self { folder: folders.max().map(|(_, folder)| folder) }
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.as_ref().map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
    }

    pub(super) async fn dump(
        &self,
        server: (&str, u16),
        login: &Login,
        from: &str,
        file: &Path,
    ) -> Result<(), EngineFault> {
        let arguments = ["--format=custom", "--no-password", "--file"].map(OsStr::new);
        let mut command = self.command("pg_dump", server, login)?;
        command.args(arguments).arg(file).arg("--dbname").arg(from);
        run(command, "pg_dump").await
    }

    pub(super) async fn restore(
        &self,
        server: (&str, u16),
        login: &Login,
        into: &str,
        file: &Path,
    ) -> Result<(), EngineFault> {
        let arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--no-password", "--dbname", into];
        let mut command = self.command("pg_restore", server, login)?;
        command.args(arguments).arg("--").arg(file);
        run(command, "pg_restore").await
    }

    /// A program that asks as the tenant.
    fn command(&self, name: &str, (host, port): (&str, u16), login: &Login) -> Result<Command, EngineFault> {
        let mut command = bare(&self.program(name));
        command.env("PGCONNECT_TIMEOUT", "10").env("PGAPPNAME", "mainstay");
        command.env("PGHOST", host).env("PGPORT", port.to_string()).env("PGUSER", Names::of(&login.id).role);
        // What is too full is read alone unless who asks says otherwise.
        command.env("PGOPTIONS", "-c default_transaction_read_only=off");
        command.env("PGPASSWORD", login.password()?.expose());
        Ok(command)
    }
}
