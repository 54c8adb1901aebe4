//! What is asked of an address.

use crate::upstream::UpstreamFault;
use mainstay_kernel::Secret;
use mainstay_outbound::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use mainstay_outbound::{Method, Request};
use std::collections::HashMap;
use url::Url;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EITHER: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// What every request to an address carries besides the headers of the protocol. Its values are marked as secret.
pub(super) fn credentials(headers: &[(HeaderName, Secret<String>)]) -> Result<HeaderMap, UpstreamFault> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let unfit = |_| UpstreamFault::Away(format!("the value of its header {name} cannot be sent"));
        let mut value = HeaderValue::from_str(value.expose()).map_err(unfit)?;
        value.set_sensitive(true);
        map.append(name, value);
    }
    Ok(map)
}

/// A request as the protocol wants it.
pub(super) struct Draft(Request);

impl Draft {
    /// With what every request carries, then the headers of the protocol, which win.
    pub(super) fn new(
        method: Method,
        url: &Url,
        credentials: &HeaderMap,
        of_protocol: HashMap<HeaderName, HeaderValue>,
    ) -> Self {
        let mut request = Request::new(method, url.clone());
        request.headers = credentials.clone();
        for (name, value) in of_protocol {
            request.headers.insert(name, value);
        }
        Self(request)
    }

    /// In this session; one whose name is no header's value has none.
    pub(super) fn of_session(mut self, session: Option<&str>) -> Self {
        self.put(SESSION, session);
        self
    }

    /// Posting this message, to be answered by one or by a stream of them.
    pub(super) fn posting(mut self, body: Vec<u8>) -> Self {
        self.0.headers.insert(ACCEPT, EITHER);
        self.0.headers.insert(CONTENT_TYPE, JSON);
        self.0.body = body.into();
        self
    }

    /// Asking for a stream, from after this event on.
    pub(super) fn after(mut self, event: Option<&str>) -> Self {
        self.0.headers.insert(ACCEPT, EVENTS);
        self.put(LAST_EVENT, event);
        self
    }

    pub(super) fn into_request(self) -> Request {
        self.0
    }

    fn put(&mut self, name: HeaderName, value: Option<&str>) {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            self.0.headers.insert(name, value);
        }
    }
}

/// The session that an answer begins.
pub(super) fn session(headers: &HeaderMap) -> Option<String> {
    headers.get(SESSION).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
