//! What goes out, and what comes back.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

/// How long an exchange may take unless it is said otherwise.
const WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of an answer's body unless it is said otherwise.
const MOST_BYTES: usize = 64 * 1024;

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
    /// Its body; empty for none.
    pub body: Vec<u8>,
    /// How long the whole exchange may take, from the look-up of the name to the last byte of the answer.
    pub within: Duration,
    /// Most bytes of the answer's body.
    pub most_bytes: usize,
}

impl Request {
    /// A request without headers or body, to be answered within 10 seconds by 64 KiB at most.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Vec::new(), within: WITHIN, most_bytes: MOST_BYTES }
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
    /// The whole body, as it was sent.
    pub body: Vec<u8>,
    /// The address that answered.
    pub address: SocketAddr,
}
