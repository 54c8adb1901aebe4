//! Frames over a Unix stream: a length of four bytes, big-endian, then that much JSON. A descriptor travels with the
//! length.

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// Sends a message, with a descriptor or without.
pub(crate) fn send<T: Serialize>(
    mut stream: &UnixStream,
    message: &T,
    descriptor: Option<BorrowedFd<'_>>,
) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?.to_be_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors = descriptor.map(|one| [one]);
    if let Some(descriptors) = &descriptors {
        ancillary.push(SendAncillaryMessage::ScmRights(descriptors));
    }
    let sent = sendmsg(stream, &[IoSlice::new(&length)], &mut ancillary, SendFlags::NOSIGNAL)?;
    stream.write_all(&length[sent..])?;
    stream.write_all(&body)
}

/// The next message and its descriptor; `None` when the other side is gone.
pub(crate) fn receive<T: DeserializeOwned>(
    mut stream: &UnixStream,
    most_bytes: usize,
) -> io::Result<Option<(T, Option<OwnedFd>)>> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let read = loop {
        let mut into = [IoSliceMut::new(&mut length)];
        match recvmsg(stream, &mut into, &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
            Ok(message) => break message.bytes,
            Err(rustix::io::Errno::INTR) => {}
            Err(fault) => return Err(fault.into()),
        }
    };
    let descriptor = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    if read == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[read..])?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if length > most_bytes {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some((serde_json::from_slice(&body)?, descriptor)))
}

#[cfg(test)]
mod tests {
    use super::{receive, send};
    use std::io::Read as _;
    use std::os::fd::AsFd as _;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_descriptor_travels_with_its_message() {
        let (here, there) = UnixStream::pair().unwrap();
        let (reader, writer) = std::io::pipe().unwrap();
        send(&here, &"take this", Some(reader.as_fd())).unwrap();
        send(&here, &"nothing", None).unwrap();
        drop((here, writer));
        let (message, descriptor): (String, _) = receive(&there, 100).unwrap().unwrap();
        assert_eq!(message, "take this");
        assert_eq!(std::fs::File::from(descriptor.unwrap()).read(&mut [0]).unwrap(), 0, "it is the pipe, at its end");
        let (message, descriptor): (String, _) = receive(&there, 100).unwrap().unwrap();
        assert_eq!((message.as_str(), descriptor.is_none()), ("nothing", true));
        assert!(receive::<String>(&there, 100).unwrap().is_none());
    }

    #[test]
    fn a_frame_longer_than_allowed_is_refused() {
        let (here, there) = UnixStream::pair().unwrap();
        send(&here, &"x".repeat(100), None).unwrap();
        assert_eq!(receive::<String>(&there, 100).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    }
}
