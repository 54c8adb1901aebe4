//! Requests made into bytes once and sent many times.

use crate::token::{drawn, token};
use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stands in a body where a number that no other request of this run carries is to be written.
pub(crate) const NUMBER: &str = "################";

const JSON: &str = "application/json";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// One HTTP/1.1 request, ready to send.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    varying: Option<(Varying, Range<usize>)>,
}

/// What is written anew.
#[derive(Debug, Clone)]
enum Varying {
    /// By each sending, a number in place of [`NUMBER`].
    Number,
    /// By each sending, the token of one of so many seeded keys.
    Token(u32),
    /// By each sending, one of so many addresses that it was passed on from.
    Address(u32),
    /// By each answer, the text of its field of this name.
    Answered(&'static str),
    /// By each sending, the code that a provider of OAuth answers this request with.
    Code(Box<Request>),
}

impl Request {
    /// A `GET`, with an API key as its bearer when there is one.
    pub(crate) fn get(path: &str, key: Option<&str>) -> Self {
        Self::new(get(path, &authorization(key)))
    }

    /// A `GET` with one more header, as in `Cookie: a=b`.
    pub(crate) fn get_with_header(path: &str, header: &str) -> Self {
        Self::new(get(path, &format!("{header}\r\n")))
    }

    /// A `GET` of another host.
    pub(crate) fn get_of(host: &str, path: &str) -> Self {
        Self::new(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
    }

    /// A `GET` with another bearer each time, drawn from `count` seeded keys.
    pub(crate) fn get_with_any(path: &str, count: u32) -> Self {
        Self::with_any(count, |bearer| get(path, bearer))
    }

    /// A `POST` of a JSON body with another bearer each time, drawn from `count` seeded keys.
    pub(crate) fn post_with_any(path: &str, count: u32, body: &str) -> Self {
        Self::with_any(count, |bearer| post(path, bearer, JSON, body))
    }

    /// A `POST` of a JSON body by a browser, which a proxy passes on from another of `count` addresses each time.
    pub(crate) fn post_from_any(path: &str, count: u32, body: &str) -> Self {
        let first = address(0);
        let headers = format!("X-Forwarded-For: {first}\r\n{BROWSER}");
        let text = post(path, &headers, JSON, body);
        let place = place_of(&first, &text);
        Self { varying: place.map(|place| (Varying::Address(count), place)), ..Self::new(text) }
    }

    fn with_any(count: u32, text: impl FnOnce(&str) -> String) -> Self {
        let token = token(1);
        let text = text(&authorization(Some(&token)));
        let place = place_of(&token, &text);
        Self { varying: place.map(|place| (Varying::Token(count), place)), ..Self::new(text) }
    }

    /// A `POST` of a JSON body; [`NUMBER`] in it is replaced by another number each time.
    pub(crate) fn post(path: &str, key: Option<&str>, body: &str) -> Self {
        Self::new(post(path, &authorization(key), JSON, body))
    }

    /// A `PATCH` of a JSON body.
    pub(crate) fn patch(path: &str, key: &str, body: &str) -> Self {
        Self::new(with_body("PATCH", path, &authorization(Some(key)), JSON, body))
    }

    /// A `POST` of an HTML form.
    pub(crate) fn form(path: &str, form: &str) -> Self {
        Self::new(post(path, "", "application/x-www-form-urlencoded", form))
    }

    /// A `POST` of an HTML form that holds `code`, in whose place each sending writes the code that `first`, asked right
    /// before it, is answered with. All codes are equally long, and none stands anywhere else in the request.
    pub(crate) fn form_with_code(path: &str, form: &str, code: &str, first: Self) -> Self {
        let text = post(path, "", "application/x-www-form-urlencoded", form);
        let place = place_of(code, &text);
        Self { varying: place.map(|place| (Varying::Code(Box::new(first)), place)), ..Self::new(text) }
    }

    /// A `POST` of a JSON object with one field, which holds `first` at the start and then what the last answer held
    /// in its field of the same name. All of these texts are equally long and need no escapes in JSON.
    pub(crate) fn post_again(path: &str, field: &'static str, first: &str) -> Self {
        let request = Self::post(path, None, &format!(r#"{{"{field}": "{first}"}}"#));
        let end = request.bytes.len() - r#""}"#.len();
        Self { varying: Some((Varying::Answered(field), end - first.len()..end)), ..request }
    }

    fn new(text: String) -> Self {
        let place = place_of(NUMBER, &text);
        Self { bytes: text.into_bytes(), varying: place.map(|place| (Varying::Number, place)) }
    }

    /// The bytes to send next.
    pub(crate) fn next(&mut self) -> &[u8] {
        if let Some((varying, place)) = &self.varying
            && let Some(text) = varying.drawn()
        {
            self.bytes[place.clone()].copy_from_slice(text.as_bytes());
        }
        &self.bytes
    }

    /// What is asked before each sending, if anything is.
    pub(crate) fn first(&mut self) -> Option<&mut Self> {
        match &mut self.varying {
            Some((Varying::Code(first), _)) => Some(first),
            _ => None,
        }
    }

    /// Takes the code that the next sending carries.
    ///
    /// # Errors
    /// When this request carries none, or none of this length.
    pub(crate) fn carry(&mut self, code: &str) -> anyhow::Result<()> {
        let Some((Varying::Code(_), place)) = &self.varying else { bail!("a request carries no code") };
        ensure!(code.len() == place.len(), "the code has another length than the one before");
        self.bytes[place.clone()].copy_from_slice(code.as_bytes());
        Ok(())
    }

    /// Takes from the body of a successful answer what the next sending carries.
    ///
    /// # Errors
    /// When this request carries a field of the answer before, and the body holds no text of its length there.
    pub(crate) fn learn(&mut self, body: &[u8]) -> anyhow::Result<()> {
        let Some((Varying::Answered(field), place)) = &self.varying else { return Ok(()) };
        let body: Value = serde_json::from_slice(body).context("the answer to learn from is not JSON")?;
        let text = body[field].as_str().with_context(|| format!("the answer to learn from holds no {field}"))?;
        ensure!(text.len() == place.len(), "{field} has another length than the one before");
        self.bytes[place.clone()].copy_from_slice(text.as_bytes());
        Ok(())
    }
}

impl Varying {
    /// What the next sending writes, where it is not an answer that does.
    fn drawn(&self) -> Option<String> {
        let next = || NEXT.fetch_add(1, Ordering::Relaxed);
        match self {
            // Sixteen decimal digits outlast any run.
            Self::Number => Some(format!("{:016}", next() % 10_000_000_000_000_000)),
            Self::Token(count) => Some(token(drawn(next(), *count))),
            Self::Address(count) => Some(address(u32::try_from(next() % u64::from(*count)).unwrap_or(0))),
            Self::Answered(_) | Self::Code(_) => None,
        }
    }
}

/// What a browser says of itself.
const BROWSER: &str = "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/126.0.0.0 Safari/537.36\r\nAccept-Language: en\r\n";

/// An address of a network of its own (RFC 3849).
fn address(number: u32) -> String {
    format!("2001:db8:{:04x}:{:04x}::1", number >> 16, number & 0xffff)
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
}

fn post(path: &str, headers: &str, content_type: &str, body: &str) -> String {
    with_body("POST", path, headers, content_type, body)
}

fn with_body(method: &str, path: &str, headers: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}");
    format!("{head}Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn place_of(part: &str, text: &str) -> Option<Range<usize>> {
    text.find(part).map(|start| start..start + part.len())
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
    fn a_body_goes_with_every_key_that_is_drawn() {
        let mut request = Request::post_with_any("/uses", 3, r#"{"feature": "posts"}"#);
        let sent: HashSet<_> = (0..200).map(|_| request.next().to_vec()).collect();
        let of = |number| Request::post("/uses", Some(&token(number)), r#"{"feature": "posts"}"#).next().to_vec();
        assert_eq!(sent, (1..=3).map(of).collect());
    }

    #[test]
    fn a_page_is_told_of_from_every_address_that_is_drawn() {
        let mut request = Request::post_from_any("/track", 3, "{}");
        let sent: HashSet<_> = (0..30).map(|_| request.next().to_vec()).collect();
        let all = sent.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect::<String>();
        assert!(sent.len() == 3 && (0..3).all(|number| all.contains(&address(number))), "{all}");
    }

    #[test]
    fn what_an_answer_held_is_sent_until_the_next_answer() {
        let mut request = Request::post_again("/refresh", "token", "mst_1");
        let sent = |request: &mut Request| String::from_utf8_lossy(request.next()).into_owned();
        let first = sent(&mut request);
        assert!(first.ends_with(r#"{"token": "mst_1"}"#), "{first}");
        assert_eq!(sent(&mut request), first);
        request.learn(br#"{"other": 1, "token": "mst_2"}"#).expect("a token");
        assert_eq!(sent(&mut request), first.replace("mst_1", "mst_2"));
    }

    #[test]
    fn an_answer_that_teaches_nothing_is_an_error_and_changes_nothing() {
        let mut request = Request::post_again("/refresh", "token", "mst_1");
        let before = request.next().to_vec();
        for body in ["", "{}", r#"{"token": 7}"#, r#"{"token": "mst_10"}"#, r#"{"token": ""}"#, "[]"] {
            assert!(request.learn(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(request.next(), before);
        assert!(Request::get("/", None).learn(b"no JSON").is_ok());
    }

    #[test]
    fn each_code_takes_the_place_of_the_one_before() {
        let first = Request::get_with_header("/authorize", "Cookie: a=b");
        let mut request = Request::form_with_code("/token", "grant=code&code=xyz1&more=1", "xyz1", first);
        let first = request.first().expect("a request before").next().to_vec();
        assert_eq!(first, b"GET /authorize HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n");
        request.carry("abc2").expect("as long as the one before");
        let text = String::from_utf8_lossy(request.next()).into_owned();
        assert!(text.ends_with("Content-Length: 27\r\n\r\ngrant=code&code=abc2&more=1"), "{text}");
        assert!(request.carry("abc23").is_err() && Request::form("/token", "code=abc2").carry("abc3").is_err());
    }

    #[test]
    fn another_host_takes_the_place_of_this_one() {
        let mut request = Request::get_of("app.localhost", "/a");
        assert_eq!(request.next(), b"GET /a HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        let text = String::from_utf8_lossy(Request::patch("/a", "sk_1", "{}").next()).into_owned();
        assert!(text.starts_with("PATCH /a HTTP/1.1\r\n") && text.ends_with("Content-Length: 2\r\n\r\n{}"), "{text}");
    }

    #[test]
    fn a_request_without_a_number_stays_as_it_is() {
        let mut request = Request::get("/health", None);
        assert_eq!(request.next(), b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(request.next(), b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
}
