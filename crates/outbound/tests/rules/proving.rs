//! Who is believed.

use crate::names::client;
use crate::server::Server;
use mainstay_outbound::{Answer, Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use url::Url;

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

fn question(server: &Server, scheme: &str, host: &str) -> Request {
    let url = Url::parse(&format!("{scheme}://{host}:{}/", server.address.port())).expect("a URL");
    Request::new(Method::GET, url)
}

async fn ask(server: &Server, host: &str, roots: RootCertStore) -> Result<Answer, OutboundError> {
    client(Reach::anything(), roots, &["127.0.0.1"]).send(question(server, "https", host)).await
}

fn untrusted(host: &str) -> OutboundError {
    OutboundError::Untrusted(host.to_owned())
}

#[tokio::test]
async fn a_host_that_proves_its_name_is_asked_by_https() {
    let (server, roots) = Server::proving("api.example.com", HELLO);
    assert_eq!(ask(&server, "api.example.com", roots).await.expect("an answer").body, b"hello");
}

#[tokio::test]
async fn a_host_in_an_allowed_network_proves_its_name_as_any_other() {
    let (server, roots) = Server::proving("api.example.com", HELLO);
    let loopback = Reach::public_and(["127.0.0.0/8".parse().expect("a network")]);
    let allowing = client(loopback.clone(), roots, &["127.0.0.1"]);
    let answer = allowing.send(question(&server, "https", "api.example.com")).await.expect("an answer");
    assert_eq!((answer.body.as_slice(), answer.address), (b"hello".as_slice(), server.address));
    let refused = allowing.send(question(&server, "http", "api.example.com")).await;
    assert_eq!(refused.expect_err("a refusal"), OutboundError::UnfitUrl);
    let doubting = client(loopback, RootCertStore::empty(), &["127.0.0.1"]);
    let refused = doubting.send(question(&server, "https", "api.example.com")).await;
    assert_eq!(refused.expect_err("a refusal"), untrusted("api.example.com"));
}

#[tokio::test]
async fn a_host_that_vouches_for_itself_is_told_nothing() {
    let (server, _) = Server::proving("api.example.com", HELLO);
    let refused = ask(&server, "api.example.com", RootCertStore::empty()).await.expect_err("a refusal");
    assert_eq!(refused, untrusted("api.example.com"));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_host_that_proves_another_name_is_told_nothing() {
    let (server, roots) = Server::proving("api.example.com", HELLO);
    for host in ["other.example.com", "127.0.0.1"] {
        let refused = ask(&server, host, roots.clone()).await.expect_err("a refusal");
        assert_eq!(refused, untrusted(host));
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_told_nothing() {
    let server = Server::handling(|mut stream, _| std::io::Write::write_all(&mut stream, HELLO.as_bytes()));
    let refused = ask(&server, "api.example.com", RootCertStore::empty()).await.expect_err("a refusal");
    assert_eq!(refused, untrusted("api.example.com"));
}
