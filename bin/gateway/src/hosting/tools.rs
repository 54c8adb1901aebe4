//! The MCP server `hosting`: a workspace's sites, for programs that look after them. What a tool does takes the same scope
//! as the route that does it.

mod deploy_site;
mod get_site;
mod list_deployments;
mod list_sites;
mod read_logs;
mod refusal;
mod schema;

use super::live_url::LiveUrls;
use crate::config::Settings;
use async_trait::async_trait;
use mainstay_hosting::deployments::DeploymentService;
use mainstay_hosting::logs::LogService;
use mainstay_hosting::sites::{Actor, Site, SiteQuery, SiteService};
use mainstay_hosting::{Hosting, HostingError, SiteId};
use mainstay_kernel::{Rights, WorkspaceId};
use mainstay_mcp::Caller;
use mainstay_mcp::protocol::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams, CompleteResult, ContentBlock,
    ErrorData, GetPromptRequestParams, GetPromptResponse, JsonObject, ReadResourceRequestParams, ReadResourceResponse,
};
use mainstay_mcp::upstream::{Hearing, Offer, Resident, Upstream, UpstreamFault};
use refusal::Refusal;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

const INSTRUCTIONS: &str = "The sites of this workspace. A site is named by its id or its name. To see why a deployment \
    failed, list the deployments of its site and read their logs.";

/// The server, for whoever calls.
pub(crate) struct HostingTools {
    front: Arc<Front>,
}

/// What the tools stand on.
struct Front {
    sites: Arc<dyn SiteService>,
    deployments: Arc<dyn DeploymentService>,
    logs: Arc<dyn LogService>,
    urls: LiveUrls,
}

impl HostingTools {
    pub(crate) fn new(settings: &Settings, hosting: &Hosting) -> Self {
        let front = Front {
            sites: Arc::clone(&hosting.sites) as Arc<dyn SiteService>,
            deployments: Arc::clone(&hosting.deployments) as Arc<dyn DeploymentService>,
            logs: Arc::clone(&hosting.logs) as Arc<dyn LogService>,
            urls: LiveUrls::of(settings),
        };
        Self { front: Arc::new(front) }
    }
}

impl Resident for HostingTools {
    fn of(&self, caller: &Caller) -> Arc<dyn Upstream> {
        Arc::new(Desk {
            front: Arc::clone(&self.front),
            workspace: caller.workspace,
            actor: Actor(caller.user.to_string()),
            rights: caller.rights.clone(),
        })
    }
}

/// The server as one caller meets it.
struct Desk {
    front: Arc<Front>,
    workspace: WorkspaceId,
    actor: Actor,
    rights: Rights,
}

/// What a tool gives.
type Given = Result<Value, Refusal>;

impl Desk {
    async fn run(&self, tool: &str, arguments: JsonObject) -> Option<Given> {
        Some(match tool {
            deploy_site::NAME => deploy_site::run(self, arguments).await,
            get_site::NAME => get_site::run(self, arguments).await,
            list_deployments::NAME => list_deployments::run(self, arguments).await,
            list_sites::NAME => list_sites::run(self, arguments).await,
            read_logs::NAME => read_logs::run(self, arguments).await,
            _ => return None,
        })
    }

    fn must_hold(&self, scope: &'static str) -> Result<(), Refusal> {
        if self.rights.allow(scope) { Ok(()) } else { Err(Refusal::Scope(scope)) }
    }

    /// The site of an id or a name.
    async fn site(&self, named: &str) -> Result<Site, Refusal> {
        match self.front.sites.get(self.workspace, &SiteId(named.to_owned())).await {
            Err(HostingError::SiteNotFound) => {}
            found => return Ok(found?),
        }
        let query = SiteQuery { name: Some(named.to_owned()), ..SiteQuery::default() };
        let found = self.front.sites.list(self.workspace, query).await?;
        found.items.into_iter().next().ok_or_else(|| HostingError::SiteNotFound.into())
    }
}

/// Reads the arguments of a tool. Whoever calls may not have held them against the schema.
fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(arguments)).map_err(|cause| Refusal::Arguments(cause.to_string()))
}

fn unknown(what: &str, name: &str) -> UpstreamFault {
    UpstreamFault::Refused(ErrorData::invalid_params(format!("Unknown {what}: {name}"), None))
}

#[async_trait]
impl Upstream for Desk {
    async fn offer(&self) -> Result<Offer, UpstreamFault> {
        let tools = vec![
            deploy_site::tool(),
            get_site::tool(),
            list_deployments::tool(),
            list_sites::tool(),
            read_logs::tool(),
        ];
        Ok(Offer { instructions: Some(INSTRUCTIONS.to_owned()), tools, ..Offer::default() })
    }

    async fn call(&self, call: CallToolRequestParams, _: Hearing) -> Result<CallToolResponse, UpstreamFault> {
        let arguments = call.arguments.unwrap_or_default();
        let given = self.run(&call.name, arguments).await.ok_or_else(|| unknown("tool", &call.name))?;
        let refused = |refusal: Refusal| CallToolResult::error(vec![ContentBlock::text(refusal.to_string())]);
        Ok(given.map_or_else(refused, CallToolResult::structured).into())
    }

    async fn read(
        &self,
        request: ReadResourceRequestParams,
        _: Hearing,
    ) -> Result<ReadResourceResponse, UpstreamFault> {
        Err(unknown("resource", &request.uri))
    }

    async fn prompt(&self, request: GetPromptRequestParams, _: Hearing) -> Result<GetPromptResponse, UpstreamFault> {
        Err(unknown("prompt", &request.name))
    }

    async fn complete(&self, _: CompleteRequestParams) -> Result<CompleteResult, UpstreamFault> {
        Ok(CompleteResult::default())
    }
}
