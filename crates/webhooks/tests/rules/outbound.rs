//! Receivers that answer as they are told, and what they were sent.

use async_trait::async_trait;
use mainstay_outbound::header::HeaderMap;
use mainstay_outbound::{Answer, Outbound, OutboundError, Request, StatusCode};
use std::collections::{HashMap, VecDeque};
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
    sent: Vec<Request>,
}

impl Receivers {
    /// Answers once with this, after what was to be answered before.
    pub(crate) fn answer(&self, url: &str, outcome: Outcome) {
        self.state().next.entry(address(url)).or_default().push_back(outcome);
    }

    /// Answers with this whenever nothing else is to be answered; without it, a receiver answers 200. A URL that is
    /// always unfit or not public is let out neither to be looked at nor to be asked.
    pub(crate) fn always(&self, url: &str, outcome: Outcome) {
        self.state().always.insert(address(url), outcome);
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
        match self.state().always.get(url.as_str()) {
            Some(Err(cause @ (OutboundError::UnfitUrl | OutboundError::NotPublic(_)))) => Err(cause.clone()),
            _ => Ok(()),
        }
    }

    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        self.check(&request.url).await?;
        let mut state = self.state();
        let url = request.url.to_string();
        state.sent.push(request);
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

/// As the URL is written when it is asked.
fn address(url: &str) -> String {
    Url::parse(url).expect("a URL").into()
}
