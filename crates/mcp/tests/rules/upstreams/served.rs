//! A server on the official SDK, as a process and as an address.

// The newest revision deprecates logs (SEP-2577); the older ones have them.
#![expect(deprecated)]

use super::world::{World, http};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server;
use hyper_util::service::TowerToHyperService;
use mainstay_mcp::protocol::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams, CompleteResult, CompletionInfo,
    ContentBlock, DiscoverResult, ErrorData, GetPromptRequestParams, GetPromptResponse, GetPromptResult,
    ListPromptsResult, ListResourcesResult, ListToolsResult, LoggingLevel, LoggingMessageNotificationParam,
    PaginatedRequestParams, ProgressNotificationParam, Prompt, PromptMessage, ProtocolVersion,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, Role,
    ServerCapabilities, ServerConfig, SubscriptionFilter, Tool,
};
use mainstay_mcp::upstreams::Address;
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{RoleServer, ServerHandler, ServiceExt as _};
use serde_json::json;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Which lifecycle a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// Up to 2025-11-25: it knows no `server/discover`.
    Initialize,
    /// It knows `server/discover`, and by that tells of 2025-11-25 alone.
    Between,
    /// 2026-07-28.
    Discover,
}

pub(crate) const BOTH: [Lifecycle; 2] = [Lifecycle::Initialize, Lifecycle::Discover];

#[derive(Clone)]
pub(crate) struct Served {
    lifecycle: Lifecycle,
    started: Arc<Notify>,
    cancelled: Arc<Notify>,
    changed: Arc<Notify>,
    /// How often somebody asked for its tools.
    listings: Arc<AtomicUsize>,
}

impl Served {
    fn new(lifecycle: Lifecycle) -> Self {
        let [started, cancelled, changed] = [(); 3].map(|()| Arc::default());
        Self { lifecycle, started, cancelled, changed, listings: Arc::default() }
    }
}

impl ServerHandler for Served {
    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(match self.lifecycle {
            Lifecycle::Between => &[ProtocolVersion::V_2025_11_25],
            Lifecycle::Initialize | Lifecycle::Discover => ProtocolVersion::KNOWN_VERSIONS,
        })
    }

    fn get_info(&self) -> ServerConfig {
        let mut has = ServerCapabilities::builder().enable_tools().enable_tool_list_changed().enable_resources();
        has = has.enable_resources_list_changed();
        ServerConfig::new(has.enable_prompts().enable_completions().enable_logging().build()).with_instructions("Ask.")
    }

    async fn discover(&self, _: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        match self.lifecycle {
            Lifecycle::Initialize => Err(ErrorData::method_not_found::<rmcp::model::DiscoverRequestMethod>()),
            Lifecycle::Between | Lifecycle::Discover => {
                Ok(DiscoverResult::from_server_info(self.supported_protocol_versions().into_owned(), self.get_info()))
            }
        }
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.supported_by(&self.get_info().capabilities))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.changed.notified().await;
        context.sink().notify_tool_list_changed().await.map_err(|_| ErrorData::internal_error("gone", None))?;
        context.cancelled().await;
        Ok(())
    }

    async fn list_tools(
        &self,
        page: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tool = |name: &'static str| Tool::new(name, "A tool.", serde_json::Map::new());
        self.listings.fetch_add(1, Ordering::SeqCst);
        let next = page.and_then(|page| page.cursor).is_none().then(|| "2".to_owned());
        let names = if next.is_some() { ["echo", "progress"] } else { ["log", "wait"] };
        let mut list = ListToolsResult::with_all_items(names.map(tool).to_vec());
        list.next_cursor = next;
        Ok(list)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new("note://1", "Note")]))
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(vec![Prompt::new("greet", Some("Greets."), None)]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let contents = vec![ResourceContents::text("A note.", request.uri)];
        Ok(ReadResourceResponse::Complete(ReadResourceResult::new(contents)))
    }

    async fn get_prompt(
        &self,
        _: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let messages = vec![PromptMessage::new_text(Role::User, "Hello.")];
        Ok(GetPromptResponse::Complete(GetPromptResult::new(messages)))
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let values = CompletionInfo::with_all_values(vec!["green".to_owned()]);
        values.map(CompleteResult::new).map_err(|_| ErrorData::internal_error("too many", None))
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let gone = |_| ErrorData::internal_error("gone", None);
        match call.name.as_ref() {
            "echo" => {}
            "progress" => {
                let token =
                    context.meta.get_progress_token().ok_or_else(|| ErrorData::internal_error("no token", None))?;
                for step in [1.0, 2.0, 3.0] {
                    let progress = ProgressNotificationParam::new(token.clone(), step).with_total(3.0);
                    context.peer.notify_progress(progress).await.map_err(gone)?;
                }
            }
            "log" => {
                let line = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!("working"));
                context.peer.notify_logging_message(line).await.map_err(gone)?;
            }
            "grow" if self.lifecycle == Lifecycle::Discover => self.changed.notify_one(),
            "grow" => context.peer.notify_tool_list_changed().await.map_err(gone)?,
            "wait" => {
                self.started.notify_one();
                context.ct.cancelled().await;
                self.cancelled.notify_one();
            }
            _ => return Err(ErrorData::invalid_params("There is no such tool.", None)),
        }
        Ok(CallToolResponse::Complete(CallToolResult::success(vec![ContentBlock::text("done")])))
    }
}

