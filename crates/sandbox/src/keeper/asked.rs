//! One question to a keeper.

use super::message::Request;
use crate::message::MOST_FRAME;
use crate::wire;
use rustix::net::sockopt::socket_peercred;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

/// How long who connects may take to ask. Meanwhile the program's output waits.
const ASKING: Duration = Duration::from_secs(1);

/// Takes the next connection, and what is asked on it; only by who runs this keeper.
pub(super) fn next(listener: &UnixListener) -> io::Result<(UnixStream, Request)> {
    let (stream, _) = listener.accept()?;
    if socket_peercred(&stream)?.uid != rustix::process::geteuid() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    stream.set_read_timeout(Some(ASKING))?;
    stream.set_write_timeout(Some(ASKING))?;
    let (request, _) = wire::receive(&stream, MOST_FRAME)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok((stream, request))
}
