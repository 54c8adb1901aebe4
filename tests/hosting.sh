#!/usr/bin/env bash
# A newcomer hosts a site: deploys it from a repository that git's own program serves over HTTP, opens it in a real browser,
# breaks it, reads why, rolls back, and lets a build make it; then a program of Node, which is given a database and deployed on
# push. Needs curl, git, openssl, python3, Chromium and a built `mainstay`; the program needs boxes and Node, and its database
# is of the server of MAINSTAY_TEST_POSTGRES_URL, or a file where there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
source tests/stage.sh
# The repository is on this machine, and spoken to without TLS.
export MAINSTAY_WEBHOOKS_ALLOW_PRIVATE=true
browser="$(command -v chromium || command -v chromium-browser)"

if [[ -n "${MAINSTAY_TEST_POSTGRES_URL:-}" ]]; then
  export MAINSTAY_HOSTING_POSTGRES_URL="$MAINSTAY_TEST_POSTGRES_URL"
fi

repository="$home/repositories/app"
git_port=$((port + 1))

# Commits a file of the repository: commit FILE TEXT.
commit() {
  mkdir -p "$(dirname "$repository/$1")"
  printf '%s\n' "$2" >"$repository/$1"
  git -C "$repository" add --all
  git -C "$repository" -c user.name=Ada -c user.email=ada@example.com commit --quiet --message "Write $1"
}

# What a visitor of the site sees; curl and browsers know that names below localhost are this machine.
see() { curl -sS "$live$1"; }

# Fails unless the visitor sees this: must_see PATH TEXT.
must_see() {
  local seen
  seen="$(see "$1")"
  printf '  a visitor of %s sees: %s\n' "$1" "$seen"
  if [[ "$seen" != *"$2"* ]]; then
    echo "expected to see $2" >&2
    exit 1
  fi
}

step 'A repository, served by git http-backend'
git init --quiet --initial-branch=main "$repository"
commit index.html '<!doctype html><title>App</title><h1>One</h1>'
python3 tests/hosting/git_server.py "$home/repositories" "$git_port" &
beside+=("$!")

set_up
serve

step '1. Deploy it'
ask 201 POST '/api/sites?wait=30' -H "$(as "$key")" "${json[@]}" \
  "{\"name\": \"app\", \"type\": \"git\", \"repository\": \"http://127.0.0.1:$git_port/app\", \"branch\": \"main\"}"
[[ "$(answer status)" == RUNNING ]]
site="/api/sites/$(answer id)"
live="$(answer liveUrl)"

step '2. Open it, in a browser'
must_see / '<h1>One</h1>'
"$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --user-data-dir="$home/browser" --virtual-time-budget=2000 \
  --dump-dom "$live/" 2>/dev/null >"$home/page"
grep -o '<title>App</title>' "$home/page"

step '3. Change it, and deploy again'
commit index.html '<!doctype html><title>App</title><h1>Two</h1>'
ask 200 PATCH "$site?wait=30" -H "$(as "$key")" "${json[@]}" '{"action": "deploy"}'
must_see / '<h1>Two</h1>'

step '4. Break it'
ask 200 PATCH "$site?wait=30" -H "$(as "$key")" "${json[@]}" '{"action": "deploy", "branch": "nowhere"}'
must_see / '<h1>Two</h1>'

step '5. Read why'
ask 200 GET "$site/deployments?limit=1" -H "$(as "$key")"
[[ "$(answer reason)" == REVISION_NOT_FOUND ]]
ask 200 GET "$site/logs?limit=3" -H "$(as "$key")"

step '6. Roll back'
ask 200 POST "$site/rollback?wait=30" -H "$(as "$key")" "${json[@]}" '{}'
must_see / '<h1>One</h1>'

step '7. Let a build make it, in a box of its own'
ask 200 GET /api/hosting/capabilities -H "$(as "$key")"
builds="$(answer builds)"
commit make.sh 'mkdir -p out && echo "<h1>Built by $(id -u) with $NAME</h1>" >out/index.html && echo done'
ask 200 PATCH "$site/env" -H "$(as "$key")" "${json[@]}" '{"env": {"NAME": "a variable"}, "scope": "build"}'
ask 200 PATCH "$site" -H "$(as "$key")" "${json[@]}" '{"buildCommand": "sh make.sh"}'
ask 200 PATCH "$site?wait=60" -H "$(as "$key")" "${json[@]}" '{"action": "deploy"}'
if [[ "$builds" == true ]]; then
  must_see / 'with a variable'
fi
ask 200 GET "$site/logs?source=build&limit=4" -H "$(as "$key")"

