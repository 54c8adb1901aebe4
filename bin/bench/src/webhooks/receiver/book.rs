//! What the receiver remembers, and how it is asked for it.

use super::incoming::Incoming;
use crate::webhooks::publication;
use mainstay_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// The answer to who is kept waiting.
pub(super) const SILENCE: &[u8] = b"";
const ARRIVED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const UNKNOWN: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

/// The first delivery of an event to an endpoint: the endpoint's number, and microseconds since the event was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrival(pub(crate) usize, pub(crate) u64);

/// How many deliveries came since the receiver was told to forget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// For the first time.
    pub(crate) arrived: u64,
    /// Once more.
    pub(crate) again: u64,
    /// How many were kept waiting, ever.
    pub(crate) hanging: u64,
    /// When the last one came for the first time, in microseconds since 1970.
    pub(crate) last_at: i64,
}

/// Everything that arrived of the events that were published since the receiver was last told to forget.
#[derive(Debug, Default)]
pub(super) struct Book {
    since: Timestamp,
    hasher: RandomState,
    seen: HashSet<(usize, u64)>,
    arrivals: Vec<Arrival>,
    tally: Tally,
}

impl Book {
    /// What a request that came at `now` is answered.
    pub(super) fn answer(&mut self, incoming: &Incoming<'_>, now: Timestamp) -> Cow<'static, [u8]> {
        match incoming.path {
            "/hang" => {
                self.tally.hanging += 1;
                SILENCE.into()
            }
            "/health" => ARRIVED.into(),
            "/tally" => json(&self.tally),
            "/arrivals" => json(&self.arrivals),
            "/forget" => {
                let (hasher, hanging) = (self.hasher.clone(), self.tally.hanging);
                *self = Self { since: now, hasher, tally: Tally { hanging, ..Tally::default() }, ..Self::default() };
                ARRIVED.into()
            }
            _ => self.enter(incoming, now).map_or(UNKNOWN, |()| ARRIVED).into(),
        }
    }

    /// Counts a delivery, if it is one.
    fn enter(&mut self, incoming: &Incoming<'_>, now: Timestamp) -> Option<()> {
        let endpoint = incoming.path.strip_prefix("/e/")?.parse().ok()?;
        let sent = publication::sent(incoming.body)?;
        if sent < self.since {
            // Late from the round before.
            return Some(());
        }
        if self.seen.insert((endpoint, self.hasher.hash_one(incoming.event?))) {
            let latency = now.since(sent).as_micros();
            self.arrivals.push(Arrival(endpoint, u64::try_from(latency).unwrap_or(u64::MAX)));
            self.tally.arrived += 1;
            self.tally.last_at = now.micros();
        } else {
            self.tally.again += 1;
        }
        Some(())
    }
}

fn json(content: &impl Serialize) -> Cow<'static, [u8]> {
    let body = serde_json::to_string(content).expect("numbers are written as JSON");
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","data":{"sent":"0000000005000000"}}"#;

    fn told(book: &mut Book, path: &str, event: &str, second: i64) -> Cow<'static, [u8]> {
        let incoming = Incoming { path, event: Some(event), body: BODY, length: 0 };
        book.answer(&incoming, Timestamp::from_seconds(second))
    }

    #[test]
    fn a_delivery_counts_once_for_each_endpoint_and_event() {
        let mut book = Book::default();
        for (path, event, second) in [("/e/1", "a", 6), ("/e/2", "a", 7), ("/e/1", "b", 8), ("/e/1", "a", 9)] {
            assert_eq!(told(&mut book, path, event, second), ARRIVED);
        }
        assert_eq!(book.tally, Tally { arrived: 3, again: 1, hanging: 0, last_at: 8_000_000 });
        assert_eq!(book.arrivals, [Arrival(1, 1_000_000), Arrival(2, 2_000_000), Arrival(1, 3_000_000)]);
    }

    #[test]
    fn what_was_published_before_the_round_is_not_counted_in_it() {
        let mut book = Book::default();
        told(&mut book, "/hang", "a", 5);
        told(&mut book, "/forget", "a", 6);
        assert_eq!(told(&mut book, "/e/1", "a", 7), ARRIVED);
        assert_eq!(book.tally, Tally { hanging: 1, ..Tally::default() });
    }

    #[test]
    fn who_hangs_gets_no_answer_and_what_is_no_delivery_is_refused() {
        let mut book = Book::default();
        assert_eq!(told(&mut book, "/hang", "a", 6), SILENCE);
        for path in ["/", "/e/", "/e/x"] {
            assert_eq!(told(&mut book, path, "a", 6), UNKNOWN, "{path}");
        }
    }
}
