//! A gateway of flesh and blood: the program, started on a free port with a database of its own.
//!
//! Tests meet it as its callers do, through HTTP. Every JSON answer that an actor gets is held
//! against the OpenAPI document that the gateway serves.

mod actor;
mod answer;
mod call;
mod document;
mod launch;
mod mail;
mod people;
mod process;
mod stage;
mod tenant;

pub use actor::{Actor, KeyHolder, Nobody, Person};
pub use answer::Answer;
pub use call::{Call, Door};
pub use document::Document;
pub use launch::{Engine, Launch, free_port};
pub use mail::Letter;
pub use people::fresh_email;
pub use stage::{on_each_gateway, on_own_gateways, play};
pub use tenant::Tenant;

use crate::database::TestDatabase;
use crate::rows;
use process::Process;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the program may take to end once it has been told to.
const PATIENCE: Duration = Duration::from_secs(40);

/// A gateway that serves.
pub struct Gateway {
    launch: Launch,
    database: Arc<TestDatabase>,
    door: Door,
    process: Mutex<Process>,
    owner: (String, i64, String),
}

impl Gateway {
    /// Where it is reached, without a slash at the end.
    pub fn url(&self) -> &str {
        self.door.url()
    }

    /// The way in.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// Where its data lies: on SQLite `mainstay.db`, and its logs.
    pub fn directory(&self) -> &Path {
        self.database.dir.path()
    }

    /// Which database it is on.
    pub fn engine(&self) -> Engine {
        if self.database.url.starts_with("sqlite") { Engine::Sqlite } else { Engine::Postgres }
    }

    /// Somebody without a credential, at an address of their own.
    pub fn nobody(&self) -> Nobody {
        Nobody::new(self.door.clone())
    }

    /// The key that setup made: scope `*`, of the installation's owner.
    pub fn setup_key(&self) -> KeyHolder {
        let (user, workspace, key) = &self.owner;
        KeyHolder::new(self.door.clone(), user.clone(), *workspace, key.clone())
    }

    /// The installation's owner, logged in.
    pub async fn owner(&self) -> Person {
        Person::log_in(&self.door, launch::OWNER).await
    }

    /// A new person who belongs to no workspace, logged in.
    pub async fn person(&self, name: &str) -> Person {
        let email = people::insert(&self.database.database, name).await;
        Person::log_in(&self.door, &email).await
    }

    /// A new person who belongs to no workspace and is not logged in; gives their address.
    pub async fn account(&self, name: &str) -> String {
        people::insert(&self.database.database, name).await
    }

    /// The oldest letter to this address that was not given before, once there is one.
    ///
    /// # Panics
    /// When none comes within 40 seconds.
    pub async fn letter_to(&self, email: &str) -> Letter {
        mail::letter_to(self.directory(), email).await
    }

    /// The oldest such letter that has this in its text. Those before it are lost.
    ///
    /// # Panics
    /// When none comes within 40 seconds.
    pub async fn letter_with(&self, email: &str, text: &str) -> Letter {
        loop {
            let letter = self.letter_to(email).await;
            if letter.text.contains(text) {
                return letter;
            }
        }
    }

    /// A new workspace on the plan enterprise, with an owner of its own.
    pub async fn tenant(&self) -> Tenant {
        self.tenant_on("enterprise").await
    }

    /// The same on another plan.
    pub async fn tenant_on(&self, plan: &str) -> Tenant {
        Tenant::found(self, plan).await
    }

    /// Another gateway over the same database, with the same master key.
    pub async fn another_node(&self) -> Self {
        let (process, door) = launch::serve(&self.launch, &self.database).await;
        let (launch, database) = (self.launch.clone(), Arc::clone(&self.database));
        Self { launch, database, door, process: process.into(), owner: self.owner.clone() }
    }

    /// Changes rows behind its back: for what would take too long to come about by itself.
    pub async fn run(&self, sql: &'static str) {
        rows::run(&self.database.database, sql).await;
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.process().pid()
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.process().kill();
    }

    /// `SIGTERM`.
    pub fn terminate(&self) {
        self.process().terminate();
    }

    /// Waits until it has ended by itself.
    ///
    /// # Panics
    /// When it does not within 40 seconds.
    pub async fn end(&self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process().ended() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the gateway does not end:\n{}", self.tail());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Starts it anew on the same database, with its launch changed.
    pub async fn start_again(&mut self, change: impl FnOnce(Launch) -> Launch) {
        self.kill();
        self.launch = change(self.launch.clone());
        let (process, door) = launch::serve(&self.launch, &self.database).await;
        self.process = process.into();
        self.door = door;
    }

    /// Ends it, and drops its database where no other node uses it.
    pub async fn close(self) {
        let database = Arc::clone(&self.database);
        drop(self);
        if let Some(database) = Arc::into_inner(database) {
            database.remove().await;
        }
    }

    /// The program with this gateway's settings, for its other commands.
    pub fn command(&self) -> Command {
        let environment = self.launch.environment(&self.database);
        let pairs = environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        process::command(self.directory(), pairs)
    }

    /// The end of its log.
    pub fn tail(&self) -> String {
        self.process().tail()
    }

    fn show_tail_on_panic(&self) {
        if std::thread::panicking() {
            eprintln!("on {:?}; the gateway's log ends with:\n{}", self.engine(), self.tail());
        }
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log of a failed test tells more than its assertion. What would outlive the gateway is ended.
impl Drop for Gateway {
    fn drop(&mut self) {
        self.show_tail_on_panic();
        process::end_programs(self.directory());
    }
}
