//! What is asked over a line.

use super::line::Line;
use super::lists;
use crate::upstream::{Hearing, Offer, Upstream, UpstreamFault};
use async_trait::async_trait;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CallToolResponse, CallToolResult, ClientRequest, CompleteRequest,
    CompleteRequestParams, CompleteResult, GetPromptRequest, GetPromptRequestParams, GetPromptResponse,
    ReadResourceRequest, ReadResourceRequestParams, ReadResourceResponse, RequestMetaObject, ServerResult,
};

/// What a caller says of its own connection, which is not the one to the server (MCP 2026-07-28, "Request metadata").
const OF_A_CONNECTION: [&str; 4] = [
    "progressToken",
    "io.modelcontextprotocol/protocolVersion",
    "io.modelcontextprotocol/clientInfo",
    "io.modelcontextprotocol/clientCapabilities",
];

#[async_trait]
impl Upstream for Line {
    async fn offer(&self) -> Result<Offer, UpstreamFault> {
        let _permit = self.permit()?;
        self.timed(async { lists::offer(&*self.connection().await?, self.bounds().most_bytes).await }).await
    }

    async fn call(&self, mut call: CallToolRequestParams, hearing: Hearing) -> Result<CallToolResponse, UpstreamFault> {
        keep_to_ourselves(&mut call.meta);
        match self.ask(ClientRequest::CallToolRequest(CallToolRequest::new(call)), hearing).await? {
            ServerResult::CallToolResult(result) => Ok(CallToolResponse::Complete(result)),
            ServerResult::InputRequiredResult(result) => Ok(CallToolResponse::InputRequired(result)),
            ServerResult::CreateTaskResult(result) => Ok(CallToolResponse::Task(result)),
            // A result without content is what some servers say of a tool that has nothing to say.
            ServerResult::EmptyResult(_) => Ok(CallToolResponse::Complete(CallToolResult::default())),
            _ => Err(unlike("a tool's result")),
        }
    }

    async fn read(
        &self,
        mut request: ReadResourceRequestParams,
        hearing: Hearing,
    ) -> Result<ReadResourceResponse, UpstreamFault> {
        keep_to_ourselves(&mut request.meta);
        match self.ask(ClientRequest::ReadResourceRequest(ReadResourceRequest::new(request)), hearing).await? {
            ServerResult::ReadResourceResult(result) => Ok(ReadResourceResponse::Complete(result)),
            ServerResult::InputRequiredResult(result) => Ok(ReadResourceResponse::InputRequired(result)),
            _ => Err(unlike("a resource")),
        }
    }

    async fn prompt(
        &self,
        mut request: GetPromptRequestParams,
        hearing: Hearing,
    ) -> Result<GetPromptResponse, UpstreamFault> {
        keep_to_ourselves(&mut request.meta);
        match self.ask(ClientRequest::GetPromptRequest(GetPromptRequest::new(request)), hearing).await? {
            ServerResult::GetPromptResult(result) => Ok(GetPromptResponse::Complete(result)),
            ServerResult::InputRequiredResult(result) => Ok(GetPromptResponse::InputRequired(result)),
            _ => Err(unlike("a prompt")),
        }
    }

    async fn complete(&self, mut request: CompleteRequestParams) -> Result<CompleteResult, UpstreamFault> {
        keep_to_ourselves(&mut request.meta);
        let request = ClientRequest::CompleteRequest(CompleteRequest::new(request));
        match self.ask(request, Hearing::default()).await? {
            ServerResult::CompleteResult(result) => Ok(result),
            _ => Err(unlike("a completion")),
        }
    }
}

impl Line {
    async fn ask(&self, request: ClientRequest, hearing: Hearing) -> Result<ServerResult, UpstreamFault> {
        let _permit = self.permit()?;
        self.timed(async { self.connection().await?.ask(request, hearing).await }).await
    }

    /// What becomes of this within the time of a request.
    async fn timed<T>(&self, asked: impl Future<Output = Result<T, UpstreamFault>>) -> Result<T, UpstreamFault> {
        let within = self.bounds().within;
        let answer = tokio::time::timeout(within, asked).await.unwrap_or(Err(UpstreamFault::TimedOut(within)));
        if matches!(answer, Ok(_) | Err(UpstreamFault::Refused(_))) {
            self.answered();
        }
        answer
    }
}

fn keep_to_ourselves(meta: &mut Option<RequestMetaObject>) {
    if let Some(meta) = meta {
        meta.retain(|key, _| !OF_A_CONNECTION.contains(&key.as_str()));
    }
}

fn unlike(wanted: &str) -> UpstreamFault {
    UpstreamFault::Broken(format!("it is not {wanted}"))
}
