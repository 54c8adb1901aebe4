//! Servers that are a few lines of shell.

use super::world::World;
use mainstay_mcp::upstreams::Address;

/// Begins as the older revisions do, and does what a test says when a tool is called. Its number is in the file `process`.
const SERVER: &str = r#"
say() { printf '%s\n' "$1"; }
result() { say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":$1}"; }
text() { result "{\"content\":[{\"type\":\"text\",\"text\":\"$1\"}]}"; }
tell() { say "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/$1\",\"params\":{$2}}"; }
begin() { result '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"shell","version":"1"}}'; }
echo $$ >> process
while IFS= read -r line; do
  rest=${line#*\"id\":}; id=${rest%%[,\}]*}
  case "$line" in
    *'"server/discover"'*) say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32601,\"message\":\"unknown\"}}";;
    *'"initialize"'*) begin;;
    *'"notifications/cancelled"'*) echo "$line" >> cancelled;;
    *'"tools/list"'*) LIST;;
    *'"tools/call"'*) CALL;;
  esac
done
"#;

impl World {
    /// Does this when a tool is called.
    pub(crate) fn shell(&self, call: &str) -> Address {
        self.script(&SERVER.replace("CALL", call).replace("LIST", r#"result '{"tools":[]}'"#))
    }

    /// Does this when it is asked for its tools.
    pub(crate) fn shell_listing(&self, list: &str) -> Address {
        self.script(&SERVER.replace("CALL", "text hello").replace("LIST", list))
    }

    /// Is nothing but this.
    pub(crate) fn script(&self, script: &str) -> Address {
        self.process("/bin/sh", &["-c", script], &[])
    }

    /// The processes that were started for it, the latest last.
    pub(crate) fn started(&self) -> Vec<String> {
        let numbers = std::fs::read_to_string(self.folder.path().join("process")).unwrap_or_default();
        numbers.lines().map(str::to_owned).collect()
    }
}
