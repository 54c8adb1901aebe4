//! The command line, as someone at a terminal meets it.

use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs the program in a directory of its own, with these settings and no others.
fn mainstay(directory: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    let ours = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("MAINSTAY_"));
    for name in ours {
        command.env_remove(name);
    }
    command.envs([("MAINSTAY_LOG", "warn"), ("MAINSTAY_LISTEN", "127.0.0.1:0")]).envs(settings.iter().copied());
    command.current_dir(directory).args(arguments).output().expect("the program runs")
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Checks that a start was refused in one sentence that holds these words.
#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(told.trim_end().lines().count(), 1, "one sentence: {told}");
    assert!(told.starts_with("mainstay: ") && !told.contains("panicked"), "{told}");
    for word in words {
        assert!(told.contains(word), "{word} is not in: {told}");
    }
}

const SETUP: [&str; 8] =
    ["setup", "--email", "owner@example.com", "--password", "correct horse battery", "--workspace", "Acme", "--json"];

#[test]
fn help_teaches_how_to_start() {
    let help = mainstay(directory().path(), &[], &["--help"]);
    assert!(help.status.success());
    for word in ["Two commands to start", "setup", "migrate", "doctor", "openapi", "MAINSTAY_DATABASE_URL"] {
        assert!(stdout(&help).contains(word), "{word}");
    }
}

#[test]
fn the_kept_document_is_that_of_this_version_and_another_is_not() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/mainstay.json");
    let place = directory();
    let same = mainstay(place.path(), &[], &["openapi", "--check", kept]);
    assert!(same.status.success(), "`just openapi` writes it anew");
    let other = place.path().join("other.json");
    std::fs::write(&other, "{}").expect("written");
    let different = mainstay(place.path(), &[], &["openapi", "--check", other.to_str().expect("UTF-8")]);
    assert_eq!(different.status.code(), Some(1));
}

#[test]
fn a_start_that_cannot_be_is_refused_in_one_sentence() {
    let place = directory();
    let start = |settings: &[(&str, &str)]| mainstay(place.path(), settings, &["serve"]);
    refused(&start(&[("MAINSTAY_LISEN", "x")]), &["MAINSTAY_LISEN", "MAINSTAY_LISTEN"]);
    refused(&start(&[("MAINSTAY_WORKERS", "many")]), &["MAINSTAY_WORKERS"]);
    refused(&start(&[("MAINSTAY_TLS_CERT", "cert.pem")]), &["MAINSTAY_TLS_KEY"]);
    refused(&start(&[("MAINSTAY_PLANS_FILE", "none.toml")]), &["none.toml"]);
    refused(&start(&[("MAINSTAY_SECRET_KEY", "short")]), &["MAINSTAY_SECRET_KEY"]);
    let password = "postgres://someone:hunter2@127.0.0.1:1/none";
    let unreachable = start(&[("MAINSTAY_DATABASE_URL", password)]);
    refused(&unreachable, &["127.0.0.1"]);
    assert!(!String::from_utf8_lossy(&unreachable.stderr).contains("hunter2"));
}

#[test]
fn a_port_in_use_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let place = directory();
    let taken = mainstay(place.path(), &[("MAINSTAY_LISTEN", &address)], &["serve"]);
    refused(&taken, &[&address]);
    assert!(stdout(&taken).is_empty(), "nothing was set up whose password nobody saw");
}

#[test]
fn another_master_key_is_refused() {
    let place = directory();
    assert!(mainstay(place.path(), &[], &["migrate"]).status.success());
    let other = [("MAINSTAY_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")];
    refused(&mainstay(place.path(), &other, &["serve"]), &["master key"]);
    assert!(mainstay(place.path(), &[], &["migrate"]).status.success());
}

#[test]
fn setup_tells_the_key_once_and_happens_once() {
    let place = directory();
    let made = mainstay(place.path(), &[], &SETUP);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let told: Value = serde_json::from_str(&stdout(&made)).expect("one JSON object");
    let mut names: Vec<_> = told.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["api_key", "user_id", "workspace_id", "workspace_slug"]);
    assert!(told["workspace_id"].is_i64() && told["workspace_slug"] == "acme");
    assert!(told["api_key"].as_str().is_some_and(|key| key.starts_with("sk_live_")));
    refused(&mainstay(place.path(), &[], &SETUP), &["set up already"]);
}

#[test]
fn setup_names_what_is_wrong_with_its_arguments() {
    let place = directory();
    let mut arguments = SETUP;
    (arguments[2], arguments[4]) = ("nobody", "x");
    refused(&mainstay(place.path(), &[], &arguments), &["email", "password"]);
    assert!(mainstay(place.path(), &[], &SETUP).status.success(), "nothing was half set up");
}

#[test]
fn doctor_says_what_is_well_and_what_is_not() {
    let place = directory();
    let well = mainstay(place.path(), &[], &["doctor"]);
    assert!(well.status.success());
    for check in ["settings", "database", "redis", "mail", "clock"] {
        assert!(stdout(&well).lines().any(|line| line.starts_with("ok") && line.contains(check)), "{check}");
    }
    for (setting, url, wrong) in [
        ("MAINSTAY_MAIL_URL", "smtp://127.0.0.1:1", "WRONG mail"),
        ("MAINSTAY_REDIS_URL", "redis://:a-password@127.0.0.1:1", "WRONG redis"),
    ] {
        let ill = mainstay(place.path(), &[(setting, url)], &["doctor"]);
        let told = stdout(&ill);
        assert_eq!(ill.status.code(), Some(1), "{told}");
        assert!(told.lines().any(|line| line.starts_with(wrong)) && !told.contains("a-password"), "{told}");
    }
}
