//! The rules of the MCP gateway.

mod filesystem;
mod house;
mod upstreams;