step '8. Stop it, start it, delete it, change your mind'
ask 200 PATCH "$site" -H "$(as "$key")" "${json[@]}" '{"action": "stop"}'
must_see / 'This site is stopped.'
ask 200 PATCH "$site" -H "$(as "$key")" "${json[@]}" '{"action": "start"}'
ask 400 PATCH "$site" -H "$(as "$key")" "${json[@]}" '{"action": "delete"}'
ask 202 PATCH "$site" -H "$(as "$key")" "${json[@]}" '{"action": "delete", "confirm": "app"}'
must_see / 'This site is stopped.'
ask 200 POST "$site/restore" -H "$(as "$key")" "${json[@]}" '{}'
ask 200 GET "$site" -H "$(as "$key")"

if [[ "$builds" != true ]] || ! command -v node >/dev/null; then
  echo 'left out: programs need boxes and Node'
  exit
fi

step '9. A program of Node answers'
repository="$home/repositories/hello"
git init --quiet --initial-branch=main "$repository"
commit package.json '{"scripts": {"start": "node server.js"}}'
commit server.js 'const { DATABASE_URL = "nothing" } = process.env;
require("node:http").createServer((_, answer) => answer.end(`Hello with ${DATABASE_URL.split(":")[0]}`)).listen(process.env.PORT, "127.0.0.1");'
ask 201 POST '/api/sites?wait=60' -H "$(as "$key")" "${json[@]}" \
  "{\"name\": \"hello\", \"type\": \"git\", \"repository\": \"http://127.0.0.1:$git_port/hello\", \"branch\": \"main\"}"
[[ "$(answer status)" == RUNNING ]]
own="$(answer id)"
site="/api/sites/$own"
live="$(answer liveUrl)"
must_see / 'Hello with nothing'

step '10. Give it a database'
type=sqlite
if [[ -n "${MAINSTAY_HOSTING_POSTGRES_URL:-}" ]]; then type=postgresql; fi
ask 201 POST /api/databases -H "$(as "$key")" "${json[@]}" "{\"name\": \"hello-db\", \"type\": \"$type\", \"siteId\": \"$own\"}"
database="/api/databases/$(answer id)"
ask 200 PATCH "$site?wait=60" -H "$(as "$key")" "${json[@]}" '{"action": "restart"}'
must_see / "Hello with ${type/postgresql/postgres}"
ask 201 POST "$database/backups" -H "$(as "$key")" "${json[@]}" '{}'
ask 200 GET "$database" -H "$(as "$key")"

step '11. Deploy on push, as GitHub tells it'
ask 200 POST "$site/hook/rotate" -H "$(as "$key")" "${json[@]}" '{}'
hook="/api/hooks/git/$(answer url | sed 's|.*/||')"
secret="$(answer secret)"
commit server.js 'require("node:http").createServer((_, answer) => answer.end("Pushed")).listen(process.env.PORT, "127.0.0.1");'
commit="$(git -C "$repository" rev-parse HEAD)"
push="{\"ref\": \"refs/heads/main\", \"after\": \"$commit\", \"repository\": {\"default_branch\": \"main\",
  \"clone_url\": \"http://127.0.0.1:$git_port/hello\"},
  \"commits\": [{\"id\": \"$commit\", \"message\": \"Push\", \"added\": [], \"modified\": [\"server.js\"], \"removed\": []}]}"
signature="$(printf '%s' "$push" | openssl dgst -sha256 -hmac "$secret" | sed 's/.* //')"
ask 401 POST "$hook" -H 'X-GitHub-Event: push' -H 'X-Hub-Signature-256: sha256=00' "${json[@]}" "$push"
ask 202 POST "$hook" -H 'X-GitHub-Event: push' -H "X-Hub-Signature-256: sha256=$signature" "${json[@]}" "$push"
for _ in {1..300}; do
  if [[ "$(see /)" == Pushed ]]; then break; fi
  sleep 0.1
done
must_see / Pushed

step '12. Give it a domain: what its name servers are to show'
ask 201 POST "$site/domains" -H "$(as "$key")" "${json[@]}" '{"domain": "shop.example.com"}'

step '13. Delete it, and its database at once: nothing of them runs on'
ask 202 DELETE "$site" -H "$(as "$key")"
ask 202 DELETE "$database" -H "$(as "$key")"
ask 202 DELETE "$database?purge=true" -H "$(as "$key")"
instances="$MAINSTAY_DATA_DIR/hosting/sites/$own/instances"
for _ in {1..300}; do
  if [[ -z "$(ls "$instances" 2>/dev/null)" ]]; then break; fi
  sleep 0.1
done
[[ -z "$(ls "$instances" 2>/dev/null)" ]] || { echo "a deleted site still runs" >&2; exit 1; }

step 'That was hosting. Everything it did is in the audit log:'
ask 200 GET '/api/v1/audit-log?per_page=3' -H "$(as "$key")"
