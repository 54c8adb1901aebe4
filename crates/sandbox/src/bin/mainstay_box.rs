//! Says what boxes of this machine are made of, as JSON: `mainstay-box [uid]`, with a user of the host that is nobody
//! else's when it is run by root.

use mainstay_sandbox::{Capabilities, Identity, Launcher, run_if_asked};

fn main() -> serde_json::Result<()> {
    run_if_asked();
    let user = std::env::args().nth(1).and_then(|user| user.parse().ok());
    let identity = user.map(|user| Identity { uid: user, gid: user });
    println!("{}", serde_json::to_string(&Capabilities::probe(&Launcher::this_executable(), identity))?);
    Ok(())
}
