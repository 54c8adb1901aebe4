#!/usr/bin/env bash
# Usage is told to a gateway of its own as CloudEvents by somebody who knows nothing of it: the SDK for Python of those who
# wrote the specification (PyPI). It is fetched at a fixed version into target/tools; where it cannot be, nothing is played and
# that is said. Needs curl, python3 with pip, a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
source tests/fetch.sh
fetch_python_or_skip cloudevents
source tests/stage.sh

step '1. An installation, and its gateway'
set_up
serve

step '2. Events in structured, binary and batched mode, each counted once'
BASE="$base" KEY="$key" PYTHONPATH="$tools/cloudevents/python" python3 tests/cloudevents/python/tell.py

step '3. The lines in the README, as they stand there, on a fresh installation'
kill "$gateway" && wait "$gateway" || true
rm -rf "$home/data"
set_up
serve
sed -n '/^# An event, and what came of it$/,/^```$/{/^```$/d;p}' README.md | sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/g" >"$home/event.sh"
# Into a pipe, curl shows its progress and ends no line.
printf 'silent\nshow-error\nwrite-out = "\\n"\n' >"$home/.curlrc"
CURL_HOME="$home" KEY="$key" timeout 60 bash -euo pipefail "$home/event.sh" | tee "$home/told" | sed 's/^/  /' | cut -c 1-400
grep -q '"recorded":true' "$home/told"
grep -q '"groups":\[{"group":"customer-7","other":false,' "$home/told"

step 'The SDK of those who wrote the specification was content.'
