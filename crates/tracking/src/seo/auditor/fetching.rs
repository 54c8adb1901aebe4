//! Asking a site, step by step along its redirects.

use mainstay_outbound::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use mainstay_outbound::{Answer, Method, Outbound, OutboundError, Overflow, Request};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Redirects that are followed.
const MOST_HOPS: usize = 5;
/// How long one request may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How the auditor calls itself.
const AGENT: &str = concat!("MainstayAudit/", env!("CARGO_PKG_VERSION"));

/// Asks sites through the guarded client.
pub(super) struct Fetcher {
    pub(super) outbound: Arc<dyn Outbound>,
}

/// An answer that is no redirect, and the way to it.
#[derive(Debug)]
pub(super) struct Fetched {
    /// Where it was found.
    pub(super) url: Url,
    pub(super) hops: Vec<Hop>,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether the body went on.
    pub(super) is_cut: bool,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) status: u16,
    pub(super) from: Url,
    pub(super) to: Url,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    #[error("it redirects more than {MOST_HOPS} times")]
    TooManyHops,
    #[error("it redirects to what is no address")]
    NoAddress,
}

impl Fetched {
    /// Whether this is what was asked for.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// What is there at last; a body with more bytes is cut.
    pub(super) async fn get(&self, url: &Url, most_bytes: usize, deadline: Instant) -> Result<Fetched, FetchError> {
        let (mut url, mut hops) = (url.clone(), Vec::new());
        loop {
            let answer = self.ask(Method::GET, &url, most_bytes, deadline).await?;
            let status = answer.status.as_u16();
            let location = answer.headers.get(LOCATION);
            let (true, Some(location)) = (matches!(status, 301 | 302 | 303 | 307 | 308), location) else {
                let Answer { headers, body, is_cut, .. } = answer;
                return Ok(Fetched { url, hops, status, headers, body, is_cut });
            };
            if hops.len() == MOST_HOPS {
                return Err(FetchError::TooManyHops);
            }
            let to = location.to_str().ok().and_then(|text| url.join(text).ok());
            let mut to = to.ok_or(FetchError::NoAddress)?;
            to.set_fragment(None);
            hops.push(Hop { status, from: url, to: to.clone() });
            url = to;
        }
    }

    /// One answer, be it a redirect.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: &Url,
        most_bytes: usize,
        deadline: Instant,
    ) -> Result<Answer, OutboundError> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(OutboundError::TimedOut);
        }
        let headers = [
            (USER_AGENT, HeaderValue::from_static(AGENT)),
            (ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ];
        let request = Request {
            headers: headers.into_iter().collect(),
            within: left.min(WITHIN),
            most_bytes,
            overflow: Overflow::Cut,
            ..Request::new(method, url.clone())
        };
        self.outbound.send(request).await
    }
}
