//! What answers the requests of the protocol.

use super::asked_tool::ASKED;
use super::door::Door;
use super::names::parted;
use super::{complete, faults, following, lists, relay};
use mainstay_mcp::protocol::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, ErrorData, GetPromptRequestParams,
    GetPromptResponse, Implementation, InitializeRequestParams, InitializeResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
    ReadResourceRequestParams, ReadResourceResponse, Reference, ServerCapabilities, ServerConfig, SubscriptionFilter,
    Tool,
};
use mainstay_mcp::{Continuation, McpService, ServerName, ToolCall};
use rmcp::ServerHandler;
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};
use std::borrow::Cow;
use std::sync::Arc;

/// The revisions that are spoken, the newest last.
const REVISIONS: &[ProtocolVersion] = &[
    ProtocolVersion::V_2025_03_26,
    ProtocolVersion::V_2025_06_18,
    ProtocolVersion::V_2025_11_25,
    ProtocolVersion::V_2026_07_28,
];

const INSTRUCTIONS: &str =
    "The MCP servers of one workspace. Tools and prompts are named after their server: server__name.";

/// Answers for all servers of whoever asks. It keeps nothing between requests.
#[derive(Clone)]
pub(crate) struct Endpoint {
    mcp: Arc<dyn McpService>,
}

type Context = RequestContext<RoleServer>;

impl Endpoint {
    pub(crate) fn new(mcp: Arc<dyn McpService>) -> Self {
        Self { mcp }
    }

    /// Who asks, as the transport found out.
    fn door(context: &Context) -> Result<Door, ErrorData> {
        let parts = context.extensions.get::<http::request::Parts>();
        let door = parts.and_then(|parts| parts.extensions.get::<Door>()).cloned();
        let mut door = door.ok_or_else(|| ErrorData::internal_error("It is not known who asks.", None))?;
        if let Some(client) = context.meta.client_info() {
            door.caller.client = Some(format!("{}/{}", client.name, client.version).chars().take(128).collect());
        }
        Ok(door)
    }

    async fn call(&self, request: CallToolRequestParams, context: Context) -> Result<CallToolResponse, ErrorData> {
        let door = Self::door(&context)?;
        if !door.may_call {
            return Err(faults::may_not_call());
        }
        let (server, tool) = parted(door.only.as_ref(), &request.name).ok_or_else(|| faults::no_tool(&request.name))?;
        let continuation = Continuation {
            input_responses: request.input_responses.clone(),
            request_state: request.request_state.clone(),
        };
        let arguments = request.arguments.unwrap_or_default();
        let call = ToolCall { tool: tool.to_owned(), version: None, arguments, continuation };
        let answer =
            unless_gone(&context, self.mcp.call(&door.caller, &server, call, relay::hearing(&context))).await?;
        match answer {
            Ok(called) => Ok(complete::call(called.response)),
            Err(fault) => match faults::wrong_arguments(&fault) {
                Some(result) => Ok(result.into()),
                None if fault.is_unknown() => Err(faults::no_tool(&request.name)),
                None => Err(faults::told(&fault)),
            },
        }
    }

    /// The server that is meant by what is to be completed, and its own words for that.
    async fn meant(&self, door: &Door, reference: &mut Reference) -> Result<ServerName, ErrorData> {
        match reference {
            Reference::Prompt(prompt) => {
                let (server, own) =
                    parted(door.only.as_ref(), &prompt.name).ok_or_else(|| faults::no_prompt(&prompt.name))?;
                prompt.name = own.to_owned();
                Ok(server)
            }
            Reference::Resource(resource) => {
                let seen = lists::servers(&*self.mcp, door).await?;
                let server = lists::server_of_template(&seen, &resource.uri)
                    .or_else(|| lists::server_of_resource(&seen, &resource.uri));
                server.ok_or_else(|| ErrorData::invalid_params(format!("Unknown template: {}", resource.uri), None))
            }
            _ => Err(ErrorData::invalid_params("Unknown reference", None)),
        }
    }
}

