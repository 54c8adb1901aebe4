//! One request, from its making to its answer.

use super::answer::Answer;
use super::document::Document;
use reqwest::Method;
use reqwest::header::{HOST, HeaderName, HeaderValue};
use serde_json::Value;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The way into a gateway.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    url: String,
    http: reqwest::Client,
    document: OnceLock<Document>,
}

impl Door {
    pub(super) fn new(url: String) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test calls the gateway as anyone would")]
        let builder = reqwest::Client::builder();
        let http = builder.no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_mins(1));
        let http = http.build().expect("a client");
        Self(Arc::new(Inner { url, http, document: OnceLock::new() }))
    }

    /// Where it leads, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The document that answers are held against.
    pub fn document(&self) -> Option<&Document> {
        self.0.document.get()
    }

    pub(super) fn know(&self, document: Document) {
        assert!(self.0.document.set(document).is_ok(), "a door knows one document");
    }

    pub(super) async fn fetch(&self, path: &str) -> Value {
        let answer = self.0.http.get(format!("{}{path}", self.url())).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }
}

/// A request that is to be made; awaiting it gives the answer.
#[must_use = "a request is made when it is awaited"]
#[derive(Clone)]
pub struct Call {
    door: Door,
    method: Method,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Vec<u8>>,
}

impl Call {
    pub(super) fn new(door: &Door, method: &str, path: &str) -> Self {
        let method = method.parse().expect("a method");
        Self { door: door.clone(), method, path: path.to_owned(), headers: Vec::new(), body: None }
    }

    /// With one header more, whatever bytes it has.
    ///
    /// # Panics
    /// When it cannot be sent at all.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.headers.push((name, HeaderValue::from_bytes(value.as_ref()).expect("a header's value")));
        self
    }

    /// As a retry of the request with this idempotency key.
    pub fn once(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a body of another type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }

    /// The answer, or why there is none.
    ///
    /// # Errors
    /// When the gateway dies or hangs up.
    pub async fn attempt(self) -> Result<Answer, reqwest::Error> {
        let Self { door, method, path, headers, body } = self;
        // Another host answers in its own way.
        let is_own_host = headers.iter().all(|(name, _)| name != HOST);
        let mut request = door.0.http.request(method.clone(), format!("{}{path}", door.url()));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await?;
        let asked = format!("{method} {path}");
        let (status, version) = (response.status().as_u16(), response.version());
        let headers = response.headers().clone();
        let answer = Answer { asked, status, version, headers, body: response.bytes().await?.to_vec() };
        if let Some(Err(complaint)) =
            door.document().filter(|_| is_own_host).map(|document| document.judge(&method, &path, &answer))
        {
            panic!("{answer:?} does not conform to the document: {complaint}");
        }
        Ok(answer)
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let asked = format!("{} {}", self.method, self.path);
        Box::pin(async move { self.attempt().await.unwrap_or_else(|cause| panic!("{asked} has no answer: {cause:?}")) })
    }
}
