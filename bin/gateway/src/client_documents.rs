//! What the OAuth provider fetches from its clients, by way of the guarded client.

use async_trait::async_trait;
use mainstay_auth::{DocumentError, DocumentSource, FetchedDocument};
use mainstay_outbound::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use mainstay_outbound::{Method, Outbound, Reach, Request, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A person may be waiting for a document to come.
const WITHIN: Duration = Duration::from_secs(5);
/// Largest document, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// The documents of clients, wherever they are.
pub(crate) struct ClientDocuments {
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) reach: Reach,
}

#[async_trait]
impl DocumentSource for ClientDocuments {
    fn takes(&self, url: &Url) -> bool {
        self.reach.speaks(url.scheme())
    }

    async fn fetch(&self, url: &Url) -> Result<FetchedDocument, DocumentError> {
        let mut request = Request { within: WITHIN, most_bytes: MOST_BYTES, ..Request::new(Method::GET, url.clone()) };
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let answer = self.outbound.send(request).await.map_err(|cause| DocumentError(cause.to_string()))?;
        if answer.status != StatusCode::OK {
            return Err(DocumentError(format!("the answer is {}", answer.status)));
        }
        if !is_json(&answer.headers) {
            return Err(DocumentError("the answer is no JSON".to_owned()));
        }
        Ok(FetchedDocument { max_age: max_age(&answer.headers), body: answer.body })
    }
}

/// `application/json`, or another type that is written in JSON (RFC 6839 section 3.1).
fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// How long the answer may be kept, where it says so (RFC 9111 section 5.2.2).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<_> =
        values.flat_map(|value| value.split(',')).map(|directive| directive.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| directive == "no-store" || directive == "no-cache") {
        return Some(Duration::ZERO);
    }
    let seconds = directives.iter().find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        let pair = (name.parse().expect("a name"), HeaderValue::from_static(value));
        HeaderMap::from_iter([pair])
    }

    #[test]
    fn json_is_told_by_its_type() {
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/jwk-set+json"] {
            assert!(is_json(&headers("content-type", good)), "{good}");
        }
        for bad in ["text/html", "text/json+x", "application/jsonp", ""] {
            assert!(!is_json(&headers("content-type", bad)), "{bad}");
        }
    }

    #[test]
    fn a_host_says_how_long_its_answer_may_be_kept() {
        for (sent, kept) in [
            ("public, max-age=600", Some(600)),
            ("MAX-AGE=5", Some(5)),
            ("no-store, max-age=600", Some(0)),
            ("public", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(max_age(&headers("cache-control", sent)), kept.map(Duration::from_secs), "{sent}");
        }
    }
}
