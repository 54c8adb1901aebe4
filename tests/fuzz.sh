#!/usr/bin/env bash
# Lets schemathesis (from PyPI) ask a gateway of its own for whatever its OpenAPI document allows, and for what it does
# not. Needs curl, schemathesis and a built `mainstay`; arguments go to schemathesis, such as --max-time 600.
set -euo pipefail
cd "$(dirname "$0")/.."

program="$PWD/target/debug/mainstay"
home="$(mktemp -d)"
port=$((RANDOM % 20000 + 20000))
base="http://127.0.0.1:$port"
export MAINSTAY_DATA_DIR="$home/data" MAINSTAY_LISTEN="127.0.0.1:$port" MAINSTAY_LOG=warn
export MAINSTAY_ANONYMOUS_RATE_LIMIT=1000000000
printf '[[plan]]\nname = "%s"\nrequests_per_minute = 1000000000\n\n' free enterprise >"$home/plans.toml"
export MAINSTAY_PLANS_FILE="$home/plans.toml"

finish() {
  [[ -z "${gateway:-}" ]] || kill "$gateway" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

printf 'correct horse battery staple' >"$home/password"
"$program" setup --email ada@example.com --password-file "$home/password" --workspace Acme --json >"$home/setup.json"
key="$(grep -o '"api_key":[^,}]*' "$home/setup.json" | cut -d: -f2 | tr -d '" ')"
"$program" 2>"$home/log" &
gateway=$!
for _ in {1..200}; do
  if curl -sf "$base/health" >/dev/null 2>&1; then break; fi
  sleep 0.05
done

# Whether a well-formed request is also a sensible one (an address that somebody has, a slug that nobody has) is
# nothing that the document can say.
status=0
# It leaves notes where it runs.
cd "$home"
schemathesis run "$base/swagger.json" --url "$base" --header "Authorization: Bearer $key" --workers 1 \
  --exclude-checks positive_data_acceptance --continue-on-failure --no-color "$@" || status=$?
if grep -E '"level":"ERROR"|panicked' "$home/log"; then status=1; fi
exit "$status"
