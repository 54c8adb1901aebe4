//! Who is not asked.

use crate::server::{Server, client};
use mainstay_outbound::{Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use url::Url;

async fn refusal(reach: Reach, addresses: &[&str], url: &str) -> OutboundError {
    let request = Request::new(Method::GET, Url::parse(url).expect("a URL"));
    client(reach, RootCertStore::empty(), addresses).send(request).await.expect_err("a refusal")
}

fn not_public(host: &str) -> OutboundError {
    OutboundError::NotPublic(host.to_owned())
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_asked() {
    for address in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
        let refused = refusal(Reach::public(), &[address], "https://api.example.com/").await;
        assert_eq!(refused, not_public("api.example.com"), "{address}");
    }
}

#[tokio::test]
async fn a_name_of_which_one_address_is_private_is_not_asked_at_all() {
    for addresses in [["1.1.1.1", "127.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["2606:4700::1111", "fe80::1"]] {
        let refused = refusal(Reach::public(), &addresses, "https://api.example.com/").await;
        assert_eq!(refused, not_public("api.example.com"), "{addresses:?}");
    }
}

#[tokio::test]
async fn an_address_in_the_url_is_checked_however_it_is_written() {
    for (url, host) in [
        ("https://127.0.0.1/", "127.0.0.1"),
        ("https://127.1/", "127.0.0.1"),
        ("https://0x7f000001/", "127.0.0.1"),
        ("https://2130706433/", "127.0.0.1"),
        ("https://0177.0.0.1/", "127.0.0.1"),
        ("https://[::1]/", "[::1]"),
        ("https://[::ffff:10.0.0.1]/", "[::ffff:a00:1]"),
        ("https://169.254.169.254/latest/meta-data/", "169.254.169.254"),
    ] {
        assert_eq!(refusal(Reach::public(), &["1.1.1.1"], url).await, not_public(host), "{url}");
    }
}

#[tokio::test]
async fn only_https_is_spoken_and_no_url_names_a_user() {
    for url in ["http://api.example.com/", "ftp://api.example.com/", "https://ada:pw@api.example.com/", "data:,x"] {
        assert_eq!(refusal(Reach::public(), &["1.1.1.1"], url).await, OutboundError::UnfitUrl, "{url}");
    }
    assert_eq!(refusal(Reach::anything(), &["1.1.1.1"], "file:///etc/passwd").await, OutboundError::UnfitUrl);
}

#[tokio::test]
async fn a_name_without_an_address_cannot_be_found() {
    let refused = refusal(Reach::public(), &[], "https://api.example.com/").await;
    assert_eq!(refused, OutboundError::Unresolved("api.example.com".to_owned()));
}

#[tokio::test]
async fn a_host_that_cannot_prove_its_name_is_told_nothing() {
    let (server, mine) = Server::proving("api.example.com", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    for (roots, host) in [(RootCertStore::empty(), "api.example.com"), (mine, "other.example.com")] {
        let url = Url::parse(&format!("https://{host}:{}/", server.address.port())).expect("a URL");
        let refused = client(Reach::anything(), roots, &["127.0.0.1"]).send(Request::new(Method::GET, url)).await;
        assert_eq!(refused.expect_err("a refusal"), OutboundError::Unreachable(host.to_owned()));
    }
    assert!(server.asked().is_empty());
}