/// Set for a process of the tests that is to be a server.
const BE: &str = "BE_A_SERVER";

impl World {
    /// The tests' own program, as a server.
    pub(crate) fn served(&self, lifecycle: Lifecycle) -> Address {
        let program = std::env::current_exe().expect("this program");
        let args = ["--exact", "upstreams::served::a_server", "--nocapture", "--test-threads=1"];
        self.process(program.to_str().expect("a path"), &args, &[(BE, &format!("{lifecycle:?}"))])
    }
}

/// Serves if it was started for that; what the test harness says around it is noise on the wire.
#[test]
fn a_server() {
    let lifecycle = match std::env::var(BE).as_deref() {
        Ok("Initialize") => Lifecycle::Initialize,
        Ok("Between") => Lifecycle::Between,
        Ok("Discover") => Lifecycle::Discover,
        _ => return,
    };
    // The harness has begun a line.
    println!();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let service = Served::new(lifecycle).serve((tokio::io::stdin(), tokio::io::stdout())).await.expect("a client");
        service.waiting().await.expect("an end");
    });
    // The harness would wait for a thread that reads the standard input.
    std::process::exit(0);
}

/// The server at an address, until it is dropped.
pub(crate) struct Site {
    pub(crate) address: Address,
    pub(crate) started: Arc<Notify>,
    pub(crate) cancelled: Arc<Notify>,
    pub(crate) listings: Arc<AtomicUsize>,
    _serving: DropGuard,
}

impl Site {
    pub(crate) fn serving(lifecycle: Lifecycle) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = http(&format!("http://{}/mcp", listener.local_addr().expect("an address")), &[]);
        let (served, stop) = (Served::new(lifecycle), CancellationToken::new());
        let (started, cancelled) = (Arc::clone(&served.started), Arc::clone(&served.cancelled));
        let listings = Arc::clone(&served.listings);
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(lifecycle == Lifecycle::Initialize)
            .with_cancellation_token(stop.child_token());
        let make = move || Ok(served.clone());
        let service = StreamableHttpService::new(make, Arc::<LocalSessionManager>::default(), config);
        let stopped = stop.clone();
        // On a runtime of its own, so that its tasks are not among those of who asks.
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(stopped.run_until_cancelled(serve(listener, TowerToHyperService::new(service))));
        });
        Self { address, started, cancelled, listings, _serving: stop.drop_guard() }
    }
}

type Service = TowerToHyperService<StreamableHttpService<Served, LocalSessionManager>>;

async fn serve(listener: std::net::TcpListener, service: Service) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let server = server::conn::auto::Builder::new(TokioExecutor::new());
            // A client that hangs up is what many tests are about.
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}
