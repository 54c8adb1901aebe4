//! As much of an HTTP/1.1 response (RFC 9112) as a load client has to understand.

use memchr::memchr;

/// What the head of a response says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The status code.
    pub(crate) status: u16,
    /// Bytes of the head, with the empty line that ends it.
    pub(crate) length: usize,
    /// Bytes of the body.
    pub(crate) body: usize,
}

/// The bytes are not a response this client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The first line is not `HTTP/1.x` and a status (RFC 9112 section 4).
    StatusLine,
    /// `Content-Length` is not a number (RFC 9110 section 8.6).
    ContentLength,
    /// The body comes in a transfer coding (RFC 9112 section 6.1), which no measured answer should.
    TransferCoding,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StatusLine => "the answer does not begin with an HTTP/1.1 status line",
            Self::ContentLength => "the answer's Content-Length is not a number",
            Self::TransferCoding => "the answer's length is not known beforehand",
        })
    }
}

impl std::error::Error for Unreadable {}

/// Reads the head at the start of `bytes`; `None` when it has not arrived whole.
///
/// # Errors
/// When the bytes cannot become a response with a known length.
pub(crate) fn head(bytes: &[u8]) -> Result<Option<Head>, Unreadable> {
    let (mut at, mut body, mut status) = (0, 0, None);
    while let Some(end) = memchr(b'\n', &bytes[at..]) {
        let line = &bytes[at..at + end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at += end + 1;
        match status {
            None => status = Some(status_code(line)?),
            Some(status) if line.is_empty() => return Ok(Some(Head { status, length: at, body })),
            Some(_) => body = body_length(line)?.unwrap_or(body),
        }
    }
    Ok(None)
}

/// The value of the header `name` (lower case) in a head, when it is there and is text.
pub(crate) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = std::str::from_utf8(head).ok()?.lines();
    let mut fields = lines.skip(1).filter_map(|line| line.split_once(':'));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn status_code(line: &[u8]) -> Result<u16, Unreadable> {
    let code = line.strip_prefix(b"HTTP/1.").and_then(|rest| rest.get(2..5)).ok_or(Unreadable::StatusLine)?;
    std::str::from_utf8(code).ok().and_then(|code| code.parse().ok()).ok_or(Unreadable::StatusLine)
}

fn body_length(line: &[u8]) -> Result<Option<usize>, Unreadable> {
    if strip_name(line, b"transfer-encoding:").is_some() {
        return Err(Unreadable::TransferCoding);
    }
    let Some(value) = strip_name(line, b"content-length:") else { return Ok(None) };
    let text = std::str::from_utf8(value.trim_ascii()).map_err(|_| Unreadable::ContentLength)?;
    text.parse().map(Some).map_err(|_| Unreadable::ContentLength)
}

fn strip_name<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANSWER: &[u8] =
        b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nX-Other: content-length: 7\r\n\r\nhello, world";

    #[test]
    fn status_and_lengths_are_read_in_any_case() {
        let expected = Head { status: 201, length: ANSWER.len() - 12, body: 12 };
        assert_eq!(head(ANSWER), Ok(Some(expected)));
        let shouted = ANSWER.to_ascii_uppercase();
        assert_eq!(head(&shouted), Ok(Some(expected)));
    }

    #[test]
    fn an_answer_without_a_length_has_no_body() {
        let bytes = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(head(bytes), Ok(Some(Head { status: 204, length: bytes.len(), body: 0 })));
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        assert_eq!(head(b"SSH-2.0-OpenSSH\r\n"), Err(Unreadable::StatusLine));
        assert_eq!(head(b"HTTP/1.1 2\r\n"), Err(Unreadable::StatusLine));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), Err(Unreadable::ContentLength));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Err(Unreadable::TransferCoding));
    }

    #[test]
    fn a_header_is_found_by_its_name_alone() {
        assert_eq!(header(ANSWER, "content-length"), Some("12"));
        assert_eq!(header(ANSWER, "x-other"), Some("content-length: 7"));
        assert_eq!(header(ANSWER, "http/1.1 201 created"), None);
    }

    proptest! {
        #[test]
        fn a_cut_head_is_waited_for(cut in 0usize..ANSWER.len() - 12) {
            prop_assert_eq!(head(&ANSWER[..cut]), Ok(None));
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = head(&bytes);
            let _ = header(&bytes, "content-length");
        }
    }
}
