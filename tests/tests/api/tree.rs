//! What depends on what.

use std::collections::BTreeSet;
use std::process::Command;

const DOMAINS: [&str; 3] = ["mainstay-auth", "mainstay-tenancy", "mainstay-keys"];

/// The names of all packages that come with a package, itself among them.
fn tree(package: &str) -> BTreeSet<String> {
    let arguments = ["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--package", package];
    let tree = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(tree.stdout).expect("names are text");
    assert!(tree.status.success() && text.contains(package), "{}", String::from_utf8_lossy(&tree.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn nothing_that_speaks_http_comes_with_a_domain() {
    for package in DOMAINS.into_iter().chain(["mainstay-kernel", "mainstay-store"]) {
        let tree = tree(package);
        for speaker in
            ["actix-web", "actix-http", "hyper", "h2", "http", "reqwest", "okapi", "mainstay-edge", "mainstay-gateway"]
        {
            assert!(!tree.contains(speaker), "{speaker} comes with {package}");
        }
    }
    assert!(tree("mainstay-gateway").contains("actix-web"), "the tree shows what is there");
}

#[test]
fn no_domain_depends_on_another() {
    for package in DOMAINS {
        let tree = tree(package);
        for other in DOMAINS.into_iter().filter(|other| *other != package) {
            assert!(!tree.contains(other), "{package} depends on {other}");
        }
    }
}
