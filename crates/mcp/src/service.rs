//! The front door to what servers can do.

use crate::caller::Caller;
use crate::error::McpError;
use crate::model::ServerName;
use crate::news::Follower;
use crate::offers::{Health, Known, KnownTool};
use crate::servers::Server;
use crate::upstream::Hearing;
use crate::versions::Chosen;
use async_trait::async_trait;
use rmcp::model::{
    CallToolResponse, CompleteRequestParams, CompleteResult, GetPromptRequestParams, GetPromptResponse, Prompt,
    ReadResourceRequestParams, ReadResourceResponse, Resource, ResourceTemplate, Tool,
};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// A server as a caller sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it is.
    pub server: Arc<Server>,
    /// How it fares.
    pub health: Health,
    /// What it offers, as far as the caller may use it; empty where the server did not say.
    pub view: View,
}

/// What of an offer a caller may use.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// All of it; none where the server did not say.
    pub known: Option<Arc<Known>>,
    /// The tools that can be called.
    pub tools: Vec<Tool>,
}

impl View {
    /// The resources.
    pub fn resources(&self) -> &[Resource] {
        self.known.as_ref().map_or(&[], |known| &known.offer.resources)
    }

    /// What addresses of resources look like.
    pub fn templates(&self) -> &[ResourceTemplate] {
        self.known.as_ref().map_or(&[], |known| &known.offer.templates)
    }

    /// The prompts.
    pub fn prompts(&self) -> &[Prompt] {
        self.known.as_ref().map_or(&[], |known| &known.offer.prompts)
    }
}

/// A tool that is to be called.
#[derive(Debug, Clone, Default)]
pub struct ToolCall {
    /// The tool, under its server's name for it.
    pub tool: String,
    /// Of which version; the latest if that is not said.
    pub version: Option<String>,
    /// With what.
    pub arguments: Map<String, Value>,
    /// What else the protocol says of the call, passed on as it is: answers to what the server asked before, and what it
    /// wants to be told again.
    pub continuation: Continuation,
}

/// What goes along with a call that goes on (SEP-2322).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Continuation {
    /// Answers to what the server asked.
    pub input_responses: Option<rmcp::model::InputResponses>,
    /// What the server wants to be told again.
    pub request_state: Option<String>,
}

/// A tool that was called.
#[derive(Debug, Clone)]
pub struct Called {
    /// What it answered.
    pub response: CallToolResponse,
    /// Which version answered, and what is to be told of it.
    pub chosen: Chosen,
    /// How long it took.
    pub took: Duration,
}

/// All that callers do with servers. Every method may fail with [`McpError::Store`]; those that name a server with
/// [`McpError::NoServer`], also when the caller's key is not for it, and with [`McpError::Upstream`].
#[async_trait]
pub trait McpService: Send + Sync {
    /// The servers that the caller may use, with what they offer. One that does not answer is among them, and offers
    /// nothing.
    ///
    /// # Errors
    /// None of its own.
    async fn seen(&self, caller: &Caller) -> Result<Vec<Seen>, McpError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn seen_one(&self, caller: &Caller, server: &ServerName) -> Result<Seen, McpError>;

    /// Whether the caller may use a server, which is not asked.
    ///
    /// # Errors
    /// None of its own.
    async fn usable(&self, caller: &Caller, server: &ServerName) -> Result<(), McpError>;

    /// A tool that the caller may call, as far as is known without asking its server.
    ///
    /// # Errors
    /// None of its own.
    async fn tool(&self, caller: &Caller, server: &ServerName, tool: &str) -> Result<Option<Arc<KnownTool>>, McpError>;

    /// Follows changes of the lists that the caller sees, of one server or of all. Whether the caller may use that server
    /// is the caller's matter. What other nodes hear of servers is not heard here; that somebody changed a server is,
    /// within a second.
    fn follow(&self, caller: &Caller, only: Option<&ServerName>) -> Follower;

    /// Calls a tool.
    ///
    /// # Errors
    /// [`McpError::ForbiddenServer`], [`McpError::NoTool`], [`McpError::NoVersion`], [`McpError::Sunset`],
    /// [`McpError::Invalid`] naming each wrong argument, [`McpError::QuotaExceeded`], [`McpError::NotPaid`].
    async fn call(
        &self,
        caller: &Caller,
        server: &ServerName,
        call: ToolCall,
        hearing: Hearing,
    ) -> Result<Called, McpError>;

    /// Reads a resource, under its server's name for it.
    ///
    /// # Errors
    /// [`McpError::NoResource`].
    async fn read(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: ReadResourceRequestParams,
        hearing: Hearing,
    ) -> Result<ReadResourceResponse, McpError>;

    /// Fills in a prompt, under its server's name for it.
    ///
    /// # Errors
    /// [`McpError::NoPrompt`].
    async fn prompt(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: GetPromptRequestParams,
        hearing: Hearing,
    ) -> Result<GetPromptResponse, McpError>;

    /// Proposes how an argument goes on.
    ///
    /// # Errors
    /// None of its own.
    async fn complete(
        &self,
        caller: &Caller,
        server: &ServerName,
        request: CompleteRequestParams,
    ) -> Result<CompleteResult, McpError>;
}
