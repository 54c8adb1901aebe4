//! The loopback interface of a box's own network.

use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;

/// Bytes of an interface message with its header (`struct nlmsghdr`, `struct ifinfomsg`, rtnetlink(7)).
const LENGTH: u32 = 32;
const RTM_NEWLINK: u16 = 16;
/// `NLM_F_REQUEST | NLM_F_ACK`.
const ACKNOWLEDGED_REQUEST: u16 = 1 | 4;
/// In a new network the loopback interface is the first.
const LOOPBACK_INDEX: i32 = 1;
/// The first port that takes no right to listen on (ip(7)).
const LOWEST_PORT: &str = "sys/net/ipv4/ip_unprivileged_port_start";
const IFF_UP: u32 = 1;

/// Brings it up; with that it gets its usual addresses.
pub(super) fn bring_up() -> io::Result<()> {
    // Without a protocol it is that of routes and interfaces, which is 0.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    send(&socket, &request(), SendFlags::empty())?;
    let mut answer = [0; 64];
    let (read, _) = recv(&socket, &mut answer, RecvFlags::empty())?;
    // After a header of 16 bytes the acknowledgement has an error number, negative, or 0 (`struct nlmsgerr`).
    let error = answer[..read].get(16..20).and_then(|bytes| bytes.try_into().ok()).map(i32::from_ne_bytes);
    match error {
        Some(0) => Ok(()),
        Some(error) => Err(io::Error::from_raw_os_error(-error)),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Lets programs without a right listen on ports below 1024 too: none of them is anybody else's.
pub(super) fn open_low_ports(knobs: &OwnedFd) -> io::Result<()> {
    let file = rustix::fs::openat(knobs, LOWEST_PORT, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    File::from(file).write_all(b"0")
}

fn request() -> Vec<u8> {
    let (sequence, sender) = (1u32, 0u32);
    let (family, padding, kind) = (0u8, 0u8, 0u16);
    [
        &LENGTH.to_ne_bytes()[..],
        &RTM_NEWLINK.to_ne_bytes(),
        &ACKNOWLEDGED_REQUEST.to_ne_bytes(),
        &sequence.to_ne_bytes(),
        &sender.to_ne_bytes(),
        &[family, padding],
        &kind.to_ne_bytes(),
        &LOOPBACK_INDEX.to_ne_bytes(),
        &IFF_UP.to_ne_bytes(),
        &IFF_UP.to_ne_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_request_is_as_long_as_it_says() {
        assert_eq!(super::request().len(), super::LENGTH as usize);
    }
}
