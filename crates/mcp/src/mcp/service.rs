//! What callers do with servers.

use super::Mcp;
use super::running::{Open, Running};
use crate::caller::Caller;
use crate::calls::{Outcome, redacted};
use crate::error::McpError;
use crate::meter::Ticket;
use crate::model::ServerName;
use crate::news::Follower;
use crate::offers::{Asking, Known, KnownTool, complaints};
use crate::servers::Server;
use crate::service::{Called, McpService, Seen, ToolCall, View};
use crate::upstream::{Hearing, Upstream, UpstreamFault};
use crate::versions::{Chosen, choose};
use async_trait::async_trait;
use futures_util::future::join_all;
use mainstay_schemas::Schema;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, ErrorCode, ErrorData,
    GetPromptRequestParams, GetPromptResponse, ReadResourceRequestParams, ReadResourceResponse,
};
use std::sync::Arc;

#[async_trait]
impl McpService for Mcp {
    async fn seen(&self, caller: &Caller) -> Result<Vec<Seen>, McpError> {
        let roster = self.directory.of(caller.workspace).await?;
        let visible = roster.iter().filter(|server| caller.sees(server));
        Ok(join_all(visible.map(|server| self.look_at(caller, Arc::clone(server)))).await)
    }

    async fn seen_one(&self, caller: &Caller, server: &ServerName) -> Result<Seen, McpError> {
        let server = self.directory.server(caller.workspace, server).await?;
        if caller.sees(&server) { Ok(self.look_at(caller, server).await) } else { Err(McpError::NoServer) }
    }

    async fn usable(&self, caller: &Caller, server: &ServerName) -> Result<(), McpError> {
        self.server(caller, server).await.map(drop)
    }

    async fn tool(&self, caller: &Caller, server: &ServerName, tool: &str) -> Result<Option<Arc<KnownTool>>, McpError> {
        let (_, server) = self.server(caller, server).await?;
        let known = self.offers.known(caller.workspace, server.name());
        Ok(known.and_then(|known| known.tool(tool).cloned()).filter(|_| server.policy.allows(tool)))
    }

    fn follow(&self, caller: &Caller, only: Option<&ServerName>) -> Follower {
        self.offers.follow(caller, only)
    }

    async fn call(
        &self,
        caller: &Caller,
        server: &ServerName,
        call: ToolCall,
        hearing: Hearing,
    ) -> Result<Called, McpError> {
        caller.must_be_for(server)?;
        let (roster, server) = self.server(caller, server).await?;
        let name = server.name();
        let (upstream, known) = self.asked(caller, &server, Asking::Insists).await?;
        let tool = known.tool(&call.tool).filter(|_| server.policy.allows(&call.tool));
        let tool = tool.ok_or_else(|| McpError::NoTool { server: name.clone() })?;
        let versions = roster.versions(name, &call.tool);
        let chosen = choose((name, &call.tool), call.version.as_deref(), versions, self.clock.now())?;
        let mut running = Running::begin(&self.meter, &self.log, self.open(caller, name, &call, tool, &chosen));
        let answer = self.answer(caller, name, (&call, tool, &chosen), (&*upstream, hearing), &mut running).await;
        let outcome = Outcome::of_answer(&answer);
        let duration = running.end(outcome, failure(&answer)).await;
        Ok(Called { response: answer?, chosen, took: duration })
    }

    async fn read(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: ReadResourceRequestParams,
        hearing: Hearing,
    ) -> Result<ReadResourceResponse, McpError> {
        let (_, server) = self.server(caller, server).await?;
        let upstream = self.reach.to(caller, &server).await?;
        let answer = self.timed(caller, server.name(), upstream.read(request, hearing)).await;
        answer.map_err(unless_unknown)
    }

    async fn prompt(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: GetPromptRequestParams,
        hearing: Hearing,
    ) -> Result<GetPromptResponse, McpError> {
        let (_, server) = self.server(caller, server).await?;
        let (upstream, known) = self.asked(caller, &server, Asking::Insists).await?;
        if !known.offer.prompts.iter().any(|prompt| prompt.name == request.name) {
            return Err(McpError::NoPrompt);
        }
        Ok(self.timed(caller, server.name(), upstream.prompt(request, hearing)).await?)
    }

