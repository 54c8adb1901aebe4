//! All of it put together: two workspaces, a server that comes with the installation, others that workspaces register, a
//! meter that counts, and a clock that is moved by hand.

mod calls;
mod offers;
mod registry;
mod versions;

use crate::upstreams::served::{Lifecycle, Site};
use async_trait::async_trait;
use mainstay_kernel::{Clock as _, Ids as _, Keyring, Plan, Rights, Secret, SystemIds, UserId, WorkspaceId};
use mainstay_mcp::calls::{Call, CallQuery, CallService as _};
use mainstay_mcp::protocol::{CallToolResponse, CallToolResult};
use mainstay_mcp::servers::{Builtin, Definition, NewServer, SecretTexts, Server, ServerService as _, Status, Target};
use mainstay_mcp::upstream::{Hearing, Resident, Upstream};
use mainstay_mcp::upstreams::{Address, Bounds};
use mainstay_mcp::{
    Caller, McpError, McpParts, McpService as _, Meter, Opened, Protocol, Quota, Seen, ServerName, Ticket, ToolCall,
};
use mainstay_outbound::{Guarded, Reach};
use mainstay_store::Database;
use mainstay_testkit::{CountingIds, ManualClock, rows};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// The one that comes with the installation.
const FILES: &str = "files";

/// No test here asks for sites.
struct Nobody;

impl Resident for Nobody {
    fn of(&self, _: &Caller) -> Arc<dyn Upstream> {
        unreachable!("no server of these tests is it")
    }
}

/// Lets so many calls through, and remembers what became of each.
#[derive(Default)]
struct Counter {
    most: AtomicUsize,
    taken: AtomicUsize,
    used: AtomicUsize,
    given_back: AtomicUsize,
}

impl Counter {
    /// How many calls were taken, used and given back.
    fn standing(&self) -> [usize; 3] {
        [&self.taken, &self.used, &self.given_back].map(|count| count.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Meter for Counter {
    async fn take(&self, _: &Caller) -> Result<Ticket, McpError> {
        let most = self.most.load(Ordering::SeqCst);
        let count = |taken| (taken < most).then_some(taken + 1);
        match self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count) {
            Ok(taken) => Ok(Ticket { reservation: Some(taken.to_string()) }),
            Err(taken) => Err(McpError::QuotaExceeded(Quota {
                used: u64::try_from(taken).expect("a small number"),
                limit: u64::try_from(most).ok(),
                resets_at: None,
            })),
        }
    }

    async fn settle(&self, _: &Caller, ticket: Ticket, is_used: bool) {
        assert!(ticket.reservation.is_some(), "it was taken here");
        let count = if is_used { &self.used } else { &self.given_back };
        count.fetch_add(1, Ordering::SeqCst);
    }

    async fn standing(&self, _: &Caller) -> Option<Quota> {
        None
    }
}

struct House {
    opened: Opened,
    database: Database,
    clock: ManualClock,
    meter: Arc<Counter>,
    /// Whoever calls for one workspace, and for another.
    caller: Caller,
    other: Caller,
    data: TempDir,
}

impl House {
    async fn new(database: Database) -> Self {
        let (clock, data) = (ManualClock::new(), tempfile::tempdir().expect("a folder"));
        let user = UserId(SystemIds.uuid());
        rows::add_user(&database, user, clock.now()).await;
        let caller = caller(rows::add_workspace(&database, "here", clock.now()).await, user);
        let other = caller_of(rows::add_workspace(&database, "elsewhere", clock.now()).await, &caller);
        let meter = Arc::new(Counter { most: AtomicUsize::new(usize::MAX), ..Counter::default() });
        let keyring = Keyring::parse(&Keyring::generate(&SystemIds)).expect("a master key");
        let opened = open(&database, &clock, &meter, &data, keyring);
        Self { opened, database, clock, meter, caller, other, data }
    }

    /// The same installation on another node, which has this master key.
    fn node(&self, keyring: Keyring) -> Opened {
        open(&self.database, &self.clock, &self.meter, &self.data, keyring)
    }

    /// Registers the server at a site for the workspace.
    async fn register(&self, name: &str, site: &Site) -> Arc<Server> {
        let server = self.opened.servers.create(self.caller.workspace, at(name, site)).await;
        server.expect("a server")
    }

    async fn call(&self, server: &str, tool: &str, arguments: Value) -> Result<CallToolResult, McpError> {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let call = ToolCall { tool: tool.to_owned(), arguments, ..ToolCall::default() };
        let called = self.opened.mcp.call(&self.caller, &name(server), call, Hearing::default()).await?;
        match called.response {
            CallToolResponse::Complete(result) => Ok(result),
            other => panic!("a result that is whole, not {other:?}"),
        }
    }

    /// Calls until a server is seen to be gone: its last connections may still answer.
    async fn until_gone(&self, server: &str) {
        while self.call(server, "echo", nothing()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    async fn seen(&self, server: &str) -> Seen {
        self.opened.mcp.seen_one(&self.caller, &name(server)).await.expect("a server")
    }

    /// The tools of a server that can be called.
    async fn tools(&self, server: &str) -> Vec<String> {
        self.seen(server).await.view.tools.into_iter().map(|tool| tool.name.into_owned()).collect()
    }

    /// The calls of the workspace, the newest first.
    async fn calls(&self) -> Vec<Call> {
        self.opened.log.calls(self.caller.workspace, CallQuery::default()).await.expect("the calls").items
    }
}

fn open(database: &Database, clock: &ManualClock, meter: &Arc<Counter>, data: &TempDir, keyring: Keyring) -> Opened {
    let anywhere = Arc::new(Guarded::new(Reach::anything()).expect("a client"));
    let files = Definition {
        name: name(FILES),
        title: "Files".to_owned(),
        description: String::new(),
        status: Status::Available,
        target: Target::Builtin(Builtin::Filesystem),
        secrets: SecretTexts::new(),
    };
    Opened::open(McpParts {
        database: database.clone(),
        keyring: Arc::new(keyring),
        outbound: Arc::clone(&anywhere) as _,
        flows: anywhere,
        hosting: Arc::new(Nobody),
        meter: Arc::clone(meter) as _,
        on_call: Arc::new(|_| {}),
        installed: vec![files],
        commands: Vec::new(),
        bounds: Bounds::default(),
        data: data.path().to_owned(),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(CountingIds::default()),
    })
}

fn caller(workspace: WorkspaceId, user: UserId) -> Caller {
    let plan = Plan {
        name: "free".to_owned(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    };
    Caller {
        workspace,
        plan: Arc::new(plan),
        user,
        key: None,
        rights: Rights::default(),
        servers: None,
        address: None,
        client: None,
        request: None,
        protocol: Protocol::Rest,
    }
}

fn caller_of(workspace: WorkspaceId, like: &Caller) -> Caller {
    Caller { workspace, ..like.clone() }
}

/// What is to be registered for a site.
fn at(name: &str, site: &Site) -> NewServer {
    let Address::Http { url, .. } = &site.address else { panic!("a site has a URL") };
    let secret = SecretTexts::from([("X-Secret".to_owned(), Secret::new("hunter2".to_owned()))]);
    NewServer { name: name.to_owned(), url: Some(url.to_string()), headers: Some(secret), ..NewServer::default() }
}

fn name(name: &str) -> ServerName {
    name.parse().expect("a name")
}

fn nothing() -> Value {
    Value::Object(Map::new())
}

fn site() -> Site {
    Site::serving(Lifecycle::Discover)
}
