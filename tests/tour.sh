#!/usr/bin/env bash
# A newcomer's first ten minutes, played against a gateway of its own. Needs curl and a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
source tests/stage.sh
# A plan so small that its limit can be hit by hand.
printf '[[plan]]\nname = "free"\nrequests_per_minute = 3\n\n[[plan]]\nname = "enterprise"\nrequests_per_minute = 1000\n' >"$home/plans.toml"
export MAINSTAY_PLANS_FILE="$home/plans.toml"

step '1. Set up: the owner, a workspace and a key that may do everything'
set_up
sed 's/\(sk_live_...\)[^"]*/\1…/' "$home/setup.json"

step '2. Serve'
serve
ask 200 GET /health

step '3. Who am I?'
ask 200 GET /api/v1/me -H "$(as "$key")"

step '4. Workspaces: list them, make one'
ask 200 GET /api/v1/workspaces -H "$(as "$key")"
ask 201 POST /api/v1/workspaces -H "$(as "$key")" "${json[@]}" '{"name": "Second Act"}'

step '5. A key that may only read'
ask 201 POST /api/v1/api-keys -H "$(as "$key")" "${json[@]}" \
  '{"name": "Reader", "scopes": ["workspaces:read"], "rate_limit_tier": "free"}'
reader="$(answer key)"
reader_id="$(answer id)"

step '6. It is refused what its scopes do not say'
ask 403 POST /api/v1/workspaces -H "$(as "$reader")" "${json[@]}" '{"name": "Not allowed"}'

step '7. Three requests a minute, and no more'
ask 200 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
ask 200 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
ask 429 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
grep -i -E '^(x-ratelimit|retry-after)' "$home/head"

step '8. Rotate it: the old one works on for a day'
ask 200 POST "/api/v1/api-keys/$reader_id/rotate" -H "$(as "$key")"
reader="$(answer key)"
ask 200 GET /api/v1/me -H "$(as "$reader")"

step '9. The same request twice, with an idempotency key: it runs once'
ask 201 POST /api/v1/workspaces -H "$(as "$key")" -H 'Idempotency-Key: tour-1' "${json[@]}" '{"name": "Once"}'
ask 201 POST /api/v1/workspaces -H "$(as "$key")" -H 'Idempotency-Key: tour-1' "${json[@]}" '{"name": "Once"}'
grep -i '^idempotent-replayed' "$home/head"

step '10. A person logs in'
ask 200 POST /api/auth/token/ "${json[@]}" '{"email": "ada@example.com", "password": "correct horse battery staple"}'
access="$(answer access)"
ask 200 GET /api/auth/me/ -H "$(as "$access")"

step 'That was the tour. The whole API stands at /docs of a running gateway.'
