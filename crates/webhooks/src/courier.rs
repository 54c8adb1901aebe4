//! One exchange with one endpoint.

use crate::headers::CustomHeaders;
use crate::schedule::retry_after;
use crate::signature::Signer;
use crate::verdict::{Verdict, of_status};
use mainstay_kernel::{Clock, Timestamp};
use mainstay_outbound::header::{self, HeaderMap, HeaderName, HeaderValue};
use mainstay_outbound::{Answer, Bytes, Method, Outbound, OutboundError, Overflow, Request};
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// How long the whole exchange may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Most characters of an answer that are kept, and most bytes that are read for them.
const MOST_KEPT: usize = 10_000;
const MOST_READ: usize = 4 * MOST_KEPT + 4;

const AGENT: &str = concat!("Mainstay/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// Where deliveries of an endpoint go, and what goes with them.
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) headers: CustomHeaders,
    pub(crate) signer: Signer,
}

/// What is delivered.
pub(crate) struct Parcel<'e> {
    pub(crate) event_id: &'e str,
    pub(crate) event_type: &'e str,
    pub(crate) body: Bytes,
}

/// What came of an exchange.
#[derive(Debug, Clone)]
pub(crate) struct Receipt {
    pub(crate) started_at: Timestamp,
    pub(crate) duration_ms: i64,
    pub(crate) response_code: Option<u16>,
    pub(crate) response_body: Option<String>,
    /// What went wrong; none when it arrived.
    pub(crate) error: Option<String>,
    pub(crate) verdict: Verdict,
}

impl Receipt {
    pub(crate) fn arrived(&self) -> bool {
        matches!(self.verdict, Verdict::Delivered)
    }
}

/// Carries parcels, through the guarded way out.
#[derive(Clone)]
pub(crate) struct Courier {
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Courier {
    /// Delivers, signed as of now, and says what came of it: that nobody answers is an outcome too.
    pub(crate) async fn carry(&self, address: &Address, parcel: Parcel<'_>) -> Receipt {
        let (started_at, began) = (self.clock.now(), Instant::now());
        let outcome = match request(address, parcel, started_at) {
            Some(request) => self.outbound.send(request).await,
            None => Err(OutboundError::UnfitUrl),
        };
        let duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        match outcome {
            Ok(answer) => answered(&answer, started_at, duration_ms),
            Err(cause) => unanswered(&cause, started_at, duration_ms),
        }
    }
}

fn request(address: &Address, parcel: Parcel<'_>, at: Timestamp) -> Option<Request> {
    let url = Url::parse(&address.url).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
    for (name, value) in address.headers.iter() {
        headers.insert(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
    }
    for (name, value) in address.signer.headers(parcel.event_id, parcel.event_type, at, &parcel.body) {
        headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).ok()?);
    }
    let (within, most_bytes, overflow) = (PATIENCE, MOST_READ, Overflow::Cut);
    Some(Request { headers, body: parcel.body, within, most_bytes, overflow, ..Request::new(Method::POST, url) })
}

fn answered(answer: &Answer, started_at: Timestamp, duration_ms: i64) -> Receipt {
    let status = answer.status.as_u16();
    let hint = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let verdict = of_status(status, hint.and_then(|hint| retry_after(hint, started_at)));
    let error = match verdict {
        Verdict::Delivered => None,
        _ if answer.status.is_redirection() => {
            Some(format!("The endpoint answered {status}; redirects are not followed."))
        }
        _ => Some(format!("The endpoint answered {status}.")),
    };
    let response_body = Some(kept(&answer.body)).filter(|text| !text.is_empty());
    Receipt { started_at, duration_ms, response_code: Some(status), response_body, error, verdict }
}

/// How an answer's body begins. PostgreSQL keeps no NUL in a text.
fn kept(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut letters = text.chars().map(|letter| if letter == '\0' { char::REPLACEMENT_CHARACTER } else { letter });
    let mut kept: String = letters.by_ref().take(MOST_KEPT).collect();
    if letters.next().is_some() {
        kept.push('…');
    }
    kept
}

fn unanswered(cause: &OutboundError, started_at: Timestamp, duration_ms: i64) -> Receipt {
    // An address that may not be asked is not asked later either.
    let verdict = match cause {
        OutboundError::UnfitUrl | OutboundError::NotPublic(_) => Verdict::Final,
        _ => Verdict::Retry { hint: None },
    };
    let error = Some(sentence(cause));
    Receipt { started_at, duration_ms, response_code: None, response_body: None, error, verdict }
}

/// An error's text as a sentence.
fn sentence(cause: &OutboundError) -> String {
    let text = cause.to_string();
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_up_to_ten_thousand_characters_and_an_ellipsis() {
        assert_eq!(kept("ä".repeat(MOST_KEPT).as_bytes()).chars().count(), MOST_KEPT);
        let long = kept("ä".repeat(MOST_KEPT + 1).as_bytes());
        assert!(long.ends_with("ä…") && long.chars().count() == MOST_KEPT + 1);
        assert_eq!(kept(b"a\0b"), "a\u{fffd}b");
    }
}
