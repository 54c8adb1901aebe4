//! Every setting, said once: the parser, `--help` and the README's table read these rows.

use self::Fallback::{Derived, Nothing, Value};

/// What every environment variable of ours begins with.
pub(crate) const PREFIX: &str = "MAINSTAY_";

/// What a setting is when nobody sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// This text, read like any other value.
    Value(&'static str),
    /// Found out at start, in the way described.
    Derived(&'static str),
    /// Nothing: what it would turn on stays off.
    Nothing,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name in the file; the environment has it in capitals behind [`PREFIX`].
    pub(crate) name: &'static str,
    /// What it is when nobody sets it.
    pub(crate) fallback: Fallback,
    /// What it does, in a line.
    pub(crate) meaning: &'static str,
}

impl Row {
    /// The setting's name in the environment.
    pub(crate) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.to_uppercase())
    }

    /// The default, for a person.
    pub(crate) const fn default_text(&self) -> &'static str {
        match self.fallback {
            Fallback::Value(text) | Fallback::Derived(text) => text,
            Fallback::Nothing => "none",
        }
    }
}

const fn row(name: &'static str, fallback: Fallback, meaning: &'static str) -> Row {
    Row { name, fallback, meaning }
}

/// All settings, in the order in which they are shown.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row("listen", Value("127.0.0.1:8080"), "address and port to listen on"),
    row("public_url", Derived("http:// + listen"), "how the outside reaches it: links in mails, issuer of tokens (https:// with a certificate)"),
    row("data_dir", Value("./data"), "database file and generated keys (mode 0600)"),
    row("database_url", Derived("sqlite://<data dir>/mainstay.db"), "or postgres://user:password@host/database"),
    row("database_pool", Value("16"), "most connections to the database, 1 to 1000"),
    row("tls_cert", Nothing, "PEM file of the certificate chain; with tls_key set, the gateway speaks HTTPS"),
    row("tls_key", Nothing, "PEM file of the certificate's private key; both files are read again when they change"),
    row("redis_url", Nothing, "redis:// or rediss://host:6379: limits shared by all nodes"),
    row("redis_away", Value("local"), "while Redis is away: local (each node counts for itself) or refuse (503)"),
    row("mail_url", Value("log:"), "log: (into the log), file://DIR (one file a mail), smtp:// or smtps://user:password@host"),
    row("mail_from", Value("Mainstay <no-reply@localhost>"), "who mails come from, as Name <address>"),
    row("brand_name", Value("Mainstay"), "what mails and pages call your product"),
    row("app_url", Derived("public_url"), "your product's own address: links in mails lead there"),
    row("secret_key", Derived("generated in the data dir"), "encrypts secrets at rest: 32 bytes in base64; older keys may follow after commas"),
    row("key_brand", Value("sk"), "first part of API keys: 2 to 8 lower-case letters and digits"),
    row("plans_file", Derived("built in"), "plan and feature catalogue (TOML)"),
    row("payments", Value("manual"), "how credits are paid: manual (the installation's owner settles purchases) or stripe"),
    row("stripe_secret_key", Nothing, "with payments = stripe: the key that Checkout Sessions are made with"),
    row("stripe_webhook_secret", Nothing, "with payments = stripe: what its webhooks to /api/credits/webhooks/stripe are signed with"),
    row("stripe_url", Value("https://api.stripe.com"), "where Stripe is asked"),
    row("mcp_file", Derived("built in"), "MCP server registry (TOML)"),
    row("tracking_unknown_domains", Value("collect"), "events on domains that nobody registered: collect (for the installation's owner, all under one), ignore or refuse"),
    row("geo_file", Nothing, "MaxMind-format file of countries, such as GeoLite2-Country.mmdb: tells where visitors are"),
    row("webhooks_allow_private", Value("false"), "permits http and private addresses, for development and tests"),
    row("webhooks_retry_schedule", Value("60,300,1800,7200,86400"), "seconds between attempts"),
    row("webhooks_retention_days", Value("30"), "how long events and their deliveries are kept, 1 to 3650"),
    row("outbound_allow", Nothing, "networks that may be asked though they are private, such as 10.1.0.0/16: webhooks, client documents"),
    row("anonymous_rate_limit", Value("60"), "requests a minute an address without a credential (health and metrics are free; login has its own throttle)"),
    row("open_plans", Value("false"), "anyone may choose a plan for a workspace"),
    row("oauth_registration", Value("false"), "applications register themselves at /oauth/register, for people to let in; nobody vouches for them"),
    row("oauth_client_documents", Value("false"), "applications call themselves by the https address of a document that describes them; nobody here vouches for them"),
    row("hosting_allow_file_repositories", Value("false"), "sites may be cloned from file:// (mirrors, tests)"),
    row("hosting_build_hosts", Value("*"), "hosts that builds reach, by https and http: * (any public one), names such as example.com,*.example.com, or none"),
    row("hosting_container_engine", Nothing, "where a container engine answers, such as unix:///run/podman/podman.sock: sites of the type image are run by it"),
    row("hosting_database_max_mb", Value("10240"), "how large a database may be at most, in MiB, 16 to 1048576; one may be told to keep to less"),
    row("hosting_domain", Value("localhost"), "sites answer at <name>.<domain>, shown as liveUrl"),
    row("hosting_acme_directory", Nothing, "https:// address of an ACME directory, such as https://acme-v02.api.letsencrypt.org/directory: domains get certificates from there"),
    row("hosting_acme_email", Nothing, "whom the certificate authority writes to"),
    row("hosting_acme_ca", Nothing, "PEM file of the certificates that vouch for a private directory"),
    row("hosting_dns", Derived("the system's"), "name servers that are asked whose domains are, such as 127.0.0.1:53"),
    row("hosting_https_listen", Nothing, "address and port, such as 0.0.0.0:443, where sites also answer by HTTPS, each domain with its own certificate; plain HTTP leads there"),
    row("hosting_mariadb_url", Nothing, "mysql://admin:password@host: the server that databases of MariaDB are made on"),
    row("hosting_postgres_url", Nothing, "postgres://admin:password@host: the server that databases of PostgreSQL are made on"),
    row("hosting_program_hosts", Value("*"), "hosts that programs of sites reach at most, of those that each site names in egressHosts: * (any public one), names, or none"),
    row("hosting_toolchains", Nothing, "directories that builds are shown beside the system, such as /opt/node:/opt/rust; their bin comes first in PATH"),
    row("trusted_proxies", Nothing, "networks whose X-Forwarded-For is believed, such as 10.0.0.0/8"),
    row("cors_origins", Nothing, "origins whose browsers may call, such as https://app.example.com, or *"),
    row("docs", Value("true"), "serves the interactive API documentation"),
    row("log", Value("info"), "what is logged: error, warn, info, debug, trace, or a filter such as info,mainstay=debug"),
    row("log_format", Derived("text on a terminal, json elsewhere"), "text or json, written to standard error"),
    row("workers", Derived("one a core"), "threads that serve requests, 1 to 1024"),
    row("max_body_bytes", Value("1048576"), "largest request body, 1024 to 1073741824"),
    row("shutdown_seconds", Value("30"), "how long work may finish after SIGTERM, SIGINT or SIGQUIT, 0 to 3600; a second ends it"),
];

