//! Other providers of OAuth, to measure Mainstay beside them: Node programs, installed on demand. What each of them runs,
//! and why that is fair, stands at the top of its file in `peers/`.

use crate::exchange;
use crate::provider::Provider;
use crate::request::Request;
use crate::server::{Server, free_address};
use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The programs, named after the package that each of them runs.
const NAMES: [&str; 2] = ["oidc-provider", "better-auth"];
const PACKAGE: &str = include_str!("../peers/package.json");
const FILES: [(&str, &str); 4] = [
    ("package.json", PACKAGE),
    ("peer.mjs", include_str!("../peers/peer.mjs")),
    ("oidc-provider.mjs", include_str!("../peers/oidc-provider.mjs")),
    ("better-auth.mjs", include_str!("../peers/better-auth.mjs")),
];
/// Holds the package file that was installed last.
const INSTALLED: &str = "installed.json";
/// Where a peer tells what its clients have to know.
const TOLD: &str = "/bench";

/// The programs of all peers, installed.
#[derive(Debug)]
pub(crate) struct Peers {
    dir: PathBuf,
    versions: BTreeMap<String, String>,
}

/// A running peer. It is one process, since what it knows is in its memory.
pub(crate) struct Peer {
    /// Its package and version.
    pub(crate) name: String,
    /// The process.
    pub(crate) server: Server,
    /// What its clients know.
    pub(crate) provider: Provider,
}

#[derive(Deserialize)]
struct Package {
    dependencies: BTreeMap<String, String>,
}

impl Peers {
    /// Installs them into a directory beside this program, unless they are there already.
    ///
    /// # Errors
    /// When Node or npm is not there, or npm does not reach its registry.
    pub(crate) fn install() -> anyhow::Result<Self> {
        let dir = directory()?;
        run(&mut Command::new("node"), &["--version"])?;
        for (name, text) in FILES {
            fs::write(dir.join(name), text)?;
        }
        if fs::read_to_string(dir.join(INSTALLED)).ok().as_deref() != Some(PACKAGE) {
            let sparing = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"];
            let patience = ["--fetch-retries=1", "--fetch-timeout=30000", "--omit=dev", "--omit=optional"];
            run(Command::new("npm").current_dir(&dir).arg("install").args(patience), &sparing)?;
            fs::write(dir.join(INSTALLED), PACKAGE)?;
        }
        Ok(Self { dir, versions: versions()? })
    }

    /// Starts all of them, with their logs in `logs`. One that does not start is left out, with a sentence.
    pub(crate) fn start(&self, logs: &Path) -> Vec<Peer> {
        let start = |name| {
            let started = self.start_one(name, logs);
            started.inspect_err(|error| eprintln!("{name} is left out: {error:#}")).ok()
        };
        NAMES.into_iter().filter_map(start).collect()
    }

    fn start_one(&self, name: &str, logs: &Path) -> anyhow::Result<Peer> {
        let version = self.versions.get(name).context("it is not among the installed packages")?;
        let address = free_address()?;
        let mut command = Command::new("node");
        command.current_dir(&self.dir).arg(format!("{name}.mjs")).arg(address.port().to_string());
        command.env("NODE_ENV", "production").env_remove("NODE_OPTIONS");
        let server = Server::start(&mut command, address, TOLD, &logs.join(format!("{name}.log")))?;
        let answer = exchange::ask(address, &mut Request::get(TOLD, None))?;
        let provider = serde_json::from_slice(&answer.body).context("it tells nothing that a client could use")?;
        Ok(Peer { name: format!("{name} {version}, one process"), server, provider })
    }
}

/// Where all peers are installed: a directory beside this program, which is made where it is not there.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn directory() -> anyhow::Result<PathBuf> {
    let dir = std::env::current_exe()?.with_file_name("bench-peers");
    fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    Ok(dir)
}

/// The version of each package that is asked for by name.
fn versions() -> anyhow::Result<BTreeMap<String, String>> {
    Ok(serde_json::from_str::<Package>(PACKAGE).context("the peers' package file cannot be read")?.dependencies)
}

/// Has a program do its work, and waits for its end.
///
/// # Errors
/// When it is not there, or ends without success; with the first line of what it complains of.
pub(crate) fn run(command: &mut Command, arguments: &[&str]) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.args(arguments).stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("{name} is not installed"),
        _ => error.into(),
    })?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed: {}", complaint.lines().next().unwrap_or("it does not say why"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_has_a_program_and_every_package_one_exact_version() {
        let versions = versions().expect("a package file");
        for name in NAMES {
            let program = format!("{name}.mjs");
            assert!(versions.contains_key(name) && FILES.iter().any(|(file, _)| *file == program), "{name}");
        }
        for (name, version) in versions {
            let is_exact = version.split('.').flat_map(str::parse::<u32>).count() == 3;
            assert!(is_exact, "{name} {version}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-node"), &[]).expect_err("nothing to run").to_string();
        assert_eq!(error, "no-such-node is not installed");
    }

    #[test]
    fn a_program_that_fails_is_quoted_in_one_line() {
        let error =
            run(Command::new("sh").arg("-c"), &["echo no network >&2; echo more >&2; exit 1"]).expect_err("failed");
        assert_eq!(error.to_string(), "sh failed: no network");
    }
}
