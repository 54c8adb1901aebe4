//! Requests made into bytes once and sent many times.

use crate::token::{drawn, token};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stands in a body where a number that no other request of this run carries is to be written.
pub(crate) const NUMBER: &str = "################";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// One HTTP/1.1 request, ready to send.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    varying: Option<(Varying, Range<usize>)>,
}

/// What each sending writes anew.
#[derive(Debug, Clone, Copy)]
enum Varying {
    /// A number in place of [`NUMBER`].
    Number,
    /// The token of one of so many seeded keys.
    Token(u32),
}

impl Request {
    /// A `GET`, with an API key as its bearer when there is one.
    pub(crate) fn get(path: &str, key: Option<&str>) -> Self {
        Self::new(get(path, key))
    }

    /// A `GET` with another bearer each time, drawn from `count` seeded keys.
    pub(crate) fn get_with_any(path: &str, count: u32) -> Self {
        let token = token(1);
        let text = get(path, Some(&token));
        let place = text.find(&token).map(|start| start..start + token.len());
        Self { varying: place.map(|place| (Varying::Token(count), place)), ..Self::new(text) }
    }

    /// A `POST` of a JSON body; [`NUMBER`] in it is replaced by another number each time.
    pub(crate) fn post(path: &str, key: Option<&str>, body: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            authorization(key),
            body.len()
        );
        Self::new(head + body)
    }

    fn new(text: String) -> Self {
        let place = text.find(NUMBER).map(|start| start..start + NUMBER.len());
        Self { bytes: text.into_bytes(), varying: place.map(|place| (Varying::Number, place)) }
    }

    /// The bytes to send next.
    pub(crate) fn next(&mut self) -> &[u8] {
        if let Some((varying, place)) = self.varying.clone() {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            let text = match varying {
                // Sixteen decimal digits outlast any run.
                Varying::Number => format!("{:016}", next % 10_000_000_000_000_000),
                Varying::Token(count) => token(drawn(next, count)),
            };
            self.bytes[place].copy_from_slice(text.as_bytes());
        }
        &self.bytes
    }
}

fn get(path: &str, key: Option<&str>) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", authorization(key))
}

fn authorization(key: Option<&str>) -> String {
    key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbered_requests_differ_and_keep_their_length() {
        let mut request = Request::post("/things", Some("sk_1"), &format!(r#"{{"name": "Thing {NUMBER}"}}"#));
        let (first, second) = (request.next().to_vec(), request.next().to_vec());
        assert_ne!(first, second);
        assert_eq!(first.len(), second.len());
        let text = String::from_utf8(first).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        assert!(!body.contains('#'), "{body}");
    }

    #[test]
    fn any_key_of_the_seeded_ones_may_be_the_bearer() {
        let mut request = Request::get_with_any("/me", 3);
        let seen: HashSet<_> = (0..200).map(|_| request.next().to_vec()).collect();
        let expected = (1..=3).map(|number| Request::get("/me", Some(&token(number))).next().to_vec());
        assert_eq!(seen, expected.collect());
    }

    #[test]
    fn a_request_without_a_number_stays_as_it_is() {
        let mut request = Request::get("/health", None);
        assert_eq!(request.next(), b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(request.next(), b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
}
