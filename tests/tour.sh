#!/usr/bin/env bash
# A newcomer's first ten minutes, played against a gateway of its own. Needs curl and a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
home="$(mktemp -d)"
port=$((RANDOM % 20000 + 20000))
base="http://127.0.0.1:$port"
export MAINSTAY_DATA_DIR="$home/data" MAINSTAY_LISTEN="127.0.0.1:$port" MAINSTAY_LOG=warn
# A plan so small that its limit can be hit by hand.
printf '[[plan]]\nname = "free"\nrequests_per_minute = 3\n\n[[plan]]\nname = "enterprise"\nrequests_per_minute = 1000\n' >"$home/plans.toml"
export MAINSTAY_PLANS_FILE="$home/plans.toml"

finish() {
  [[ -z "${gateway:-}" ]] || kill "$gateway" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

step() { printf '\n\033[1m%s\033[0m\n' "$1"; }

# One value of a JSON answer, by its name; the answers here are flat enough for that.
value() { grep -o "\"$1\":[^,}]*" | head -n 1 | cut -d: -f2- | tr -d '"'; }

# Sends a request, shows it and its answer, and fails when the status is not the expected one.
ask() {
  local expected="$1" method="$2" path="$3"
  shift 3
  printf '$ curl -X %s %s\n' "$method" "$path"
  local status
  status="$(curl -sS -o "$home/answer" -D "$home/head" -w '%{http_code}' -X "$method" "$base$path" "$@")"
  printf '  %s %s\n' "$status" "$(cat "$home/answer")"
  if [[ "$status" != "$expected" ]]; then
    echo "expected $expected" >&2
    exit 1
  fi
}

as() { printf 'Authorization: Bearer %s' "$1"; }
json=(-H 'Content-Type: application/json' -d)

step '1. Set up: the owner, a workspace and a key that may do everything'
printf 'correct horse battery staple' >"$home/password"
"$program" setup --email ada@example.com --password-file "$home/password" --workspace Acme --json >"$home/setup.json"
key="$(value api_key <"$home/setup.json")"
sed 's/\(sk_live_...\)[^"]*/\1…/' "$home/setup.json"

step '2. Serve'
"$program" 2>"$home/log" &
gateway=$!
for _ in {1..100}; do
  if curl -sf "$base/health" >/dev/null 2>&1; then break; fi
  sleep 0.05
done
ask 200 GET /health

step '3. Who am I?'
ask 200 GET /api/v1/me -H "$(as "$key")"

step '4. Workspaces: list them, make one'
ask 200 GET /api/v1/workspaces -H "$(as "$key")"
ask 201 POST /api/v1/workspaces -H "$(as "$key")" "${json[@]}" '{"name": "Second Act"}'

step '5. A key that may only read'
ask 201 POST /api/v1/api-keys -H "$(as "$key")" "${json[@]}" \
  '{"name": "Reader", "scopes": ["workspaces:read"], "rate_limit_tier": "free"}'
reader="$(value key <"$home/answer")"
reader_id="$(value id <"$home/answer" | tr -d '{[:alpha:]:')"

step '6. It is refused what its scopes do not say'
ask 403 POST /api/v1/workspaces -H "$(as "$reader")" "${json[@]}" '{"name": "Not allowed"}'

step '7. Three requests a minute, and no more'
ask 200 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
ask 200 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
ask 429 GET /api/v1/workspaces?fields=id,name -H "$(as "$reader")"
grep -i -E '^(x-ratelimit|retry-after)' "$home/head"

step '8. Rotate it: the old one works on for a day'
ask 200 POST "/api/v1/api-keys/$reader_id/rotate" -H "$(as "$key")"
reader="$(value key <"$home/answer")"
ask 200 GET /api/v1/me -H "$(as "$reader")"

step '9. The same request twice, with an idempotency key: it runs once'
ask 201 POST /api/v1/workspaces -H "$(as "$key")" -H 'Idempotency-Key: tour-1' "${json[@]}" '{"name": "Once"}'
ask 201 POST /api/v1/workspaces -H "$(as "$key")" -H 'Idempotency-Key: tour-1' "${json[@]}" '{"name": "Once"}'
grep -i '^idempotent-replayed' "$home/head"

step '10. A person logs in'
ask 200 POST /api/auth/token/ "${json[@]}" '{"email": "ada@example.com", "password": "correct horse battery staple"}'
access="$(value access <"$home/answer")"
ask 200 GET /api/auth/me/ -H "$(as "$access")"

step 'That was the tour. The whole API stands at /docs of a running gateway.'