    async fn complete(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: CompleteRequestParams,
    ) -> Result<CompleteResult, McpError> {
        let (_, server) = self.server(caller, server).await?;
        let (upstream, known) = self.asked(caller, &server, Asking::Insists).await?;
        if !known.offer.completes {
            return Ok(CompleteResult::default());
        }
        Ok(self.timed(caller, server.name(), upstream.complete(request)).await?)
    }
}

impl Mcp {
    /// A server as the caller sees it. One that does not answer offers nothing, and takes nothing from the others.
    async fn look_at(&self, caller: &Caller, server: Arc<Server>) -> Seen {
        let (workspace, name) = (caller.workspace, server.name());
        let upstream = if server.policy.is_enabled { self.reach.to(caller, &server).await.ok() } else { None };
        let (known, health) = match upstream {
            Some(upstream) => self.offers.look(workspace, name, &upstream).await,
            None => (None, self.offers.health(workspace, name)),
        };
        let tools = known.as_ref().map(|known| allowed_tools(&server, known)).unwrap_or_default();
        Seen { server, health, view: View { known, tools } }
    }

    fn open(&self, caller: &Caller, server: &ServerName, call: &ToolCall, tool: &KnownTool, chosen: &Chosen) -> Open {
        Open {
            caller: caller.clone(),
            server: server.clone(),
            tool: call.tool.clone(),
            version: chosen.version.clone(),
            arguments: redacted(&call.arguments, &tool.tool.input_schema),
            at: self.clock.now(),
            ticket: None,
        }
    }

    /// The answer of a server to a call whose arguments are right and for which there is a ticket.
    async fn answer(
        &self,
        caller: &Caller,
        server: &ServerName,
        (call, tool, chosen): (&ToolCall, &Arc<KnownTool>, &Chosen),
        (upstream, hearing): (&dyn Upstream, Hearing),
        running: &mut Running,
    ) -> Result<CallToolResponse, McpError> {
        let wrong = complaints(&input(tool, chosen), &call.arguments).await;
        if !wrong.is_empty() {
            return Err(McpError::Invalid(wrong));
        }
        let ticket: Ticket = self.meter.take(caller).await?;
        running.hold(ticket);
        let mut params = CallToolRequestParams::new(call.tool.clone());
        params.arguments = Some(call.arguments.clone());
        params.input_responses.clone_from(&call.continuation.input_responses);
        params.request_state.clone_from(&call.continuation.request_state);
        Ok(self.timed(caller, server, upstream.call(params, hearing)).await?)
    }
}

/// What the arguments must be: as the version says, else as the server does.
fn input(tool: &Arc<KnownTool>, chosen: &Chosen) -> Arc<Schema> {
    let declared = chosen.declared.as_ref().and_then(|version| version.input_schema.as_ref());
    Arc::clone(declared.unwrap_or_else(|| tool.input()))
}

fn allowed_tools(server: &Server, known: &Known) -> Vec<rmcp::model::Tool> {
    known.offer.tools.iter().filter(|tool| server.policy.allows(&tool.name)).cloned().collect()
}

/// Why a call failed, in a sentence for the log.
fn failure(answer: &Result<CallToolResponse, McpError>) -> Option<String> {
    const LONGEST: usize = 500;
    let text = match answer {
        Ok(CallToolResponse::Complete(result)) if result.is_error == Some(true) => {
            let said = result.content.iter().find_map(|block| block.as_text().map(|text| text.text.clone()));
            said.unwrap_or_else(|| "The tool failed.".to_owned())
        }
        Ok(_) => return None,
        Err(McpError::Invalid(wrong)) => {
            let told: Vec<String> = wrong.iter().map(|wrong| format!("{}: {}", wrong.field, wrong.message)).collect();
            told.join(" ")
        }
        Err(McpError::Store(_)) => "The database is away.".to_owned(),
        Err(cause) => cause.to_string(),
    };
    Some(text.chars().filter(|letter| *letter != '\0').take(LONGEST).collect())
}

/// What a server refuses because it does not know it is not there. Where that has no code of its own, as in the newest
/// revision, the address stands beside it (SEP-2164).
fn unless_unknown(fault: UpstreamFault) -> McpError {
    let names_address = |error: &ErrorData| error.data.as_ref().is_some_and(|data| data.get("uri").is_some());
    match fault {
        UpstreamFault::Refused(error)
            if error.code == ErrorCode::RESOURCE_NOT_FOUND
                || (error.code == ErrorCode::INVALID_PARAMS && names_address(&error)) =>
        {
            McpError::NoResource(Some(Box::new(error)))
        }
        fault => fault.into(),
    }
}
