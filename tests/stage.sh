# What the scripts beside this one share: a gateway of their own, and the way to ask it. To be sourced by bash, with the
# program's path in $program. Needs curl.

home="$(mktemp -d)"
port=$((RANDOM % 20000 + 20000))
base="http://127.0.0.1:$port"
export MAINSTAY_DATA_DIR="$home/data" MAINSTAY_LISTEN="127.0.0.1:$port" MAINSTAY_LOG=warn
# Whatever else runs until the script ends.
beside=()

finish() {
  for process in ${gateway:-} "${beside[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  # What those have started in turn, as browsers do, may still be writing.
  for _ in {1..20}; do rm -rf "$home" 2>/dev/null && break || sleep 0.1; done
}
trap finish EXIT

# Makes the owner ada@example.com, a workspace and a key that may do everything.
set_up() {
  printf 'correct horse battery staple' >"$home/password"
  "$program" setup --email ada@example.com --password-file "$home/password" --workspace Acme --json >"$home/setup.json"
  key="$(value api_key <"$home/setup.json")"
}

serve() {
  "$program" 2>"$home/log" &
  gateway=$!
  for _ in {1..200}; do
    if curl -sf "$base/health" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  cat "$home/log" >&2
  return 1
}

step() { printf '\n\033[1m%s\033[0m\n' "$1"; }

# One value of a JSON answer, by its name; the answers here are flat enough for that.
value() { grep -o "\"$1\":[^,}]*" | head -n 1 | cut -d: -f2- | tr -d '"{}[] '; }

# The same, of the last answer.
answer() { value "$1" <"$home/answer"; }

# Sends a request, shows it and its answer, and fails when the status is not the expected one.
ask() {
  local expected="$1" method="$2" path="$3"
  shift 3
  printf '$ curl -X %s %s\n' "$method" "$path"
  local status
  status="$(curl -sS -o "$home/answer" -D "$home/head" -w '%{http_code}' -X "$method" "$base$path" "$@")"
  printf '  %s %s\n' "$status" "$(cut -c 1-400 "$home/answer")"
  if [[ "$status" != "$expected" ]]; then
    echo "expected $expected" >&2
    exit 1
  fi
}

as() { printf 'Authorization: Bearer %s' "$1"; }
json=(-H 'Content-Type: application/json' -d)
