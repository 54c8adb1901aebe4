//! Who is not asked.

use crate::names::{Turncoat, client, naming};
use crate::server::Server;
use mainstay_outbound::{Guarded, Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use url::Url;

fn url() -> Url {
    Url::parse("https://api.example.com/").expect("a URL")
}

async fn sent(client: &Guarded) -> OutboundError {
    client.send(Request::new(Method::GET, url())).await.expect_err("no answer")
}

/// What both ways say of a name with these addresses.
async fn refusal(reach: Reach, addresses: &[&str]) -> OutboundError {
    let client = client(reach, RootCertStore::empty(), addresses);
    let checked = client.check(&url()).await.expect_err("a refusal");
    assert_eq!(sent(&client).await, checked);
    checked
}

fn not_public() -> OutboundError {
    OutboundError::NotPublic("api.example.com".to_owned())
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_asked() {
    for address in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
        assert_eq!(refusal(Reach::public(), &[address]).await, not_public(), "{address}");
    }
}

#[tokio::test]
async fn a_name_of_which_one_address_is_private_is_not_asked_at_all() {
    for addresses in [["1.1.1.1", "127.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["2606:4700::1111", "fe80::1"]] {
        assert_eq!(refusal(Reach::public(), &addresses).await, not_public(), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_without_an_address_cannot_be_found() {
    let refused = refusal(Reach::public(), &[]).await;
    assert_eq!(refused, OutboundError::Unresolved("api.example.com".to_owned()));
}

#[tokio::test]
async fn a_check_passes_what_is_public_and_what_was_allowed() {
    let allowing = || Reach::public_and(["10.1.0.0/16".parse().expect("a network")]);
    let named = client(allowing(), RootCertStore::empty(), &["10.1.2.3", "1.1.1.1"]);
    assert_eq!(named.check(&url()).await, Ok(()));
    assert_eq!(refusal(allowing(), &["10.1.2.3", "10.2.2.3"]).await, not_public());
    // An address needs no name.
    let nameless = client(Reach::public(), RootCertStore::empty(), &[]);
    for literal in ["https://1.1.1.1/", "https://8.8.8.8:8443/x?y", "https://[2606:4700::1111]/", "https://134744072/"]
    {
        assert_eq!(nameless.check(&Url::parse(literal).expect("a URL")).await, Ok(()), "{literal}");
    }
}

#[tokio::test]
async fn a_name_that_was_public_when_checked_is_checked_again_when_asked() {
    let names = Turncoat::new(&["1.1.1.1", "127.0.0.1"]);
    let client = naming(Reach::public(), names);
    assert_eq!(client.check(&url()).await, Ok(()));
    assert_eq!(sent(&client).await, not_public());
}

#[tokio::test]
async fn a_private_server_is_not_so_much_as_connected_to() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let client = client(Reach::public(), RootCertStore::empty(), &["127.0.0.1"]);
    let url = Url::parse(&format!("https://api.example.com:{}/", server.address.port())).expect("a URL");
    assert_eq!(client.send(Request::new(Method::GET, url)).await.expect_err("no answer"), not_public());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_check_connects_to_nobody() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let client = client(Reach::anything(), RootCertStore::empty(), &["127.0.0.1"]);
    for host in ["127.0.0.1", "api.example.com"] {
        let url = Url::parse(&format!("http://{host}:{}/", server.address.port())).expect("a URL");
        assert_eq!(client.check(&url).await, Ok(()));
    }
    assert_eq!(server.connections(), 0);
}
