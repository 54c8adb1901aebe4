//! The rules of the MCP gateway.

mod upstreams;
