//! Receivers that answer as they are told, and what they were sent.

use async_trait::async_trait;
use mainstay_outbound::header::{HeaderMap, HeaderName, HeaderValue};
use mainstay_outbound::{Answer, Outbound, OutboundError, Request, StatusCode};
use std::collections::{HashMap, HashSet, VecDeque};
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

type Outcome = Result<Answer, OutboundError>;

/// Sends nothing, and remembers what it was to send.
#[derive(Default)]
pub(crate) struct Receivers(Mutex<State>);

#[derive(Default)]
struct State {
    /// What is answered next at a URL, in this order.
    next: HashMap<String, VecDeque<Outcome>>,
    /// What is answered at a URL where nothing is next.
    always: HashMap<String, Outcome>,
    refused: HashMap<String, OutboundError>,
    /// Where the next request is never answered.
    silent: HashSet<String>,
    sent: Vec<Request>,
}

impl Receivers {
    /// Answers once with this, after what was to be answered before.
    pub(crate) fn answer(&self, url: &str, outcome: Outcome) {
        self.state().next.entry(address(url)).or_default().push_back(outcome);
    }

    /// Answers with this whenever nothing else is to be answered; without it, a receiver answers 200.
    pub(crate) fn always(&self, url: &str, outcome: Outcome) {
        self.state().always.insert(address(url), outcome);
    }

    /// Lets no request to this URL out.
    pub(crate) fn refuse(&self, url: &str, cause: OutboundError) {
        self.state().refused.insert(address(url), cause);
    }

    /// Leaves the next request to this URL without an answer.
    pub(crate) fn hang(&self, url: &str) {
        self.state().silent.insert(address(url));
    }

    /// What was sent to a URL, the first request first.
    pub(crate) fn sent(&self, url: &str) -> Vec<Request> {
        let url = address(url);
        self.state().sent.iter().filter(|request| request.url.as_str() == url).cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Outbound for Receivers {
    async fn check(&self, url: &Url) -> Result<(), OutboundError> {
        self.state().refused.get(url.as_str()).cloned().map_or(Ok(()), Err)
    }

    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        self.check(&request.url).await?;
        let url = request.url.to_string();
        self.state().sent.push(request);
        let is_silent = self.state().silent.remove(&url);
        if is_silent {
            return pending().await;
        }
        let mut state = self.state();
        if let Some(outcome) = state.next.get_mut(&url).and_then(VecDeque::pop_front) {
            return outcome;
        }
        state.always.get(&url).cloned().unwrap_or_else(|| Ok(status(200)))
    }
}

/// An answer of this status, without headers and body.
pub(crate) fn status(code: u16) -> Answer {
    Answer {
        status: StatusCode::from_u16(code).expect("a status"),
        headers: HeaderMap::new(),
        body: Vec::new(),
        is_cut: false,
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 443)),
    }
}

/// An answer of this status with a header.
pub(crate) fn with_header(code: u16, name: &'static str, value: &str) -> Answer {
    let mut answer = status(code);
    answer.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
    answer
}

/// As the URL is written when it is asked.
fn address(url: &str) -> String {
    Url::parse(url).expect("a URL").into()
}
