//! What is told of servers.

mainstay_kernel::event_types! {
    SERVER_CREATED = "mcp_server.created", "An MCP server was registered.";
    SERVER_UPDATED = "mcp_server.updated", "An MCP server or what may be done with it was changed.";
    SERVER_DELETED = "mcp_server.deleted", "An MCP server was deleted.";
}
