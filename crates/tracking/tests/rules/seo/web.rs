//! Sites that answer as they are told, without a network.

use async_trait::async_trait;
use mainstay_outbound::header::{HeaderMap, HeaderName, HeaderValue};
use mainstay_outbound::{Answer, Outbound, OutboundError, Request, StatusCode};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

#[derive(Clone)]
struct Page {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// What is on the web, by address; what is not is 404. Who asks `https://private.example` is refused, and
/// `https://silent.example` never answers.
#[derive(Default)]
pub(crate) struct Web {
    pages: Mutex<HashMap<String, Page>>,
    asked: Mutex<Vec<String>>,
}

impl Web {
    pub(crate) fn put(&self, url: &str, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        locked(&self.pages).insert(url.to_owned(), Page { status, headers, body: body.to_owned() });
    }

    pub(crate) fn html(&self, url: &str, body: &str) {
        self.put(url, 200, &[("content-type", "text/html; charset=utf-8")], body);
    }

    pub(crate) fn redirect(&self, url: &str, to: &str) {
        self.put(url, 301, &[("location", to)], "");
    }

    /// What was asked: method and address, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        locked(&self.asked).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Outbound for Web {
    async fn check(&self, url: &Url) -> Result<(), OutboundError> {
        match (url.scheme(), url.host_str()) {
            ("https", Some(host @ "private.example")) => Err(OutboundError::NotPublic(host.to_owned())),
            ("https", _) => Ok(()),
            _ => Err(OutboundError::UnfitUrl),
        }
    }

    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        self.check(&request.url).await?;
        locked(&self.asked).push(format!("{} {}", request.method, request.url));
        let host = request.url.host_str().unwrap_or_default().to_owned();
        if host == "away.example" {
            return Err(OutboundError::Unreachable(host));
        }
        if host == "silent.example" {
            return std::future::pending().await;
        }
        let missing = Page { status: 404, headers: Vec::new(), body: String::new() };
        let page = locked(&self.pages).get(request.url.as_str()).cloned().unwrap_or(missing);
        let header = |(name, value): (&'static str, String)| {
            (HeaderName::from_static(name), HeaderValue::from_str(&value).expect("a header"))
        };
        let is_cut = page.body.len() > request.most_bytes;
        Ok(Answer {
            status: StatusCode::from_u16(page.status).expect("a status"),
            headers: page.headers.into_iter().map(header).collect::<HeaderMap>(),
            body: page.body.into_bytes().into_iter().take(request.most_bytes).collect(),
            is_cut,
            address: SocketAddr::from(([192, 0, 2, 1], 443)),
        })
    }
}
