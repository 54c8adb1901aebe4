#!/usr/bin/env bash
# Credits are paid at others' programs: `localstripe`, a server that behaves as Stripe, and Stripe's own library for Python
# (both from PyPI). They are fetched at fixed versions into target/tools; where they cannot be, nothing is played and that is
# said. localstripe knows payments and signed webhooks but no Checkout, so that a few lines of ours make its sessions out of
# its payments. Needs curl, python3 with pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
source tests/fetch.sh
fetch_python_or_skip payments
source tests/stage.sh

export PYTHONPATH="$tools/payments/python"
export LOCALSTRIPE="http://localhost:$((port + 1))" CHECKOUT_PORT=$((port + 2))
export MAINSTAY_PAYMENTS=stripe MAINSTAY_STRIPE_URL="http://127.0.0.1:$CHECKOUT_PORT"
export MAINSTAY_STRIPE_SECRET_KEY=sk_test_12345 MAINSTAY_STRIPE_WEBHOOK_SECRET=whsec_of_the_story
# So that machines of this network are asked.
export MAINSTAY_WEBHOOKS_ALLOW_PRIVATE=true

good=4242424242424242 declined=4000000000000341

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Starts a program beside, and waits until it listens: beside PORT PROGRAM…
start_beside() {
  "${@:2}" >>"$home/beside" 2>&1 &
  beside+=($!)
  for _ in {1..400}; do
    if listens "$1"; then return; fi
    sleep 0.05
  done
  cat "$home/beside" >&2
  return 1
}

pay() { python3 tests/payments/python/pay.py "$@" | sed 's/^/  /'; }

balance() { curl -sS "$base/api/credits" -H "$(as "$key")" | value balance; }

# Waits until there are so many credits, and looks whether it stays so.
has() {
  for _ in {1..200}; do
    if [[ "$(balance)" == "$1" ]]; then break; fi
    sleep 0.05
  done
  sleep "${2:-0}"
  if [[ "$(balance)" != "$1" ]]; then
    echo "$(balance) credits, and not $1" >&2
    return 1
  fi
  echo "  $1 credits"
}

purchase() {
  ask 202 POST /api/credits/purchase -H "$(as "$key")" -H "Idempotency-Key: $1" "${json[@]}" '{"packageId": "'"$2"'"}'
  id="$(answer id)"
  url="$(grep -o '"checkoutUrl":"[^"]*' "$home/answer" | cut -d'"' -f4)"
}

status_is() {
  ask 200 GET "/api/credits/purchases/$id" -H "$(as "$key")"
  [[ "$(answer status)" == "$1" ]]
}

step '1. An installation whose payments localstripe takes'
start_beside $((port + 1)) python3 -m localstripe --port $((port + 1)) --from-scratch
start_beside "$CHECKOUT_PORT" python3 tests/payments/python/checkout.py
set_up
serve
# Two endpoints of the same address: everything is told twice.
for endpoint in first second; do
  curl -sSf "$LOCALSTRIPE/_config/webhooks/$endpoint" -d "url=$base/api/credits/webhooks/stripe" \
    -d "secret=$MAINSTAY_STRIPE_WEBHOOK_SECRET"
done

step '2. What is paid is booked once, though it is told twice'
purchase one medium
pay "$url" "$good"
has 525 2
status_is COMPLETED

step '3. A card that is declined books nothing'
purchase two small
pay "$url" "$declined"
has 525 2
status_is PENDING

step "4. An event of Checkout, signed and verified by Stripe's own library"
purchase three small
printf '{"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1",
  "object": "checkout.session", "payment_status": "paid", "amount_total": 1000, "currency": "eur",
  "client_reference_id": "%s"}}}' "$id" >"$home/event"
header="$(python3 tests/payments/python/sign.py "$home/event")"
tell() { ask "$1" POST /api/credits/webhooks/stripe -H "Stripe-Signature: $2" --data-binary "@$3"; }
sed 's/1000/1/' "$home/event" >"$home/forged"
tell 400 "$header" "$home/forged"
tell 400 "${header/v1=/v1=00}" "$home/event"
tell 200 "$header" "$home/event"
tell 200 "$header" "$home/event"
has 625
status_is COMPLETED

step 'A server that behaves as Stripe, and its own library, were content.'
