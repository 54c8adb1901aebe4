//! Proof that a test really used a service.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Notes that a test used `service`, where the environment asks for it.
pub fn witness(service: &str) {
    let Some(path) = std::env::var_os("MAINSTAY_TEST_WITNESS") else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the witness file opens");
    writeln!(file, "{service}").expect("the witness file takes a line");
}
