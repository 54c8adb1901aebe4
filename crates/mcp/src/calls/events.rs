//! What is told of calls.

mainstay_kernel::event_types! {
    TOOL_EXECUTED = "mcp.tool.executed", "A tool of an MCP server was called, whether it succeeded or not.";
}
