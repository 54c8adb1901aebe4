//! As much of an HTTP/1.1 request (RFC 9112) as the receiver has to understand.

use crate::response::header;
use anyhow::{Context as _, ensure};
use memchr::memmem;

/// A whole request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Incoming<'a> {
    /// What is asked for.
    pub(super) path: &'a str,
    /// The header `webhook-id`: which event it tells of.
    pub(super) event: Option<&'a str>,
    /// The body.
    pub(super) body: &'a [u8],
    /// Bytes of all of it.
    pub(super) length: usize,
}

impl<'a> Incoming<'a> {
    /// Reads the request at the start of `bytes`; `None` when it has not arrived whole.
    ///
    /// # Errors
    /// When the bytes cannot become a request of a known length.
    pub(super) fn read(bytes: &'a [u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = memmem::find(bytes, b"\r\n\r\n") else { return Ok(None) };
        let (head, rest) = bytes.split_at(end + 4);
        ensure!(header(head, "transfer-encoding").is_none(), "the length of a request is not known beforehand");
        let body = match header(head, "content-length") {
            Some(length) => length.parse().context("the length of a request is not a number")?,
            None => 0,
        };
        let Some(body) = rest.get(..body) else { return Ok(None) };
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let path = std::str::from_utf8(line)?.split(' ').nth(1).context("a request has no target")?;
        Ok(Some(Self { path, event: header(head, "webhook-id"), body, length: head.len() + body.len() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"POST /e/7 HTTP/1.1\r\nhost: a\r\nwebhook-id: evt_1\r\ncontent-length: 2\r\n\r\n{}";

    #[test]
    fn a_request_is_read_when_it_is_whole() {
        for cut in 0..REQUEST.len() {
            assert_eq!(Incoming::read(&REQUEST[..cut]).expect("the start of a request"), None, "{cut}");
        }
        let two = [REQUEST, b"GET"].concat();
        let expected = Incoming { path: "/e/7", event: Some("evt_1"), body: b"{}", length: REQUEST.len() };
        assert_eq!(Incoming::read(&two).expect("a request"), Some(expected));
    }

    #[test]
    fn a_request_without_a_length_has_no_body_and_one_of_no_known_length_is_refused() {
        let bare = Incoming::read(b"GET /tally HTTP/1.1\r\n\r\n").expect("a request").expect("a whole one");
        assert_eq!((bare.path, bare.event, bare.body), ("/tally", None, &b""[..]));
        for wrong in ["Transfer-Encoding: chunked", "Content-Length: two"] {
            assert!(Incoming::read(format!("POST / HTTP/1.1\r\n{wrong}\r\n\r\n").as_bytes()).is_err(), "{wrong}");
        }
    }
}
