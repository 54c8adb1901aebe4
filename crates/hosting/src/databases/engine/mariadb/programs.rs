//! The programs of MariaDB that write and read backups, run as the tenant: what a dump says is done with its rights alone.

use super::{Login, Names};
use crate::databases::engine::EngineFault;
use crate::databases::engine::program::{bare, run};
use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use tokio::process::Command;

/// A dump is read by the server and by nobody else: with these, the client itself takes no command that stands in it
/// (`\!`, `source`, `tee` and the like), opens no file that the server asks for, and ends at the first complaint.
const READ: [&str; 4] = ["--batch", "--binary-mode", "--sandbox", "--local-infile=0"];
/// A dump is what there is at one instant, in statements; no name of a tenant stands outside of them.
const WRITE: [&str; 6] =
    ["--single-transaction", "--quick", "--routines", "--hex-blob", "--skip-comments", "--no-tablespaces"];

/// Writes what is in a database to a new file.
pub(super) async fn dump(server: (&str, u16), login: &Login, from: &str, file: &Path) -> Result<(), EngineFault> {
    let mut command = command("mariadb-dump", server, login)?;
    let mut result = OsString::from("--result-file=");
    result.push(file);
    command.args(WRITE).arg(result).arg("--").arg(from);
    run(command, "mariadb-dump").await?;
    Ok(File::open(file)?.sync_all()?)
}

/// Has the server do what a file says, in a database.
pub(super) async fn restore(server: (&str, u16), login: &Login, into: &str, file: &Path) -> Result<(), EngineFault> {
    let mut command = command("mariadb", server, login)?;
    command.args(READ).arg("--").arg(into).stdin(File::open(file)?);
    run(command, "mariadb").await
}

/// A program that asks as the tenant.
fn command(name: &str, (host, port): (&str, u16), login: &Login) -> Result<Command, EngineFault> {
    let mut command = bare(Path::new(name));
    // That no file of this machine is read must be said first.
    command.args(["--no-defaults", "--protocol=tcp", "--skip-ssl", "--default-character-set=utf8mb4"]);
    command.arg(format!("--host={host}")).arg(format!("--port={port}"));
    command.arg(format!("--user={}", Names::of(&login.id).user));
    command.env("MYSQL_PWD", login.password()?.expose());
    Ok(command)
}
