//! Bytes as they are said in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The content of a file: text where it is text, and base64 (RFC 4648 §4) of anything else.
#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    Base64(String),
}

impl Content {
    /// Text is UTF-8 without NUL, which only binary files have.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        if memchr::memchr(0, &bytes).is_some() {
            return Self::Base64(STANDARD.encode(bytes));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(other) => Self::Base64(STANDARD.encode(other.as_bytes())),
        }
    }
}

/// The bytes that base64 stands for; none if it is not base64.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
