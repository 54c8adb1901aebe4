#![doc = include_str!("../README.md")]

pub mod filesystem;
mod model;
pub mod upstream;
pub mod upstreams;

pub use model::{BadServerName, ServerName};
/// The words of the protocol, as the SDK has them.
pub use rmcp::model as protocol;
