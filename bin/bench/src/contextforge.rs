//! `ContextForge`, another gateway of MCP, to measure Mainstay beside it: a Python program, installed on demand. How it is run,
//! and why that is fair, stands at the top of its file in `peers/`.

use crate::peers;
use crate::server::{Server, free_address};
use crate::tool;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "mcp-contextforge-gateway";
const PROGRAM: &str = "contextforge.py";
/// The package and all that it needs, in the versions that were measured.
const REQUIREMENTS: &str = include_str!("../peers/requirements.txt");
const FILES: [(&str, &str); 2] =
    [("requirements.txt", REQUIREMENTS), (PROGRAM, include_str!("../peers/contextforge.py"))];
/// Holds the requirements that were installed last.
const INSTALLED: &str = "installed.txt";
/// Where the packages are, in the directory of the peers.
const PACKAGES: &str = "python";

/// Its program, installed.
#[derive(Debug)]
pub(crate) struct ContextForge {
    dir: PathBuf,
    version: &'static str,
}

/// A running `ContextForge` with the tool behind it.
#[derive(Debug)]
pub(crate) struct Running {
    /// Its name and version.
    pub(crate) name: String,
    /// The processes that answer.
    pub(crate) server: Server,
    /// What they ask.
    pub(crate) tool: Server,
}

impl ContextForge {
    /// Installs it into a directory beside this program, unless it is there already.
    ///
    /// # Errors
    /// When Python or pip is not there, or pip does not reach its registry.
    pub(crate) fn install() -> anyhow::Result<Self> {
        let dir = peers::directory()?;
        for (name, text) in FILES {
            fs::write(dir.join(name), text)?;
        }
        if fs::read_to_string(dir.join(INSTALLED)).ok().as_deref() != Some(REQUIREMENTS) {
            let sparing = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-deps"];
            let patience = ["--only-binary=:all:", "--retries=1", "--timeout=30"];
            let place = ["--upgrade", "--target", PACKAGES, "--requirement", "requirements.txt"];
            let mut pip = Command::new("python3");
            pip.current_dir(&dir).args(["-m", "pip", "install"]).args(sparing).args(patience);
            peers::run(&mut pip, &place)?;
            fs::write(dir.join(INSTALLED), REQUIREMENTS)?;
        }
        Ok(Self { dir, version: version().context("its requirements do not name it")? })
    }

    /// Starts it with its files in `files`, and the tool before it.
    ///
    /// # Errors
    /// When one of them does not answer.
    pub(crate) fn start(&self, files: &Path) -> anyhow::Result<Running> {
        let tool = tool::start(files)?;
        peers::run(self.command(files).arg("prepare"), &[&tool::url(&tool)])?;
        let address = free_address()?;
        let mut command = self.command(files);
        command.arg("serve").arg(address.port().to_string());
        let server = Server::start(&mut command, address, "/health", &files.join("contextforge.log"))?;
        Ok(Running { name: format!("ContextForge {}", self.version), server: server.with_workers(), tool })
    }

    fn command(&self, files: &Path) -> Command {
        let mut command = Command::new("python3");
        command.current_dir(files).arg(self.dir.join(PROGRAM));
        // What its libraries warn its developers of has no place before an error.
        command.env("PYTHONPATH", self.dir.join(PACKAGES)).env("PYTHONWARNINGS", "ignore");
        command
    }
}

fn version() -> Option<&'static str> {
    REQUIREMENTS.lines().find_map(|line| line.strip_prefix(PACKAGE)?.strip_prefix("=="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_one_exact_version() {
        assert!(version().is_some());
        for line in REQUIREMENTS.lines() {
            let is_exact = line.split_once("==").is_some_and(|(name, version)| {
                !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains('*')
            });
            assert!(is_exact, "{line}");
        }
    }
}
