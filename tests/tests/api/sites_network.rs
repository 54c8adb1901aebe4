//! What builds reach of the network: registries of packages, and nothing of this machine.

use crate::hooks::once;
use crate::sites::{SITES, visit};
use crate::sites_builds::{build, deployment, has_boxes, log};
use mainstay_testkit::gateway::{Actor as _, Gateway, KeyHolder, Launch, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

/// What a program of this machine prints, if it ends well.
pub(crate) fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    // A box knows nothing of packages that this machine keeps.
    let done = command.args(arguments).env_remove("PIP_FIND_LINKS").output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// Lets builds reach these hosts, wherever they are: a mirror may well be at an address that is not public.
pub(crate) fn allowing(launch: Launch, hosts: &[String]) -> Launch {
    let addresses = hosts.iter().flat_map(|host| (host.as_str(), 443).to_socket_addrs().into_iter().flatten());
    let addresses: BTreeSet<IpAddr> = addresses.map(|address| address.ip()).collect();
    let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    launch.set("OUTBOUND_ALLOW", list.join(",")).set("HOSTING_BUILD_HOSTS", hosts.join(","))
}

/// The host of an address of the web.
pub(crate) fn host(url: &str) -> Option<String> {
    reqwest::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// The registry of npm and its host, if this machine itself reaches it.
pub(crate) fn npm_registry() -> Option<(String, String)> {
    let registry = printed("npm", &["config", "get", "registry"]);
    let Some((registry, host)) = registry.and_then(|url| host(&url).map(|host| (url, host))) else {
        eprintln!("skipped: this machine has no npm");
        return None;
    };
    if printed("npm", &["view", "express", "version", "--registry", &registry]).is_none() {
        eprintln!("skipped: this machine itself does not reach {registry}");
        return None;
    }
    Some((registry, host))
}

/// Builds what needs packages, and gives what a visitor sees.
async fn installed(gateway: &Gateway, key: &KeyHolder, name: &str, script: &str) -> String {
    let resources = json!({ "memoryMb": 1024, "diskMb": 1024, "processes": 256, "cpu": 2 });
    let site = build(key, name, script, json!({ "resources": resources })).await;
    if site.text("/status") != "RUNNING" {
        let own = deployment(key, &site).await;
        assert_ne!(own.text("/0/status"), "FAILED", "{}", log(key, &site).await);
        let _ = once(key, &format!("{SITES}/{}", site.text("/id")), "/status", "RUNNING").await;
    }
    // That it runs is read a moment before visitors meet it.
    for _ in 0..50 {
        let seen = visit(gateway, &site, "/").await;
        if seen.status == 200 {
            return String::from_utf8_lossy(&seen.body).into_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{name} runs and is not served: {}", log(key, &site).await);
}

#[test]
fn a_build_installs_packages_with_npm() {
    let Some((registry, host)) = npm_registry() else { return };
    on_own_gateways(
        |launch| allowing(launch, std::slice::from_ref(&host)),
        async |gateway| {
            if !has_boxes(gateway).await {
                return;
            }
            let key = gateway.tenant().await.key;
            let script = format!(
                "set -e; npm init -y >/dev/null; npm install --registry {registry} express\n\
                 mkdir dist; node -p 'typeof require(\"express\")().listen' > dist/index.html"
            );
            assert_eq!(installed(gateway, &key, "express", &script).await, "function\n");
        },
    );
}

#[test]
fn a_build_installs_packages_with_pip() {
    // What pip itself takes for its index, and for where the index keeps files.
    let told = "from pip._internal.models.index import PyPI; print(PyPI.netloc, PyPI.file_storage_domain)";
    let Some(hosts) = printed("/usr/bin/python3", &["-c", told]) else {
        eprintln!("skipped: this machine has no pip");
        return;
    };
    let hosts: Vec<String> = hosts.split(' ').map(str::to_owned).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().to_str().expect("text");
    if printed("/usr/bin/python3", &["-m", "pip", "download", "--no-deps", "--dest", to, "flask"]).is_none() {
        eprintln!("skipped: this machine itself does not reach {hosts:?}");
        return;
    }
    on_own_gateways(
        |launch| allowing(launch, &hosts),
        async |gateway| {
            if !has_boxes(gateway).await {
                return;
            }
            let key = gateway.tenant().await.key;
            let script = "set -e; python3 -m venv ~/own; ~/own/bin/pip install flask; mkdir dist\n\
                ~/own/bin/python -c 'import flask; print(flask.Flask(\"own\").name)' > dist/index.html";
            assert_eq!(installed(gateway, &key, "flask", script).await, "own\n");
        },
    );
}

/// Asks the proxy for a tunnel and by plain http; says what it reaches, and how often it asked.
const CURIOUS: &str = r#"
import os, socket
reached, asked = [], 0
for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "127.1", "[::ffff:127.0.0.1]", "10.0.0.1"]:
    for port in [GATEWAY, 443, 80, 22]:
        for request in [f"CONNECT {host}:{port}", f"GET http://{host}:{port}/health"]:
            way = socket.create_connection(("127.0.0.1", 3128), 5)
            way.sendall(f"{request} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            status = way.recv(64).split(b" ")[1:2]
            asked += 1
            if status not in ([b"403"], [b"400"]):
                reached.append((request, status))
os.mkdir("dist")
print(asked, reached, file=open("dist/index.html", "w"))
"#;

#[test]
fn a_build_reaches_nothing_of_this_machine_through_its_proxy() {
    // Also where webhooks may go to private addresses, as on the gateways of the tests.
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let port = gateway.url().rsplit(':').next().expect("a port").to_owned();
        let script = format!("python3 - <<'END'{}END\n", CURIOUS.replace("GATEWAY", &port));
        let site = build(&key, "tunneller", &script, json!({})).await;
        assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"64 []\n");
        let log = log(&key, &site).await;
        for told in [
            format!("network: 127.0.0.1:{port} is refused: only the ports 443 and 80 may be reached"),
            // So the gateway of this test calls itself.
            "network: 127.0.0.1 is refused: it is this installation".to_owned(),
            "network: [::1] is refused: its address is not public".to_owned(),
            "network: 169.254.169.254 is refused: its address is not public".to_owned(),
        ] {
            assert!(log.contains(&told), "{told} is not in {log}");
        }
        let offer = gateway.setup_key().get("/api/hosting/capabilities").await.is(200);
        assert_eq!(offer.at("/drivers/0/network"), json!(true));
    });
}

#[test]
fn a_host_that_is_not_on_the_list_is_refused_and_the_log_says_which() {
    on_own_gateways(
        |launch| launch.set("HOSTING_BUILD_HOSTS", "*.example.com"),
        async |gateway| {
            if !has_boxes(gateway).await {
                return;
            }
            let key = gateway.tenant().await.key;
            let script =
                "python3 -c 'import urllib.request as r; r.urlopen(\"https://packages.invalid/\")' 2>/dev/null";
            let site = build(&key, "strayer", script, json!({})).await;
            assert_eq!(site.text("/status"), "FAILED");
            let own = deployment(&key, &site).await;
            let told = "network: packages.invalid is refused: it is not among the hosts that may be reached";
            assert!(own.at("/0/error/lastLines").to_string().contains(told), "{own:?}");
            assert!(log(&key, &site).await.contains(told));
        },
    );
}

#[test]
fn without_hosts_there_is_no_way_out_and_a_toolchain_is_found_first() {
    // Not in `/tmp`, of which a box has its own.
    let toolchain = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let bin = toolchain.path().join("bin");
    std::fs::create_dir(&bin).expect("made");
    let program = bin.join("uname");
    std::fs::write(&program, "#!/bin/sh\necho ours\n").expect("written");
    for path in [toolchain.path(), &bin, &program] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permitted");
    }
    let folder = toolchain.path().display().to_string();
    on_own_gateways(
        |launch| launch.set("HOSTING_BUILD_HOSTS", "none").set("HOSTING_TOOLCHAINS", folder.clone()),
        async |gateway| {
            if !has_boxes(gateway).await {
                return;
            }
            let offer = gateway.setup_key().get("/api/hosting/capabilities").await.is(200);
            assert_eq!(offer.at("/drivers/0/network"), json!(false));
            let key = gateway.tenant().await.key;
            let script = format!(
                "mkdir dist; {{ uname; env | grep -ci proxy; touch {folder}/bin/other 2>/dev/null || echo kept; }} > dist/index.html\n\
                 python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 3128), 2)' 2>/dev/null && echo reached >> dist/index.html\n\
                 true"
            );
            let site = build(&key, "alone", &script, json!({})).await;
            assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
            assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"ours\n0\nkept\n");
        },
    );
}

#[test]
fn what_the_tools_of_a_build_keep_at_home_lasts_for_its_commands_and_counts_for_the_disk() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let install = json!({ "installCommand": "echo kept > $HOME/cache" });
        let site = build(&key, "home", "mkdir dist; cp ~/cache dist/index.html", install).await;
        assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"kept\n");
        let small: Value = json!({ "resources": { "memoryMb": 128, "diskMb": 16, "processes": 32, "cpu": 1 } });
        let filler = "for n in 1 2 3 4 5; do head -c 8000000 /dev/zero > ~/f$n; done; sleep 30";
        let site = build(&key, "hoarder", filler, small).await;
        assert_eq!(deployment(&key, &site).await.text("/0/error/reason"), "TOO_LARGE");
        let work = gateway.directory().join("hosting/sites").join(site.text("/id")).join("work");
        assert_eq!(std::fs::read_dir(work).expect("a folder").count(), 0);
    });
}
