DROP TABLE mcp_calls;
DROP TABLE mcp_tool_versions;
DROP TABLE mcp_policies;
DROP TABLE mcp_servers;
