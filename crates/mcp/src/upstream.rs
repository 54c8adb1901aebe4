//! A server as it is spoken to, for one workspace.

mod fault;
mod hearing;
mod offer;

pub use fault::UpstreamFault;
pub use hearing::{Heard, Hearing};
pub use offer::Offer;

use crate::caller::Caller;
use async_trait::async_trait;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, GetPromptRequestParams,
    GetPromptResponse, ReadResourceRequestParams, ReadResourceResponse,
};
use std::sync::Arc;

/// A server of this process that is others' affair: for each caller it is a server of its own.
pub trait Resident: Send + Sync {
    /// The server as this caller meets it.
    fn of(&self, caller: &Caller) -> Arc<dyn Upstream>;
}

/// What answers the questions of the protocol. All methods may be called by many at once; a future that is dropped
/// stops the work for it, as far as the upstream lets itself be stopped.
///
/// Names of tools and prompts and the addresses of resources are the upstream's own.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// What it has, asked anew: all pages of all its lists.
    async fn offer(&self) -> Result<Offer, UpstreamFault>;

    /// Calls a tool. A tool that says of itself that it failed is a result with `isError`, not a fault.
    async fn call(&self, call: CallToolRequestParams, hearing: Hearing) -> Result<CallToolResponse, UpstreamFault>;

    /// Reads a resource.
    async fn read(
        &self,
        request: ReadResourceRequestParams,
        hearing: Hearing,
    ) -> Result<ReadResourceResponse, UpstreamFault>;

    /// Fills in a prompt.
    async fn prompt(
        &self,
        request: GetPromptRequestParams,
        hearing: Hearing,
    ) -> Result<GetPromptResponse, UpstreamFault>;

    /// Proposes how an argument goes on.
    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, UpstreamFault>;
}
