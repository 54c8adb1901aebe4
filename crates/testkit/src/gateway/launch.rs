//! How a gateway is started.

use super::Gateway;
use super::call::Door;
use super::document::Document;
use super::mail;
use super::process::{Process, command};
use crate::database::TestDatabase;
use crate::dns::TestDns;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Which database a gateway keeps its state in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// The test server.
    Postgres,
}

impl Engine {
    /// Those that can be used here.
    pub fn available() -> impl Iterator<Item = Self> {
        let server = std::env::var_os("MAINSTAY_TEST_POSTGRES_URL").is_some();
        [Self::Sqlite].into_iter().chain(server.then_some(Self::Postgres))
    }
}

/// The owner's address and password; everybody in the tests has this password.
pub(super) const OWNER: &str = "owner@example.com";
pub(super) const PASSWORD: &str = "correct horse battery staple";

const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway that is to be started.
#[derive(Debug, Clone)]
pub struct Launch {
    engine: Engine,
    settings: BTreeMap<String, String>,
}

impl Launch {
    /// One that counts anonymous callers generously, believes `X-Forwarded-For` of this machine, delivers webhooks to
    /// this machine, clones sites from its folders, asks a name server of the tests, and logs warnings only.
    pub fn on(engine: Engine) -> Self {
        let mut launch = Self { engine, settings: BTreeMap::new() };
        if let Ok(server) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") {
            launch = launch.set("HOSTING_POSTGRES_URL", &server);
        }
        if let Ok(server) = std::env::var("MAINSTAY_TEST_MARIADB_URL") {
            launch = launch.set("HOSTING_MARIADB_URL", &server);
        }
        if let Ok(engine) = std::env::var("MAINSTAY_TEST_CONTAINER_ENGINE") {
            launch = launch.set("HOSTING_CONTAINER_ENGINE", &engine);
        }
        launch
            .set("ANONYMOUS_RATE_LIMIT", "1000000")
            .set("TRUSTED_PROXIES", "127.0.0.0/8")
            .set("WEBHOOKS_ALLOW_PRIVATE", "true")
            .set("HOSTING_ALLOW_FILE_REPOSITORIES", "true")
            .set("HOSTING_DNS", TestDns::shared().address().to_string())
            .set("WORKERS", "2")
            .set("LOG_FORMAT", "json")
            .set("LOG", "warn")
    }

    /// The same with a setting, named without its prefix.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// The same without a setting.
    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Sets an empty installation up and serves it.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start(self) -> Gateway {
        let database = match self.engine {
            Engine::Sqlite => TestDatabase::sqlite().await,
            Engine::Postgres => TestDatabase::postgres().await.expect("the test server is there"),
        };
        let database = Arc::new(database);
        let setup = set_up(&self, &database);
        let text = |name: &str| setup[name].as_str().expect("setup tells it").to_owned();
        let (user, key) = (text("user_id"), text("api_key"));
        let workspace = setup["workspace_id"].as_i64().expect("setup tells it");
        let (process, door) = serve(&self, &database).await;
        Gateway { launch: self, database, door, process: process.into(), owner: (user, workspace, key) }
    }

    pub(super) fn environment(&self, database: &TestDatabase) -> BTreeMap<String, String> {
        let mut environment = self.settings.clone();
        let mails = format!("file://{}", mail::folder(database.dir.path()).display());
        environment.entry("MAIL_URL".to_owned()).or_insert(mails);
        environment.insert("DATA_DIR".to_owned(), database.dir.path().display().to_string());
        environment.insert("DATABASE_URL".to_owned(), database.url.clone());
        environment
    }

    fn speaks_https(&self) -> bool {
        self.settings.contains_key("TLS_CERT")
    }
}

fn set_up(launch: &Launch, database: &TestDatabase) -> Value {
    let environment = launch.environment(database);
    let mut setup = command(database.dir.path(), pairs(&environment));
    setup.args(["setup", "--email", OWNER, "--password", PASSWORD, "--workspace", "Installation", "--json"]);
    let done = setup.output().expect("setup runs");
    let (told, complaint) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "setup failed: {complaint}");
    serde_json::from_str(&told).expect("setup prints JSON")
}

/// Serves on a port that was free a moment ago, and on another when somebody was faster.
pub(super) async fn serve(launch: &Launch, database: &TestDatabase) -> (Process, Door) {
    const ATTEMPTS: usize = 5;
    for _ in 0..ATTEMPTS {
        let port = free_port();
        let scheme = if launch.speaks_https() { "https" } else { "http" };
        let url = format!("{scheme}://127.0.0.1:{port}");
        let mut environment = launch.environment(database);
        environment.insert("LISTEN".to_owned(), format!("127.0.0.1:{port}"));
        let log = database.dir.path().join(format!("gateway-{port}.log"));
        let serve = command(database.dir.path(), pairs(&environment));
        let mut process = Process::start(serve, &log).expect("the gateway starts");
        if !listens(&mut process, port).await {
            continue;
        }
        let door = Door::new(url);
        if !launch.speaks_https() {
            let document = door.fetch("/swagger.json").await;
            door.know(Document::new(&document));
        }
        return (process, door);
    }
    panic!("no port was free in {ATTEMPTS} attempts");
}

/// Waits until it takes connections; `false` when the port was taken by another.
async fn listens(process: &mut Process, port: u16) -> bool {
    let begun = Instant::now();
    loop {
        let ended = process.ended();
        let tail = process.tail();
        if ended.is_some() && tail.contains("cannot be listened on") {
            return false;
        }
        assert!(ended.is_none(), "the gateway ended at its start:\n{tail}");
        assert!(begun.elapsed() < PATIENCE, "the gateway does not come up:\n{tail}");
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A port that nobody listens on, and that no other test of this process is given. It lies below those that systems give
/// to whoever asks for any: two gateways told the same port would both seem to be up, and one test speak to the other's.
///
/// # Panics
/// When none is free.
pub fn free_port() -> u16 {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Others who run tests at the same time begin elsewhere.
    let beginning = std::process::id().wrapping_mul(997);
    let next = || FIRST + GIVEN.fetch_add(1, Ordering::Relaxed).wrapping_add(beginning) % COUNT;
    let mut tried = (0..COUNT).filter_map(|_| u16::try_from(next()).ok());
    tried.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}

fn pairs(environment: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