/// The row of this name, as the file spells it.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

/// The known setting that a misspelt name most likely meant; the prefix and capitals do not count.
pub(crate) fn nearest(name: &str) -> Option<&'static Row> {
    const ALIKE: f64 = 0.75;
    let name = name.to_lowercase();
    let name = name.strip_prefix("mainstay_").unwrap_or(&name);
    let likeness = |row: &&Row| strsim::jaro_winkler(row.name, name);
    ROWS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|row| likeness(row) >= ALIKE)
}

/// The settings as `--help` shows them.
pub(crate) fn help() -> String {
    let entry = |row: &Row| format!("  {} [{}]\n      {}\n", row.variable(), row.default_text(), row.meaning);
    ROWS.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings as the README's table shows them.
    fn markdown() -> String {
        let line = |row: &Row| match row.fallback {
            Fallback::Value(text) => format!("| `{}` | `{text}` | {} |\n", row.variable(), row.meaning),
            _ => format!("| `{}` | {} | {} |\n", row.variable(), row.default_text(), row.meaning),
        };
        format!("| setting | default | meaning |\n|---|---|---|\n{}", ROWS.iter().map(line).collect::<String>())
            .replace('<', "&lt;")
    }

    #[test]
    fn every_fixed_setting_is_there_with_its_default() {
        let fixed = [
            ("listen", "127.0.0.1:8080"),
            ("public_url", "http:// + listen"),
            ("data_dir", "./data"),
            ("database_url", "sqlite://<data dir>/mainstay.db"),
            ("tls_cert", "none"),
            ("tls_key", "none"),
            ("redis_url", "none"),
            ("mail_url", "log:"),
            ("secret_key", "generated in the data dir"),
            ("key_brand", "sk"),
            ("plans_file", "built in"),
            ("mcp_file", "built in"),
            ("webhooks_allow_private", "false"),
            ("webhooks_retry_schedule", "60,300,1800,7200,86400"),
            ("anonymous_rate_limit", "60"),
            ("open_plans", "false"),
            ("hosting_allow_file_repositories", "false"),
            ("hosting_domain", "localhost"),
            ("trusted_proxies", "none"),
        ];
        for (name, default) in fixed {
            assert_eq!(find(name).map(Row::default_text), Some(default), "{name}");
        }
    }

    #[test]
    fn the_readme_shows_the_same_table() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
        let readme = std::fs::read_to_string(readme).unwrap_or_default();
        assert!(readme.contains(&markdown()), "README.md must hold this table:\n\n{}", markdown());
    }

    #[test]
    fn help_names_every_setting_with_default_and_meaning() {
        let help = help();
        for row in ROWS {
            assert!(help.contains(&format!("{} [{}]", row.variable(), row.default_text())), "{}", row.name);
            assert!(help.contains(row.meaning), "{}", row.name);
        }
    }

    #[test]
    fn a_misspelt_name_finds_the_one_meant() {
        for (misspelt, meant) in [("lisen", "listen"), ("MAINSTAY_DATABSE_URL", "database_url"), ("port", "none")] {
            assert_eq!(nearest(misspelt).map_or("none", |row| row.name), meant);
        }
    }
}
