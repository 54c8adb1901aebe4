#![doc = include_str!("../README.md")]

mod caller;
pub mod calls;
pub mod describe;
mod error;
pub mod filesystem;
mod folders;
mod mcp;
mod meter;
mod model;
mod news;
mod offers;
mod reach;
mod schema;
pub mod servers;
mod service;
pub mod upstream;
pub mod upstreams;
pub mod versions;

pub use caller::{Caller, Protocol};
pub use error::{McpError, Quota, Sunset};
pub use mcp::{Mcp, McpParts, Opened};
pub use meter::{Meter, TOOL_CALLS, Ticket, Unmetered};
pub use model::{BadServerName, ServerName};
pub use news::{Follower, Lists};
pub use offers::{Health, Known, KnownTool};
/// The words of the protocol, as the SDK has them.
pub use rmcp::model as protocol;
pub use service::{Called, Continuation, McpService, Seen, ToolCall, View};
