#!/usr/bin/env bash
# Lets schemathesis (from PyPI) ask a gateway of its own for whatever its OpenAPI document allows, and for what it does
# not. Needs curl, schemathesis and a built `mainstay`; arguments go to schemathesis, such as --max-time 600.
set -euo pipefail
cd "$(dirname "$0")/.."

program="$PWD/target/debug/mainstay"
source tests/stage.sh
export MAINSTAY_ANONYMOUS_RATE_LIMIT=1000000000
printf '[[plan]]\nname = "%s"\nrequests_per_minute = 1000000000\n\n' free enterprise >"$home/plans.toml"
export MAINSTAY_PLANS_FILE="$home/plans.toml"
set_up
serve

# A person, who may do what no key may.
curl -sf "$base/auth/login" "${json[@]}" '{"email": "ada@example.com", "password": "correct horse battery staple"}' >"$home/answer"
person="$(answer token)"

# Whether a well-formed request is also a sensible one (an address that somebody has, a slug that nobody has) is
# nothing that the document can say. The person would log themselves out, and a plan that is changed to let one request a
# minute through would turn all that follow away.
status=0
# It leaves notes where it runs.
cd "$home"
fuzz() {
  schemathesis run "$base/swagger.json" --url "$base" --header "$(as "$1")" --workers 1 \
    --exclude-checks positive_data_acceptance --exclude-operation-id updatePlan --continue-on-failure --no-color "${@:2}" || status=$?
}
fuzz "$key" "$@"
fuzz "$person" --exclude-path /auth/logout "$@"
if grep -E '"level":"ERROR"|panicked' "$home/log"; then status=1; fi
exit "$status"
