//! What is asked, and over which connections.

use crate::names::{Turncoat, client, naming};
use crate::server::Server;
use mainstay_outbound::header::{HOST, HeaderValue, USER_AGENT};
use mainstay_outbound::{Answer, Bytes, Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use std::sync::atomic::Ordering;
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
    request.body = Bytes::from_static(b"hi");
    let answer = ask(request).await.expect("an answer");
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!((answer.headers["x-told"].as_bytes(), answer.address), (b"yes".as_slice(), server.address));
    let asked = server.asked().concat();
    assert!(asked.starts_with("POST /path?query HTTP/1.1\r\n") && asked.contains("user-agent: tests"), "{asked}");
    assert!(asked.contains("host: api.example.com:") && asked.contains("content-length: 2"), "{asked}");
    assert!(asked.ends_with("\r\n\r\nhi") && !asked.contains("internal"), "{asked}");
}

#[tokio::test]
async fn a_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_afterwards() {
    let server = Server::saying(HELLO);
    let names = Turncoat::new(&["127.0.0.1", "127.0.0.77"]);
    let client = naming(Reach::anything(), names.clone());
    assert_eq!(client.send(question(&server)).await.expect("an answer").address, server.address);
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Server::saying(HELLO);
    for status in [301, 302, 303, 307, 308] {
        let redirect =
            format!("HTTP/1.1 {status} Away\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n", elsewhere.address);
        let server = Server::saying(&redirect);
        assert_eq!(ask(question(&server)).await.expect("an answer").status.as_u16(), status);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn many_questions_to_a_host_share_a_connection() {
    let server = Server::staying(HELLO);
    let client = client(Reach::anything(), RootCertStore::empty(), &["127.0.0.1"]);
    for _ in 0..20 {
        client.send(question(&server)).await.expect("an answer");
    }
    assert_eq!(server.asked().len(), 20);
    assert!(server.connections() < 10, "{}", server.connections());
}
