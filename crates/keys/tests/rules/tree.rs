use std::process::Command;

#[test]
fn nothing_that_speaks_http_comes_with_this_crate() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            env!("CARGO_PKG_NAME"),
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(tree.stdout).expect("names are UTF-8");
    assert!(tree.status.success() && text.contains("mainstay-store"), "the tree is there");
    for speaker in ["actix-web", "actix-http", "hyper", "reqwest", "axum", "h2", "http", "mainstay-edge"] {
        assert!(!text.lines().any(|line| line.split(' ').next() == Some(speaker)), "{speaker} is in the tree");
    }
}
