#!/usr/bin/env bash
# Stock clients of MCP reach stock servers through a gateway of its own: the SDKs for Python and TypeScript, and the servers
# everything, filesystem, memory (npm), git and time (PyPI), none of which knows anything of this gateway. They are fetched at
# fixed versions into target/tools; where they cannot be, nothing is played and that is said. Needs curl, git, python3 with
# pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
oldest_node=20
source tests/fetch.sh
fetch_or_skip mcp
source tests/stage.sh
export BASE="$base" FOLDER="$home/folder" REPOSITORY="$home/repository"
export MAINSTAY_MCP_FILE="$home/mcp.toml" MAINSTAY_OAUTH_REGISTRATION=true MAINSTAY_PUBLIC_URL="$base"

mkdir "$FOLDER" && echo hello >"$FOLDER/a.txt"
git init --quiet "$REPOSITORY"

# server ID MODULE [ARGUMENT...]: a server that a package of npm brings, and one that a package of PyPI does.
node_server() {
  local id="$1" package="$2" arguments=''
  shift 2
  for argument in "$@"; do arguments+=", \"$argument\""; done
  printf '[[server]]\nid = "%s"\ncommand = "%s"\nargs = ["%s"%s]\n\n' "$id" "$(command -v node)" \
    "$tools/mcp/node/node_modules/@modelcontextprotocol/server-$package/dist/index.js" "$arguments"
}
python_server() {
  printf '[[server]]\nid = "%s"\ncommand = "%s"\nargs = ["-m", "%s"]\nenv = { PYTHONPATH = "%s" }\n\n' "$1" \
    "$(command -v python3)" "$2" "$tools/mcp/python"
}

{
  printf '[[server]]\nid = "filesystem"\nname = "Filesystem Server"\nbuiltin = "filesystem"\n\n'
  node_server everything everything
  node_server memory memory
  node_server files filesystem "$FOLDER"
  python_server git mcp_server_git
  python_server time mcp_server_time
} >"$MAINSTAY_MCP_FILE"

step '1. An installation with six servers, all of which answer'
set_up
serve
export KEY="$key"
ask 200 GET /api/v1/mcp/servers -H "$(as "$key")"
[[ "$(grep -o '"health":"healthy"' "$home/answer" | wc -l)" == 6 ]]

step '2. The SDK for Python, in the newest revision and in the older ones'
PYTHONPATH="$tools/mcp/python" python3 tests/mcp/python/agent.py

step '3. The SDK for TypeScript'
node "$tools/mcp/node/agent.mjs"

step '4. A person logs in to the SDK for Python, which registers itself and gets tokens for this alone'
EMAIL=ada@example.com PASSWORD='correct horse battery staple' \
  PYTHONPATH="$tools/mcp/python:tests/clients/python" timeout 120 python3 tests/mcp/python/person.py

step '5. A server that is killed is started again, and takes nothing from the others'
pkill -KILL -P "$gateway" -f server-memory
for _ in {1..100}; do
  status="$(curl -sS -o "$home/answer" -w '%{http_code}' -H "$(as "$key")" "${json[@]}" \
    '{"server": "memory", "tool": "read_graph", "arguments": {}}' "$base/api/v1/mcp/tools/call")"
  if [[ "$status" == 200 ]]; then break; fi
  sleep 0.1
done
[[ "$status" == 200 ]]

step '6. Every call stands in the log'
ask 200 GET '/api/v1/mcp/calls?per_page=1' -H "$(as "$key")"
(($(grep -o '"total":[0-9]*' "$home/answer" | cut -d: -f2) >= 20))

step '7. The lines in the README, as they stand there, on a fresh installation; no process outlives a gateway'
kill "$gateway" && wait "$gateway" || true
[[ "$(pgrep -f "$tools/mcp/node/node_modules" | wc -l)" == 0 ]]
rm -rf "$home/data"
unset MAINSTAY_MCP_FILE
set_up
serve
sed -n '/^# An agent looks around$/,/^```$/{/^```$/d;p}' README.md | sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/g" >"$home/agent.py"
KEY="$key" PYTHONPATH="$tools/mcp/python" timeout 60 python3 "$home/agent.py" | tee "$home/told" | sed 's/^/  /'
grep -q 'filesystem__read_file' "$home/told"
grep -q 'Buy milk.' "$home/told"

step 'Stock clients and stock servers were content.'
