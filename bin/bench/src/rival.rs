//! Servers that gateways are compared with, and whether what they answer is comparable.

use crate::contextforge;
use crate::exchange::{self, Answer};
use crate::peers::Peer;
use crate::scenario::Scenario;
use crate::server::Server;
use crate::stage::{Database, Gateway};
use crate::traffic::Traffic;
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::net::SocketAddr;

/// A running server that gateways are compared with. It is stopped before its database goes.
pub(crate) struct Rival<'a> {
    /// What it is called in the report.
    pub(crate) name: String,
    process: Running<'a>,
    /// What it is asked.
    pub(crate) traffic: Traffic,
    _behind: Option<Server>,
    _database: Option<Database<'a>>,
}

/// Whose server it is.
enum Running<'a> {
    Own(Server),
    Gateway(&'a Server),
}

impl<'a> Rival<'a> {
    /// A baseline, with the database that it commits to.
    pub(crate) fn of_baseline(name: &str, server: Server, traffic: Traffic, database: Option<Database<'a>>) -> Self {
        Self { name: name.to_owned(), process: Running::Own(server), traffic, _behind: None, _database: database }
    }

    /// Another provider of OAuth.
    ///
    /// # Errors
    /// When it does not answer what the scenario is about.
    pub(crate) fn of_peer(peer: Peer, scenario: Scenario, connections: usize) -> anyhow::Result<Self> {
        let Peer { name, server, provider } = peer;
        let sound_traffic = || {
            let mut traffic = Traffic::of_provider(scenario, &provider, server.address, connections)?;
            sound_answer(scenario, server.address, &mut traffic)?;
            anyhow::Ok(traffic)
        };
        let traffic = sound_traffic().with_context(|| name.clone())?;
        Ok(Self { name, process: Running::Own(server), traffic, _behind: None, _database: None })
    }

    /// Another gateway of MCP.
    ///
    /// # Errors
    /// When it does not answer what the scenario is about.
    pub(crate) fn of_contextforge(
        running: contextforge::Running,
        scenario: Scenario,
        connections: usize,
    ) -> anyhow::Result<Self> {
        let contextforge::Running { name, server, tool } = running;
        let mut traffic = Traffic::of_contextforge(connections);
        sound_answer(scenario, server.address, &mut traffic).with_context(|| name.clone())?;
        Ok(Self { name, process: Running::Own(server), traffic, _behind: Some(tool), _database: None })
    }

    /// A gateway under the name `name`, asked what its scenario is compared with.
    ///
    /// # Errors
    /// When it does not answer what the scenario is about.
    pub(crate) fn of_gateway(
        gateway: &'a Gateway<'_>,
        name: &str,
        scenario: Scenario,
        connections: usize,
    ) -> anyhow::Result<Self> {
        let mut traffic = Traffic::of_others(scenario, gateway, connections);
        sound_answer(scenario, gateway.server.address, &mut traffic)?;
        let process = Running::Gateway(&gateway.server);
        Ok(Self { name: name.to_owned(), process, traffic, _behind: None, _database: None })
    }

    /// The server.
    pub(crate) const fn server(&self) -> &Server {
        match &self.process {
            Running::Own(server) => server,
            Running::Gateway(server) => server,
        }
    }
}

/// What the server at `address` answers in a scenario, checked to be what the scenario is about.
///
/// # Errors
/// When it is not.
pub(crate) fn sound_answer(scenario: Scenario, address: SocketAddr, traffic: &mut Traffic) -> anyhow::Result<Answer> {
    let request = traffic.requests.first_mut().context("nobody calls")?;
    let answer = exchange::ask(address, request)?;
    let text = String::from_utf8_lossy(&answer.body);
    ensure!((200..300).contains(&answer.status), "the server answered {} {text}", answer.status);
    let body: Value = serde_json::from_slice(&answer.body).with_context(|| format!("not JSON: {text}"))?;
    ensure!(scenario.is_answered_by(&body), "the server answered something else than was asked for: {text}");
    Ok(answer)
}
