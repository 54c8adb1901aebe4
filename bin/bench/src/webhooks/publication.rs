//! An event made into the bytes of its request once, and published many times.

use crate::request::Request;
use mainstay_kernel::Timestamp;
use memchr::memmem;
use std::ops::Range;

/// How many endpoints there are, numbered from 0.
pub(crate) const ENDPOINTS: usize = 100;
/// What every endpoint hears.
pub(crate) const FOR_ALL: &str = "load.all";

/// What stands before the instant of sending in a body; the gateway writes its JSON as close as this.
const SENT: &[u8] = br#""sent":""#;
/// Microseconds since 1970 have sixteen digits from 2001 to 2286.
const DIGITS: usize = 16;

/// Who hears an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Another endpoint each time, in turn.
    One,
    /// Every endpoint.
    All,
}

/// The type of the events that only this endpoint hears. All are equally long.
pub(crate) fn event_type(endpoint: usize) -> String {
    format!("load.e{endpoint:02}")
}

/// A request that publishes one event.
#[derive(Debug, Clone)]
pub(crate) struct Publication {
    bytes: Vec<u8>,
    event_type: Option<Range<usize>>,
    sent: Range<usize>,
}

impl Publication {
    /// The request of who has this key.
    pub(crate) fn new(key: &str, audience: Audience) -> Self {
        let for_one = event_type(0);
        let name = if audience == Audience::One { &for_one } else { FOR_ALL };
        let body = format!(r#"{{"type":"{name}","data":{{"order":4711,"sent":"{:0DIGITS$}"}}}}"#, 0);
        let bytes = Request::post("/api/v1/events", Some(key), &body).next().to_vec();
        let start = bytes.len() - body.len() + r#"{"type":""#.len();
        let end = bytes.len() - r#""}}"#.len();
        let event_type = (audience == Audience::One).then_some(start..start + name.len());
        Self { bytes, event_type, sent: end - DIGITS..end }
    }

    /// The bytes to send at `now`, to be heard by `endpoint` if it is for one.
    pub(crate) fn next(&mut self, endpoint: usize, now: Timestamp) -> &[u8] {
        if let Some(place) = &self.event_type {
            self.bytes[place.clone()].copy_from_slice(event_type(endpoint).as_bytes());
        }
        self.bytes[self.sent.clone()].copy_from_slice(format!("{:0DIGITS$}", now.micros()).as_bytes());
        &self.bytes
    }
}

/// When the event that a delivery's body tells of was sent.
pub(crate) fn sent(body: &[u8]) -> Option<Timestamp> {
    let start = memmem::find(body, SENT)? + SENT.len();
    let digits = std::str::from_utf8(body.get(start..start + DIGITS)?).ok()?;
    digits.parse().ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_123_456);

    fn body(publication: &mut Publication, endpoint: usize) -> serde_json::Value {
        let text = String::from_utf8_lossy(publication.next(endpoint, NOW)).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a body");
        assert!(head.contains("Bearer sk_1") && head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        serde_json::from_str(body).expect("JSON")
    }

    #[test]
    fn each_sending_says_when_it_was_and_who_is_to_hear_it() {
        let mut for_one = Publication::new("sk_1", Audience::One);
        for (endpoint, expected) in [(7, "load.e07"), (99, "load.e99")] {
            let body = body(&mut for_one, endpoint);
            assert_eq!(
                (body["type"].as_str(), body["data"]["sent"].as_str()),
                (Some(expected), Some("1790000000123456"))
            );
        }
        assert_eq!(body(&mut Publication::new("sk_1", Audience::All), 7)["type"], FOR_ALL);
    }

    #[test]
    fn the_receiver_reads_when_an_event_was_sent() {
        let mut publication = Publication::new("sk_1", Audience::One);
        assert_eq!(sent(publication.next(1, NOW)), Some(NOW));
        for wrong in [&b"{}"[..], br#"{"sent":"12"}"#, br#"{"sent":"0000x00000000000"}"#] {
            assert_eq!(sent(wrong), None);
        }
    }
}
