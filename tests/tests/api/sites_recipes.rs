//! Programs as people write them, deployed by the address of their repository alone: an Express app from npm, a Flask app from
//! the index of Python, a Rust program. What each needs is fetched, built and run as its files say.

use crate::sites::{SITES, visit};
use crate::sites_builds::{has_boxes, log};
use crate::sites_network::{allowing, host, printed};
use crate::sites_programs::run;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

/// Deploys a repository, and asks for a page.
async fn page(gateway: &Gateway, name: &str, files: &[(&str, &str)]) -> Option<String> {
    if !has_boxes(gateway).await {
        return None;
    }
    let key = gateway.tenant().await.key;
    let resources = json!({ "memoryMb": 1536, "diskMb": 1024, "processes": 256, "cpu": 2 });
    let repository = TestRepository::new(files);
    let mut site = run(&key, name, &repository, json!({ "resources": resources })).await;
    let path = format!("{SITES}/{}", site.text("/id"));
    for _ in 0..3 {
        // Registries take their time.
        if site.text("/status") == "DEPLOYING" {
            site = key.get(&format!("{path}?wait=60")).await.is(200);
        }
    }
    assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
    let seen = visit(gateway, &site, "/greet/Ada").await.is(200);
    let _ = key.delete(&path).await.is(202);
    Some(String::from_utf8_lossy(&seen.body).into_owned())
}

#[test]
fn an_express_app_answers() {
    let host = printed("npm", &["config", "get", "registry"]).and_then(|url| host(&url));
    let Some(host) = host.filter(|_| printed("npm", &["view", "express", "version"]).is_some()) else {
        eprintln!("skipped: this machine has no npm, or reaches no registry");
        return;
    };
    let package = r#"{"name": "app", "dependencies": {"express": "^4"}, "scripts": {"start": "node web.js"}}"#;
    let web = "const app = require('express')();\n\
        app.get('/', (_, answer) => answer.send('up'));\n\
        app.get('/greet/:name', (request, answer) => answer.json({ hello: request.params.name, ip: request.hostname }));\n\
        app.listen(process.env.PORT);";
    on_own_gateways(
        |launch| allowing(launch, std::slice::from_ref(&host)),
        async |gateway: &mut Gateway| {
            let Some(seen) = page(gateway, "express", &[("package.json", package), ("web.js", web)]).await else {
                return;
            };
            assert_eq!(seen, r#"{"hello":"Ada","ip":"express.localhost"}"#);
        },
    );
}

#[test]
fn a_flask_app_answers() {
    let told = "from pip._internal.models.index import PyPI; print(PyPI.netloc, PyPI.file_storage_domain)";
    let hosts = printed("/usr/bin/python3", &["-c", told]);
    let hosts: Vec<String> = hosts.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().to_str().expect("text");
    if printed("/usr/bin/python3", &["-m", "pip", "download", "--no-deps", "--dest", to, "flask"]).is_none() {
        eprintln!("skipped: this machine has no pip, or reaches no index");
        return;
    }
    let app = "from flask import Flask\n\
        app = Flask(__name__)\n\
        @app.get('/')\n\
        def up(): return 'up'\n\
        @app.get('/greet/<name>')\n\
        def greet(name): return {'hello': name}\n";
    on_own_gateways(
        |launch| allowing(launch, &hosts),
        async |gateway: &mut Gateway| {
            let files = [("requirements.txt", "flask\n"), ("app.py", app)];
            let Some(seen) = page(gateway, "flask", &files).await else { return };
            assert_eq!(seen.trim(), r#"{"hello":"Ada"}"#);
        },
    );
}

#[test]
fn a_rust_program_answers() {
    let Some(toolchain) = printed("rustc", &["--print", "sysroot"]) else {
        eprintln!("skipped: this machine has no rustc");
        return;
    };
    let manifest = "[package]\nname = \"web\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    let main = r#"use std::io::{Read, Write};
fn main() {
    let port: u16 = std::env::var("PORT").unwrap().parse().unwrap();
    for stream in std::net::TcpListener::bind(("127.0.0.1", port)).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nhello Ada");
    }
}
"#;
    on_own_gateways(
        |launch| launch.set("HOSTING_TOOLCHAINS", &toolchain),
        async |gateway: &mut Gateway| {
            let files = [("Cargo.toml", manifest), ("src/main.rs", main)];
            let Some(seen) = page(gateway, "rust", &files).await else { return };
            assert_eq!(seen, "hello Ada");
        },
    );
}

#[test]
fn a_site_that_node_only_builds_is_served_as_files() {
    on_each_gateway(async |gateway| {
        let package = r#"{"scripts": {"build": "mkdir -p dist/greet && echo built > dist/greet/Ada.html && echo home > dist/index.html"}}"#;
        if printed("/usr/bin/npm", &["--version"]).is_none() {
            eprintln!("skipped: this machine has no npm");
            return;
        }
        let Some(seen) = page(gateway, "built", &[("package.json", package), ("index.html", "source")]).await else {
            return;
        };
        assert_eq!(seen, "built\n");
    });
}
