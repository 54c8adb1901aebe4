# Everything that is done with this repository. `just` alone lists it.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

_list:
    @just --list --unsorted

# Starts the gateway on SQLite under ./data; arguments go to the program: just run doctor
run *arguments:
    cargo run --package mainstay-gateway -- "$@"

# Makes the owner, a workspace and a key: just setup --email E --password-file F --workspace NAME
setup *arguments:
    cargo run --quiet --package mainstay-gateway -- setup "$@"

# Plays a newcomer's first ten minutes against a gateway of its own, step by step
tour *arguments:
    cargo build --package mainstay-gateway
    bash tests/tour.sh "$@"

# Plays how people sign up, protect their accounts and share a project, with a real mail server and authenticator
people *arguments:
    cargo build --package mainstay-gateway
    bash tests/people.sh "$@"

# Logs a person in with stock OpenID Connect clients: openid-client and jose (npm), authlib (PyPI)
clients *arguments:
    cargo build --package mainstay-gateway
    bash tests/clients.sh "$@"

# Has webhooks verified by others' libraries: standardwebhooks and svix (npm, PyPI)
webhooks *arguments:
    cargo build --package mainstay-gateway
    bash tests/webhooks.sh "$@"

# Has usage told as CloudEvents by the SDK of those who wrote that specification: cloudevents (PyPI)
cloudevents *arguments:
    cargo build --package mainstay-gateway
    bash tests/cloudevents.sh "$@"

# Has stock clients of MCP reach stock servers: the SDKs for Python and TypeScript, and five servers (npm, PyPI)
mcp *arguments:
    cargo build --package mainstay-gateway
    bash tests/mcp.sh "$@"

# Has the conformance suite of MCP (npm) ask what the revisions require, of a server that has all that it asks for
conformance *arguments:
    cargo build --package mainstay-gateway
    bash tests/conformance.sh "$@"

# Plays how a newcomer hosts a site, with a repository behind git's own server and a real browser
hosting *arguments:
    cargo build --package mainstay-gateway
    bash tests/hosting.sh "$@"

# Has a real browser (Chromium) walk through pages that have the snippet, and the report show it
pixel *arguments:
    cargo build --package mainstay-gateway
    bash tests/pixel.sh "$@"

# Has credits paid at others' programs: localstripe and Stripe's own library (PyPI)
payments *arguments:
    cargo build --package mainstay-gateway
    bash tests/payments.sh "$@"

# Runs all tests; on PostgreSQL, Redis and MariaDB too where MAINSTAY_TEST_{POSTGRES,REDIS,MARIADB}_URL are set
test *arguments:
    cargo test --workspace "$@"

# Checks format, lints and, where cargo-deny is installed, licences and dependencies
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    if command -v cargo-deny >/dev/null; then just deny; else echo "cargo-deny is not installed: licences are not checked"; fi

# Checks licences, forbidden dependencies and where they come from
deny:
    cargo deny --locked check licenses bans sources

# Checks the dependencies against published advisories (fetches the advisory database)
audit:
    cargo deny --locked check advisories

# Holds openapi/mainstay.json against the standard, by a validator that others wrote (openapi-spec-validator, from PyPI)
openapi-validate:
    python3 -m openapi_spec_validator --validation-errors all openapi/mainstay.json

# Asks a gateway of its own for whatever its document allows and does not (schemathesis, from PyPI)
fuzz *arguments:
    cargo build --package mainstay-gateway
    bash tests/fuzz.sh "$@"

# Formats the code
fmt:
    cargo fmt --all

# Measures a release build against its baselines, and other providers of OAuth where npm can install them: just bench --help
bench *arguments:
    cargo build --release --package mainstay-gateway
    cargo run --release --package mainstay-bench -- "$@"

# Writes openapi/mainstay.json anew
openapi:
    cargo run --quiet --package mainstay-gateway -- openapi > openapi/mainstay.json.new
    mv openapi/mainstay.json.new openapi/mainstay.json
