//! What goes out, and what comes back.

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

/// How long an exchange may take unless it is said otherwise.
pub(crate) const WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of an answer's body unless it is said otherwise.
const MOST_BYTES: usize = 64 * 1024;

/// What becomes of an answer whose body is longer than it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overflow {
    /// It is refused as [`OutboundError::TooLarge`](crate::OutboundError::TooLarge).
    #[default]
    Refuse,
    /// As much as may be is kept; the rest is not read, and the connection is given up.
    Cut,
}

/// A request to an address that somebody else named. Its debug print shows method and host alone.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// Its headers. Those that frame the message (`Host`, `Content-Length`, `Transfer-Encoding`, `Connection`) follow
    /// from the rest and are left out.
    pub headers: HeaderMap,
    /// Its body; empty for none. A clone shares its bytes.
    pub body: Bytes,
    /// How long the whole exchange may take, from the look-up of the name to the last byte of the answer.
    pub within: Duration,
    /// Most bytes of the answer's body.
    pub most_bytes: usize,
    /// What becomes of an answer with more.
    pub overflow: Overflow,
}

impl Request {
    /// A request without headers or body, to be answered within 10 seconds by 64 KiB at most; a longer
    /// answer is refused.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            within: WITHIN,
            most_bytes: MOST_BYTES,
            overflow: Overflow::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, host) = (&self.method, self.url.host_str());
        f.debug_struct("Request").field("method", method).field("host", &host).finish_non_exhaustive()
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status. A redirect is shown as it is.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it was sent.
    pub body: Vec<u8>,
    /// Whether the body went on, and was cut as [`Overflow::Cut`] says.
    pub is_cut: bool,
    /// The address that answered.
    pub address: SocketAddr,
}
