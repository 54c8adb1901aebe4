//! Programs of a server that write and read backups, run as the tenant: they know nothing of what this process knows.

use super::EngineFault;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Longest run of one program.
const LONGEST: Duration = Duration::from_mins(5);
/// How much of what a program complains of is kept, in characters.
const COMPLAINT: usize = 300;

/// A program that is told nothing yet.
pub(super) fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.env("LC_ALL", "C");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs it to its end; what it complains of is told under this name.
pub(super) async fn run(mut command: Command, name: &str) -> Result<(), EngineFault> {
    let fault = |text: String| EngineFault(format!("{name}: {text}"));
    let ended = tokio::time::timeout(LONGEST, command.output()).await;
    let ended = ended.map_err(|_| fault("it took too long".to_owned()))?.map_err(|cause| fault(cause.to_string()))?;
    if ended.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&ended.stderr);
    let last = told.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
    Err(fault(last.chars().take(COMPLAINT).collect()))
}
