//! What is asked over a line.

use super::line::Line;
use super::lists;
use crate::upstream::{Hearing, Offer, Upstream, UpstreamFault};
use async_trait::async_trait;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CallToolResponse, CallToolResult, ClientRequest, CompleteRequest,
    CompleteRequestParams, CompleteResult, GetPromptRequest, GetPromptRequestParams, GetPromptResponse,
    ReadResourceRequest, ReadResourceRequestParams, ReadResourceResponse, ServerResult,
};

#[async_trait]
impl Upstream for Line {
    async fn offer(&self) -> Result<Offer, UpstreamFault> {
        let _permit = self.permit()?;
        self.timed(async { lists::offer(&*self.connection().await?).await }).await
    }

    async fn call(&self, call: CallToolRequestParams, hearing: Hearing) -> Result<CallToolResponse, UpstreamFault> {
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
        request: ReadResourceRequestParams,
        hearing: Hearing,
    ) -> Result<ReadResourceResponse, UpstreamFault> {
        match self.ask(ClientRequest::ReadResourceRequest(ReadResourceRequest::new(request)), hearing).await? {
            ServerResult::ReadResourceResult(result) => Ok(ReadResourceResponse::Complete(result)),
            ServerResult::InputRequiredResult(result) => Ok(ReadResourceResponse::InputRequired(result)),
            _ => Err(unlike("a resource")),
        }
    }

    async fn prompt(
        &self,
        request: GetPromptRequestParams,
        hearing: Hearing,
    ) -> Result<GetPromptResponse, UpstreamFault> {
        match self.ask(ClientRequest::GetPromptRequest(GetPromptRequest::new(request)), hearing).await? {
            ServerResult::GetPromptResult(result) => Ok(GetPromptResponse::Complete(result)),
            ServerResult::InputRequiredResult(result) => Ok(GetPromptResponse::InputRequired(result)),
            _ => Err(unlike("a prompt")),
        }
    }

    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, UpstreamFault> {
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

fn unlike(wanted: &str) -> UpstreamFault {
    UpstreamFault::Broken(format!("it is not {wanted}"))
}
