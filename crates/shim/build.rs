//! Builds the program that is carried: Cargo cannot depend on another package's program yet, so it is asked once more.

use std::env::var;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

/// What it is built from.
const SOURCES: [&str; 4] = ["../sandbox/src", "../sandbox/Cargo.toml", "../../Cargo.toml", "../../Cargo.lock"];
/// What it is called.
const PROGRAM: &str = "mainstay-box";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let target = var("TARGET")?;
    let own = PathBuf::from(var("OUT_DIR")?).join("target");
    let status = Command::new(var("CARGO")?)
        .args(["build", "--release", "--locked", "--quiet", "--bin", PROGRAM, "--target", &target])
        .args(["--manifest-path".as_ref(), "../sandbox/Cargo.toml".as_ref(), "--target-dir".as_ref(), own.as_os_str()])
        // Whoever looks at the workspace's sources, such as Clippy, has nothing to look at here.
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .status()?;
    if !status.success() {
        return Err(format!("{PROGRAM} could not be built: {status}").into());
    }
    println!("cargo::rustc-env=MAINSTAY_SHIM={}", own.join(target).join("release").join(PROGRAM).display());
    Ok(())
}
