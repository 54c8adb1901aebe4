//! What is asked, and what of the answer is taken.

use crate::server::{Server, Turncoat, client};
use mainstay_outbound::header::{HOST, HeaderValue, USER_AGENT};
use mainstay_outbound::{Answer, Guarded, Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use url::Url;

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-told: yes\r\n\r\nhello";

fn question(server: &Server) -> Request {
    let url = format!("http://api.example.com:{}/path?query", server.address.port());
    Request::new(Method::POST, Url::parse(&url).expect("a URL"))
}

async fn ask(request: Request) -> Result<Answer, OutboundError> {
    client(Reach::anything(), RootCertStore::empty(), &["127.0.0.1"]).send(request).await
}

#[tokio::test]
async fn the_answer_tells_status_headers_body_and_the_address_that_gave_it() {
    let server = Server::saying(HELLO);
    let mut request = question(&server);
    request.headers.insert(USER_AGENT, HeaderValue::from_static("tests"));
    request.headers.insert(HOST, HeaderValue::from_static("internal.example.com"));
    request.body = b"hi".to_vec();
    let answer = ask(request).await.expect("an answer");
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!((answer.headers["x-told"].as_bytes(), answer.address), (b"yes".as_slice(), server.address));
    let asked = server.asked().concat();
    assert!(asked.starts_with("POST /path?query HTTP/1.1\r\n") && asked.contains("user-agent: tests"), "{asked}");
    assert!(asked.contains("host: api.example.com:") && asked.contains("content-length: 2"), "{asked}");
    assert!(!asked.contains("internal"), "{asked}");
}

#[tokio::test]
async fn a_host_that_proves_its_name_is_asked_by_https() {
    let (server, roots) = Server::proving("api.example.com", HELLO);
    let url = Url::parse(&format!("https://api.example.com:{}/", server.address.port())).expect("a URL");
    let client = client(Reach::anything(), roots, &["127.0.0.1"]);
    assert_eq!(client.send(Request::new(Method::GET, url)).await.expect("an answer").body, b"hello");
}

#[tokio::test]
async fn a_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_afterwards() {
    let server = Server::saying(HELLO);
    let names = Arc::new(Turncoat::default());
    let client = Guarded::with(Reach::anything(), RootCertStore::empty(), Arc::clone(&names) as _).expect("a client");
    assert_eq!(client.send(question(&server)).await.expect("an answer").address, server.address);
    assert_eq!(names.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Server::saying(HELLO);
    let redirect =
        format!("HTTP/1.1 302 Found\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n", elsewhere.address);
    let server = Server::saying(&redirect);
    assert_eq!(ask(question(&server)).await.expect("an answer").status.as_u16(), 302);
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_body_is_read_as_far_as_it_may_go() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000));
    for (answer, most, is_taken) in [(HELLO, 5, true), (HELLO, 4, false), (endless.as_str(), 65_536, false)] {
        let server = Server::saying(answer);
        let asked = ask(Request { most_bytes: most, ..question(&server) }).await;
        assert_eq!(asked.as_ref().err() == Some(&OutboundError::TooLarge), !is_taken, "{asked:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_breaks_off_is_none() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let request = Request::new(Method::GET, Url::parse(&url).expect("a URL"));
    let waited = ask(Request { within: Duration::from_millis(50), ..request.clone() }).await;
    assert_eq!(waited.expect_err("no answer"), OutboundError::TimedOut);
    drop(silent);
    assert_eq!(ask(request).await.expect_err("no answer"), OutboundError::Unreachable("127.0.0.1".to_owned()));
    for broken in ["nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello"] {
        let server = Server::saying(broken);
        assert_eq!(ask(question(&server)).await.expect_err("no answer"), OutboundError::Broken, "{broken}");
    }
}

#[test]
fn no_print_shows_what_may_be_secret() {
    let mut request =
        Request::new(Method::GET, Url::parse("https://api.example.com/hook/s3cret?s3cret").expect("a URL"));
    request.headers.insert("x-key", HeaderValue::from_static("s3cret"));
    let printed = format!("{request:?}");
    assert!(printed.contains("api.example.com") && !printed.contains("s3cret"), "{printed}");
}
