#!/usr/bin/env bash
# Stock OpenID Connect clients log a person in, played against a gateway of its own: `openid-client` and `jose` (npm) and
# `authlib` (PyPI), none of which was written with this provider in mind. They are fetched at fixed versions into
# target/tools; where they cannot be, nothing is played and that is said. Needs curl, python3 with pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
oldest_node=20
source tests/fetch.sh
fetch_or_skip clients
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
