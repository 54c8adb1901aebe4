//! The rules of the settings as a whole.

use super::*;
use std::path::PathBuf;
use tempfile::TempDir;

/// A directory that holds `mainstay.toml` with this text.
fn directory(file: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("mainstay.toml"), file).expect("written");
    directory
}

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
    Settings::from(None, directory(file).path(), environment)
}

fn refusal(file: &str, environment: &[(&str, &str)]) -> String {
    load(file, environment).expect_err("a refusal").to_string()
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let nothing: [(OsString, OsString); 0] = [];
    let empty = tempfile::tempdir().expect("a directory");
    let settings = Settings::from(None, empty.path(), nothing).expect("the defaults");
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    assert_eq!(settings.database.url.expose(), "sqlite://./data/mainstay.db");
    assert_eq!((settings.tls, settings.redis_url, settings.secret_key), (None, None, None));
    assert_eq!(settings.mail.url.expose(), "log:");
    assert_eq!(settings.webhooks.retry_schedule.iter().map(Duration::as_secs).sum::<u64>(), 95_760);
    let hosting = settings.hosting;
    assert_eq!(
        (hosting.build_hosts, hosting.program_hosts, hosting.toolchains.len()),
        (Some(Hosts::any()), Hosts::any(), 0)
    );
    assert_eq!((settings.outbound_allow.len(), settings.anonymous_rate_limit.get()), (0, 60));
    assert_eq!(settings.cors_origins, CorsOrigins::These(Vec::new()));
    assert_eq!((settings.max_body_bytes, settings.shutdown), (1_048_576, Duration::from_secs(30)));
    assert!(settings.docs && !settings.open_plans && settings.workers >= 1);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "key_brand = 'file'\nhosting_domain = 'file.example'\nopen_plans = true\ndatabase_pool = 3\n";
    let settings = load(file, &[("MAINSTAY_KEY_BRAND", "env")]).expect("settings");
    assert_eq!(settings.key_brand, "env");
    assert_eq!(settings.hosting.domain, "file.example");
    assert_eq!((settings.open_plans, settings.database.pool), (true, 3));
    assert_eq!(settings.redis_away, RedisAway::Local);
}

