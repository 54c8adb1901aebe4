//! An installation of Mainstay made for the bench, and the gateway that serves it.

use crate::exchange;
use crate::request::Request;
use crate::server::{Server, free_address};
use crate::tool;
use anyhow::{Context as _, ensure};
use mainstay_kernel::{Ids as _, Secret, SystemIds};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// People who log in come without a credential and from one address, which is limited too.
const ANONYMOUS_RATE_LIMIT: &str = "4000000000";
/// Limits stay on and are never reached: the load of the bench is far above what any plan allows.
const PLANS: &str = include_str!("plans.toml");

/// A directory and a database of Mainstay's.
#[derive(Debug)]
pub(crate) struct Installation {
    program: PathBuf,
    dir: PathBuf,
    /// The URL of its database.
    pub(crate) database_url: String,
    /// The password of its owner.
    pub(crate) password: Secret<String>,
}

/// What `mainstay setup` prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Owner {
    /// The owner's id.
    pub(crate) user_id: String,
    /// The owner's workspace.
    pub(crate) workspace_id: i64,
    api_key: String,
}

impl Installation {
    /// An installation in a new directory `dir` that nobody has set up.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub(crate) fn new(program: &Path, dir: PathBuf, database_url: String) -> anyhow::Result<Self> {
        fs::create_dir(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
        fs::write(dir.join("plans.toml"), PLANS)?;
        let bench = std::env::current_exe().context("the bench cannot find itself")?;
        fs::write(dir.join("mcp.toml"), tool::registry(&bench)).context("the registry cannot be written")?;
        let password = Secret::new(SystemIds.alphanumeric(24));
        Ok(Self { program: program.to_owned(), dir, database_url, password })
    }

    /// Makes its owner.
    ///
    /// # Errors
    /// When the program refuses.
    pub(crate) fn set_up(&self) -> anyhow::Result<Owner> {
        let mut command = self.command();
        command.args(["setup", "--email", "owner@example.com", "--password", self.password.expose()]);
        let output = command.args(["--workspace", "Bench", "--json"]).output().context("mainstay cannot be started")?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "mainstay setup failed: {}", complaint.trim());
        serde_json::from_slice(&output.stdout).context("mainstay setup printed something else than its JSON")
    }

    /// Starts its gateway.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) fn start(&self) -> anyhow::Result<Server> {
        let address = free_address()?;
        let mut command = self.command();
        command.arg("serve").env("MAINSTAY_LISTEN", address.to_string());
        Server::start(&mut command, address, "/health", &self.dir.join("log"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // Settings of the caller's own installation have no place in a measurement.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"MAINSTAY_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.dir).env("MAINSTAY_DATA_DIR", &self.dir);
        command.env("MAINSTAY_PLANS_FILE", self.dir.join("plans.toml"));
        command.env("MAINSTAY_MCP_FILE", self.dir.join("mcp.toml"));
        command.env("MAINSTAY_ANONYMOUS_RATE_LIMIT", ANONYMOUS_RATE_LIMIT);
        // A proxy on this machine passes on what pages tell of.
        command.env("MAINSTAY_TRUSTED_PROXIES", "127.0.0.1");
        // Whoever is told of events listens on this machine.
        command.env("MAINSTAY_WEBHOOKS_ALLOW_PRIVATE", "true");
        // Sites come from repositories of this machine.
        command.env("MAINSTAY_HOSTING_ALLOW_FILE_REPOSITORIES", "true");
        command.env("MAINSTAY_DATABASE_URL", &self.database_url);
        command
    }
}

impl Owner {
    /// Makes `count` keys with every scope, through the gateway at `address`.
    ///
    /// # Errors
    /// When the gateway refuses.
    pub(crate) fn mint(&self, address: SocketAddr, count: usize) -> anyhow::Result<Vec<String>> {
        (0..count).map(|number| self.mint_one(address, number)).collect()
    }

    fn mint_one(&self, address: SocketAddr, number: usize) -> anyhow::Result<String> {
        let body = format!(r#"{{"name": "Caller {number}", "scopes": ["*"]}}"#);
        let answer = exchange::ask(address, &mut Request::post("/api/v1/api-keys", Some(&self.api_key), &body))?;
        ensure!(answer.status == 201, "no key was made: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        let created: Value = serde_json::from_slice(&answer.body).context("the new key is not in JSON")?;
        let key = created.pointer("/data/key").and_then(Value::as_str);
        key.map(str::to_owned).context("the answer to a new key holds no key")
    }
}

/// The program to measure: the one named, or `mainstay` beside this one.
///
/// # Errors
/// When it is not there.
pub(crate) fn program(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let beside = || Ok::<_, std::io::Error>(std::env::current_exe()?.with_file_name("mainstay"));
    let program = named.map_or_else(beside, |path| Ok(path.to_owned()))?;
    program
        .canonicalize()
        .with_context(|| format!("{} is not there; build it or name one with --gateway", program.display()))
}
