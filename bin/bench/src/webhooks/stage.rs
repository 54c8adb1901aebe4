//! A gateway with its endpoints, and the receiver that they lead to.

use super::publication::{ENDPOINTS, FOR_ALL, event_type};
use super::receiver::{self, Arrival, Tally};
use super::scenario::Condition;
use super::stored;
use crate::exchange;
use crate::gateway::Installation;
use crate::interrupt;
use crate::request::Request;
use crate::server::Server;
use crate::stage::{Database, Ground, directory};
use anyhow::{Context as _, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// How many keys publish.
const CALLERS: usize = 32;

/// A gateway and a receiver, running. The gateway is stopped before its database goes.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    /// What sets it apart.
    pub(crate) condition: Condition,
    /// The gateway.
    pub(crate) gateway: Server,
    /// Keys that may publish.
    pub(crate) keys: Vec<String>,
    receiver: Server,
    _database: Database<'a>,
}

impl<'a> Stage<'a> {
    /// Sets up an installation called `name` with 100 endpoints and starts it.
    ///
    /// # Errors
    /// When any of this fails.
    pub(crate) fn start(ground: Ground<'a>, name: &str, condition: Condition) -> anyhow::Result<Self> {
        let Ground { engine, program, home } = ground;
        let database = engine.create(home, name)?;
        let dir = directory(home, engine, name);
        let installation = Installation::new(program, dir.clone(), database.url.clone())?;
        let owner = installation.set_up()?;
        let receiver = receiver::start(&dir.join("receiver-log"))?;
        let mut gateway = installation.start()?;
        let keys = owner.mint(gateway.address, CALLERS)?;
        let key = keys.first().context("there is no key")?;
        let numbers =
            (0..ENDPOINTS).map(|number| endpoint(gateway.address, key, &url(&receiver, number, condition), number));
        let ids = numbers.collect::<anyhow::Result<Vec<_>>>()?;
        if let Condition::Stored(count) = condition {
            drop(gateway);
            stored::fill(&database.url, owner.workspace_id, &ids, count)?;
            gateway = installation.start()?;
        }
        Ok(Self { condition, gateway, keys, receiver, _database: database })
    }

    /// Whether this endpoint answers.
    pub(crate) fn answers(&self, endpoint: usize) -> bool {
        self.condition != Condition::OneHangs || endpoint != 0
    }

    /// Makes the receiver forget what arrived, and what was published so far.
    ///
    /// # Errors
    /// When the receiver is gone.
    pub(crate) fn forget(&self) -> anyhow::Result<()> {
        let answer = exchange::ask(self.receiver.address, &mut Request::get("/forget", None))?;
        ensure!(answer.status == 200, "the receiver does not forget");
        Ok(())
    }

    /// How much has arrived.
    ///
    /// # Errors
    /// When the receiver is gone.
    pub(crate) fn tally(&self) -> anyhow::Result<Tally> {
        self.ask("/tally")
    }

    /// Everything that has arrived.
    ///
    /// # Errors
    /// When the receiver is gone.
    pub(crate) fn arrivals(&self) -> anyhow::Result<Vec<Arrival>> {
        self.ask("/arrivals")
    }

    fn ask<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let answer = exchange::ask(self.receiver.address, &mut Request::get(path, None))?;
        serde_json::from_slice(&answer.body).context("the receiver answered something else than was asked for")
    }
}

fn url(receiver: &Server, number: usize, condition: Condition) -> String {
    let address = receiver.address;
    if condition == Condition::OneHangs && number == 0 {
        format!("http://{address}/hang")
    } else {
        format!("http://{address}/e/{number}")
    }
}

/// Makes an endpoint through the gateway at `address`, and gives its id.
fn endpoint(address: SocketAddr, key: &str, url: &str, number: usize) -> anyhow::Result<i64> {
    interrupt::check()?;
    let body = json!({ "url": url, "events": [event_type(number), FOR_ALL] }).to_string();
    let answer = exchange::ask(address, &mut Request::post("/api/v1/webhooks", Some(key), &body))?;
    let text = String::from_utf8_lossy(&answer.body);
    ensure!(answer.status == 201, "no endpoint was made: {} {text}", answer.status);
    let made: Value = serde_json::from_slice(&answer.body).context("the new endpoint is not in JSON")?;
    made.pointer("/data/id").and_then(Value::as_i64).with_context(|| format!("the new endpoint has no id: {text}"))
}