#[test]
fn a_list_in_the_file_is_the_comma_list_of_the_environment() {
    let file = "webhooks_retry_schedule = [1, 2]\noutbound_allow = ['10.1.0.0/16', 'fd12::/16']\n\
        trusted_proxies = ['10.0.0.0/8', '::1']\ncors_origins = ['https://a.b']\n";
    let variables = [
        ("MAINSTAY_OUTBOUND_ALLOW", "10.1.0.0/16,fd12::/16"),
        ("MAINSTAY_WEBHOOKS_RETRY_SCHEDULE", "1,2"),
        ("MAINSTAY_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
        ("MAINSTAY_CORS_ORIGINS", "https://a.b"),
    ];
    let (from_file, from_environment) = (load(file, &[]).expect("file"), load("", &variables).expect("environment"));
    assert_eq!(from_file, from_environment);
    assert_eq!((from_file.trusted_proxies.len(), from_file.outbound_allow.len()), (2, 2));
}

#[test]
fn a_container_engine_is_used_where_one_is_named() {
    assert_eq!(load("", &[]).expect("settings").hosting.container_engine, None);
    let named = load("hosting_container_engine = 'unix:///run/podman/podman.sock'\n", &[]).expect("settings");
    assert_eq!(named.hosting.container_engine, Some(PathBuf::from("/run/podman/podman.sock")));
    let refused = refusal("", &[("MAINSTAY_HOSTING_CONTAINER_ENGINE", "tcp://127.0.0.1:2375")]);
    assert!(refused.contains("unix:///run/podman/podman.sock"), "{refused}");
}

#[test]
fn builds_may_be_given_hosts_or_none_and_toolchains() {
    let file = "hosting_build_hosts = ['example.com', '*.example.org']\nhosting_toolchains = '/opt/a:/opt/b'\n";
    let hosting = load(file, &[]).expect("settings").hosting;
    assert_eq!(hosting.build_hosts, Hosts::parse("example.com,*.example.org").ok());
    assert_eq!(hosting.toolchains, [PathBuf::from("/opt/a"), PathBuf::from("/opt/b")]);
    let none = load(file, &[("MAINSTAY_HOSTING_BUILD_HOSTS", "none"), ("MAINSTAY_HOSTING_TOOLCHAINS", "")]);
    let none = none.expect("settings").hosting;
    assert_eq!((none.build_hosts, none.toolchains.len()), (None, 0));
    assert_eq!(
        refusal("", &[("MAINSTAY_HOSTING_BUILD_HOSTS", "10.0.0.1")]),
        "MAINSTAY_HOSTING_BUILD_HOSTS in the environment must be *, none or names of hosts such as \
            example.com,*.example.com; \"10.0.0.1\" is not."
    );
}

#[test]
fn an_empty_variable_turns_an_optional_setting_off() {
    let file = "redis_url = 'redis://localhost'";
    assert!(load(file, &[]).expect("settings").redis_url.is_some());
    assert_eq!(load(file, &[("MAINSTAY_REDIS_URL", "")]).expect("settings").redis_url, None);
    assert!(refusal("", &[("MAINSTAY_LISTEN", "")]).contains("MAINSTAY_LISTEN in the environment"));
    assert!(refusal("", &[("MAINSTAY_SECRET_KEY", "")]).contains("32 bytes"), "a lost key is not replaced in silence");
}

#[test]
fn a_named_file_is_read_instead_and_must_be_there() {
    let nothing: [(OsString, OsString); 0] = [];
    let other = directory("key_brand = 'other'");
    let other = other.path().join("mainstay.toml");
    let here = directory("key_brand = 'here'");
    let settings = Settings::from(Some(&other), here.path(), nothing.clone()).expect("settings");
    assert_eq!(settings.key_brand, "other");
    let absent = PathBuf::from("/absent.toml");
    assert!(matches!(Settings::from(Some(&absent), here.path(), nothing), Err(ConfigError::File(..))));
}

#[test]
fn an_unknown_name_is_refused_with_the_one_that_was_meant() {
    let typo = refusal("", &[("MAINSTAY_LISTENN", "x")]);
    assert_eq!(typo, "MAINSTAY_LISTENN in the environment is no setting of Mainstay; did you mean MAINSTAY_LISTEN?");
    let typo = refusal("databse_url = 'sqlite://x'", &[]);
    assert!(typo.starts_with("\"databse_url\" in ") && typo.ends_with("did you mean \"database_url\"?"), "{typo}");
    assert!(refusal("[hosting]\ndomain = 'x'", &[]).contains("\"hosting\" in "));
    assert!(refusal("", &[("MAINSTAY_listen", "x")]).contains("did you mean MAINSTAY_LISTEN?"));
}

#[test]
fn variables_of_others_are_left_alone() {
    let foreign = [("MAINSTAY_TEST_POSTGRES_URL", "x"), ("MAINSTAY_BENCH_SECONDS", "x"), ("LISTEN", "x")];
    assert!(load("", &foreign).is_ok());
}

#[test]
fn a_value_that_cannot_be_used_is_named_with_its_source() {
    let problem = refusal("", &[("MAINSTAY_LISTEN", "here")]);
    let expected =
        "MAINSTAY_LISTEN in the environment must be an address and a port such as 127.0.0.1:8080; \"here\" is not.";
    assert_eq!(problem, expected);
    for file in
        ["listen = 1.5", "listen = 1979-05-27", "listen = {}", "trusted_proxies = [['10.0.0.1']]", "open_plans = 1"]
    {
        let problem = refusal(file, &[]);
        assert!(problem.contains("mainstay.toml must be "), "{problem}");
    }
}

#[test]
fn every_setting_refuses_some_value_or_takes_any_path() {
    let paths = ["hosting_acme_ca", "data_dir", "tls_cert", "tls_key", "plans_file", "mcp_file", "geo_file"];
    for row in rows::ROWS.iter().filter(|row| !paths.contains(&row.name)) {
        let variable = row.variable();
        assert!(refusal("", &[(&variable, "=\u{0}!")]).contains(&variable), "{variable}");
    }
}

#[test]
fn a_certificate_needs_its_key_and_makes_the_address_https() {
    let (cert, key) = (("MAINSTAY_TLS_CERT", "c.pem"), ("MAINSTAY_TLS_KEY", "k.pem"));
    assert_eq!(
        refusal("", &[cert]),
        "MAINSTAY_TLS_CERT in the environment is set, so MAINSTAY_TLS_KEY must be set too."
    );
    assert!(refusal("tls_key = 'k.pem'", &[]).ends_with("is set, so tls_cert must be set too."));
    assert_eq!(load("", &[cert, key]).expect("settings").public_url, "https://127.0.0.1:8080");
}

#[test]
fn no_secret_is_in_a_debug_print() {
    let key = mainstay_kernel::Keyring::generate(&mainstay_kernel::SystemIds);
    let settings = load(
        "",
        &[
            ("MAINSTAY_SECRET_KEY", key.expose()),
            ("MAINSTAY_DATABASE_URL", "postgres://me:hunter2@db/app?sslpassword=hunter2"),
            ("MAINSTAY_REDIS_URL", "redis://:hunter2@cache:6379"),
            ("MAINSTAY_MAIL_URL", "smtps://me:hunter2@mail"),
        ],
    );
    let printed = format!("{:?}", settings.expect("settings"));
    assert!(!printed.contains("hunter2") && !printed.contains(key.expose().as_str()), "{printed}");
    assert!(printed.contains("postgres://db/app"), "what is no secret is still shown: {printed}");
}

#[test]
fn no_secret_is_in_an_error() {
    for name in [
        "secret_key",
        "database_url",
        "redis_url",
        "mail_url",
        "public_url",
        "hosting_postgres_url",
        "hosting_mariadb_url",
    ] {
        for value in ["hunter2", "odd://me:hunter2@host", "https://me:hunter2@host", "smtp:me:hunter2@host"] {
            let problem = refusal(&format!("{name} = '{value}'"), &[]);
            assert!(problem.contains(name) && !problem.contains("hunter2"), "{problem}");
        }
    }
    let broken = refusal("secret_key = 'hunter2'\nsecret_key = 'hunter2'\nlisten", &[]);
    assert!(broken.contains("line ") && !broken.contains("hunter2"), "{broken}");
}

#[test]
fn whoever_lets_stripe_take_payments_gives_both_its_secrets_and_no_print_shows_them() {
    let manual = load("stripe_secret_key = 'sk_test_1'\n", &[]).expect("settings");
    assert_eq!(manual.payments, PaymentSettings::Manual);
    let both = "payments = 'stripe'\nstripe_secret_key = 'sk_test_1'\nstripe_webhook_secret = 'whsec_1'\n";
    let settings = load(both, &[]).expect("settings");
    let PaymentSettings::Stripe(stripe) = &settings.payments else { panic!("{settings:?}") };
    assert_eq!((stripe.url.as_str(), stripe.secret_key.expose().as_str()), ("https://api.stripe.com", "sk_test_1"));
    assert!(!format!("{settings:?}").contains("sk_test_1") && !format!("{settings:?}").contains("whsec_1"));
    for missing in ["stripe_secret_key", "stripe_webhook_secret"] {
        let others: Vec<_> = both.lines().filter(|line| !line.starts_with(missing)).collect();
        let told = refusal(&others.join("\n"), &[]);
        assert!(told.contains(missing), "{told}");
    }
    assert!(refusal("payments = 'cash'\n", &[]).contains("manual or stripe"));
}
