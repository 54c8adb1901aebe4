#![doc = include_str!("../README.md")]

use mainstay_sandbox::Launcher;
use std::io;

/// What `build.rs` has built.
static PROGRAM: &[u8] = include_bytes!(env!("MAINSTAY_SHIM"));

/// Starts boxes by the program that is carried here.
///
/// # Errors
/// Where the system lets nothing be run from memory.
pub fn launcher() -> io::Result<Launcher> {
    Launcher::carried(PROGRAM)
}
