//! A pool with a clock of its own, and what tests ask of it.

use mainstay_kernel::{Secret, WorkspaceId};
use mainstay_mcp::ServerName;
use mainstay_mcp::protocol::{CallToolRequestParams, CallToolResponse, CallToolResult};
use mainstay_mcp::upstream::{Heard, Hearing, Upstream, UpstreamFault};
use mainstay_mcp::upstreams::{Address, Bounds, Surroundings, Upstreams};
use mainstay_outbound::header::HeaderName;
use mainstay_outbound::{Guarded, Reach};
use mainstay_testkit::{CountingIds, ManualClock};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId(1);
/// For what does not come, in tests that wait for it to be late.
pub(crate) const SOON: Duration = Duration::from_millis(400);
/// For what comes, however slow the machine is.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) struct World {
    pub(crate) upstreams: Arc<Upstreams>,
    pub(crate) clock: ManualClock,
    pub(crate) changes: Arc<AtomicUsize>,
    pub(crate) folder: TempDir,
}

/// Bounds that differ from the usual ones.
pub(crate) fn bounds(change: impl FnOnce(&mut Bounds)) -> Bounds {
    let mut bounds = Bounds::default();
    change(&mut bounds);
    bounds
}

/// A time for requests that is soon over.
pub(crate) fn soon() -> Bounds {
    bounds(|bounds| bounds.within = SOON)
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Bounds::default())
    }

    pub(crate) fn with(bounds: Bounds) -> Self {
        let (clock, changes) = (ManualClock::new(), Arc::new(AtomicUsize::new(0)));
        let surroundings = Surroundings {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(CountingIds::default()),
            outbound: Arc::new(Guarded::new(Reach::anything()).expect("a client")),
        };
        let counted = Arc::clone(&changes);
        let on_change = Arc::new(move |_, _: &ServerName, _| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let upstreams = Arc::new(Upstreams::new(bounds, surroundings, on_change));
        Self { upstreams, clock, changes, folder: tempfile::tempdir().expect("a folder") }
    }

    /// The server that this command is.
    pub(crate) fn process(&self, command: &str, args: &[&str], variables: &[(&str, &str)]) -> Address {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), Secret::new((*value).to_owned())));
        Address::Process {
            command: command.to_owned(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            variables: variables.collect::<BTreeMap<_, _>>(),
            folder: self.folder.path().to_owned(),
        }
    }

    pub(crate) fn of(&self, address: &Address) -> Arc<dyn Upstream> {
        self.upstreams.of(WORKSPACE, &name("server"), address)
    }

    /// What a file of the working folder says, once it says something.
    pub(crate) async fn file(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        until(|| std::fs::read_to_string(&path).ok().filter(|text| text.ends_with('\n'))).await.trim().to_owned()
    }

    pub(crate) fn changes(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }
}

pub(crate) fn name(name: &str) -> ServerName {
    name.parse().expect("a name")
}

pub(crate) fn http(url: &str, headers: &[(&'static str, &str)]) -> Address {
    let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), Secret::new((*value).to_owned())));
    Address::Http { url: Url::parse(url).expect("a URL"), headers: headers.collect() }
}

pub(crate) fn calling(tool: &'static str) -> CallToolRequestParams {
    CallToolRequestParams::new(tool)
}

pub(crate) async fn call(server: &Arc<dyn Upstream>, tool: &'static str) -> Result<CallToolResult, UpstreamFault> {
    match server.call(calling(tool), Hearing::default()).await? {
        CallToolResponse::Complete(result) => Ok(result),
        other => panic!("a result that is whole, not {other:?}"),
    }
}

/// The text that a tool answers.
pub(crate) async fn say(server: &Arc<dyn Upstream>, tool: &'static str) -> Result<String, UpstreamFault> {
    call(server, tool).await.map(|result| text(&result))
}

pub(crate) fn text(result: &CallToolResult) -> String {
    let content = serde_json::to_value(&result.content).expect("JSON");
    content.pointer("/0/text").and_then(Value::as_str).expect("a text").to_owned()
}

/// Hears, and keeps what it heard.
pub(crate) fn ear() -> (Hearing, Arc<Mutex<Vec<Heard>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    (Hearing::by(move |heard| kept.lock().expect("what was heard").push(heard)), heard)
}

/// Waits until there is something to see.
pub(crate) async fn until<T>(mut seen: impl FnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = seen() {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, looking).await.expect("it comes to be seen")
}

/// Whether there is such a process that is more than a memory of one.
pub(crate) fn is_alive(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|status| !status.rsplit(") ").next().unwrap_or_default().starts_with('Z'))
}

pub(crate) async fn is_gone(process: &str) {
    until(|| (!is_alive(process)).then_some(())).await;
}
