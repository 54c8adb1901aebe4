#!/usr/bin/env bash
# Receivers that others' libraries stand in take webhooks of a gateway of its own: `standardwebhooks` and `svix`, for Python
# (PyPI) and for JavaScript (npm). They are fetched at fixed versions into target/tools; where they cannot be, nothing is
# played and that is said. Needs curl, openssl, python3 with pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
oldest_node=22
source tests/fetch.sh
fetch_or_skip hooks
source tests/stage.sh

export MAINSTAY_WEBHOOKS_ALLOW_PRIVATE=true
# The fourth attempt waits long enough for somebody to be there again.
export MAINSTAY_WEBHOOKS_RETRY_SCHEDULE=1,1,3,1
export PORT=$((port + 1)) KEPT="$home/kept" PYTHONPATH="$tools/hooks/python"
mkdir "$KEPT"

# In the stead of the shell that starts it, so that its number is the receiver's own.
in_python() { exec python3 "tests/hooks/python/$1.py"; }
in_node() { exec node "$tools/hooks/node/$1.mjs"; }

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

# Starts a receiver, and waits until it listens: receiver LANGUAGE PROGRAM
receiver() {
  "$@" &
  receiver=$!
  beside+=($!)
  for _ in {1..400}; do
    if listens; then return; fi
    sleep 0.05
  done
  echo "$* does not listen" >&2
  return 1
}

# endpoint [MORE MEMBERS]
endpoint() {
  ask 201 POST /api/v1/webhooks -H "$(as "$key")" "${json[@]}" \
    '{"url": "http://127.0.0.1:'"$PORT"'/hook", "events": ["post.*"]'"${1:-}"'}' | hide
  hook="$(answer id)" secret="$(answer secret)"
}

publish() {
  ask 202 POST /api/v1/events -H "$(as "$key")" "${json[@]}" \
    '{"type": "post.created", "data": {"id": 7, "title": "Grüße, \"Ada\" \u2028 <&>"}}'
}

hide() { sed 's/\("secret":"......\)[^"]*/\1…/'; }

# Publishes an event that receivers in both languages verify with these secrets, and with the public key: verified SECRETS
verified() {
  export SECRETS="$1"
  for language in in_python in_node; do
    receiver "$language" receive
    publish
    wait "$receiver"
  done
}

# The value of a header that the last receiver in Python was sent.
received() { sed -n "s/^$1: //p" "$KEPT/head"; }

# is_signed HEADER SECRET
is_signed() {
  local due
  due="$({ printf '%s.' "$(received x-webhook-timestamp)"; cat "$KEPT/body"; } | openssl dgst -sha256 -hmac "$2" -r)"
  if [[ "$(received "$1")" != "${due%% *}" ]]; then
    echo "$1 is not what openssl makes of it" >&2
    return 1
  fi
  echo "  openssl: $1 is right"
}

# Waits until the newest delivery of the endpoint has had so many attempts: attempts COUNT
attempts() {
  for _ in {1..400}; do
    delivery="$(curl -sS "$base/api/v1/webhooks/$hook/deliveries" -H "$(as "$key")" | value id)"
    curl -sS "$base/api/v1/webhooks/$hook/deliveries/$delivery" -H "$(as "$key")" >"$home/answer"
    if (("$(grep -o '"number":' "$home/answer" | wc -l)" >= $1)); then return; fi
    sleep 0.05
  done
  cat "$home/answer" >&2
  return 1
}

step '1. An installation, its gateway, and an endpoint with signatures of both kinds'
set_up
serve
endpoint ', "asymmetric_signatures": true'
PUBLIC_KEY="$(answer public_key)"
export PUBLIC_KEY

step '2. Everybody verifies what comes'
verified "$secret"
is_signed x-webhook-signature "$secret"

step '3. While a secret is changed, both verify it'
previous="$secret"
ask 200 POST "/api/v1/webhooks/$hook/rotate-secret" -H "$(as "$key")" "${json[@]}" '{}' | hide
secret="$(answer secret)"
verified "$secret $previous"
is_signed x-webhook-signature "$secret"
is_signed x-webhook-signature-previous "$previous"
ask 204 DELETE "/api/v1/webhooks/$hook" -H "$(as "$key")"
unset PUBLIC_KEY

step '4. An endpoint that fails twice, then is not there, and then takes it'
endpoint
receiver in_python fail_thrice
publish
attempts 3
touch "$KEPT/missed"
wait "$receiver"
attempts 4
python3 tests/hooks/python/story.py <"$home/answer"
ask 204 DELETE "/api/v1/webhooks/$hook" -H "$(as "$key")"

step '5. The five lines in the README, as they stand there, on a fresh installation'
kill "$gateway" && wait "$gateway" || true
rm -rf "$home/data"
set_up
serve
# Only the addresses are others here.
here() { sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/g; s/3000/$PORT/g"; }
sed -n '/^# hook.py$/,/^```$/{/^```$/d;p}' README.md | here >"$home/hook.py"
sed -n '/^# Five lines$/,/^```$/{/^```$/d;p}' README.md | here >"$home/five.sh"
# Into a pipe, curl shows its progress and ends no line.
printf 'silent\nshow-error\nwrite-out = "\\n"\n' >"$home/.curlrc"
(cd "$home" && CURL_HOME="$home" KEY="$key" timeout 60 bash -euo pipefail five.sh) | tee "$home/five" | sed 's/^/  /'
grep -q "^Verified: {.*'type': 'post.created'" "$home/five"

step 'Receivers that know nothing of us were content.'
