//! The keeper.
use std::os::unix::net::UnixStream;

pub(crate) fn detach(_control: UnixStream) -> i32 {
    125
}

pub(crate) fn run(_control: UnixStream) -> i32 {
    125
}