/// Gives work up when whoever asked for it is gone.
async fn unless_gone<T>(context: &Context, work: impl Future<Output = T>) -> Result<T, ErrorData> {
    tokio::select! {
        done = work => Ok(done),
        () = context.ct.cancelled() => Err(faults::caller_gone()),
    }
}

impl ServerHandler for Endpoint {
    fn get_info(&self) -> ServerConfig {
        let has = ServerCapabilities::builder().enable_tools().enable_tool_list_changed();
        let has = has.enable_resources().enable_resources_list_changed();
        let has = has.enable_prompts().enable_prompts_list_changed().enable_completions();
        ServerConfig::new(has.build())
            .with_server_info(Implementation::new("mainstay", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(REVISIONS)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: Context,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        ASKED.try_with(Clone::clone).ok().flatten().filter(|tool| tool.name == name)
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        let mut accepted = requested.clone();
        accepted.resource_subscriptions = None;
        Some(accepted)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let door = Self::door(context.request_context())?;
        let mut follower = self.mcp.follow(&door.caller, door.only.as_ref());
        following::tell(&mut follower, context.sink(), context.accepted()).await;
        Ok(())
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Result<ListToolsResult, ErrorData> {
        let door = Self::door(&context)?;
        let seen = lists::servers(&*self.mcp, &door).await?;
        let (tools, next_cursor) = lists::page(lists::tools(seen, &door), request)?;
        Ok(ListToolsResult { next_cursor, ..ListToolsResult::with_all_items(tools) })
    }

    async fn call_tool(&self, request: CallToolRequestParams, context: Context) -> Result<CallToolResponse, ErrorData> {
        self.call(request, context).await
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        let door = Self::door(&context)?;
        let seen = lists::servers(&*self.mcp, &door).await?;
        let (resources, next_cursor) = lists::page(lists::resources(&seen), request)?;
        Ok(ListResourcesResult { next_cursor, ..ListResourcesResult::with_all_items(resources) })
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let door = Self::door(&context)?;
        let seen = lists::servers(&*self.mcp, &door).await?;
        let (templates, next_cursor) = lists::page(lists::templates(&seen), request)?;
        Ok(ListResourceTemplatesResult { next_cursor, ..ListResourceTemplatesResult::with_all_items(templates) })
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let door = Self::door(&context)?;
        let server = if let Some(server) = &door.only {
            server.clone()
        } else {
            let seen = lists::servers(&*self.mcp, &door).await?;
            lists::server_of_resource(&seen, &request.uri).ok_or_else(|| faults::no_resource(&request.uri))?
        };
        let answer =
            unless_gone(&context, self.mcp.read(&door.caller, &server, request, relay::hearing(&context))).await?;
        answer.map(complete::read).map_err(|fault| faults::told(&fault))
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: Context,
    ) -> Result<ListPromptsResult, ErrorData> {
        let door = Self::door(&context)?;
        let seen = lists::servers(&*self.mcp, &door).await?;
        let (prompts, next_cursor) = lists::page(lists::prompts(&seen, &door), request)?;
        Ok(ListPromptsResult { next_cursor, ..ListPromptsResult::with_all_items(prompts) })
    }

    async fn get_prompt(
        &self,
        mut request: GetPromptRequestParams,
        context: Context,
    ) -> Result<GetPromptResponse, ErrorData> {
        let door = Self::door(&context)?;
        let named = request.name.clone();
        let (server, own) = parted(door.only.as_ref(), &named).ok_or_else(|| faults::no_prompt(&named))?;
        request.name = own.to_owned();
        let answer =
            unless_gone(&context, self.mcp.prompt(&door.caller, &server, request, relay::hearing(&context))).await?;
        let answer = answer.map(complete::prompt);
        answer.map_err(|fault| if fault.is_unknown() { faults::no_prompt(&named) } else { faults::told(&fault) })
    }

    async fn complete(
        &self,
        mut request: CompleteRequestParams,
        context: Context,
    ) -> Result<CompleteResult, ErrorData> {
        let door = Self::door(&context)?;
        let server = self.meant(&door, &mut request.r#ref).await?;
        let answer = unless_gone(&context, self.mcp.complete(&door.caller, &server, request)).await?;
        answer.map(complete::completion).map_err(|fault| faults::told(&fault))
    }
}
