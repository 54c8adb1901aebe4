//! Hosts that are written oddly.

use crate::names::client;
use mainstay_outbound::{Method, Outbound as _, OutboundError, Reach, Request};
use rustls::RootCertStore;
use url::Url;

/// Spellings of addresses that are not public, and what they mean.
const PRIVATE: &[(&str, &str)] = &[
    ("127.0.0.1", "127.0.0.1"),
    ("127.0.0.1.", "127.0.0.1"),
    ("2130706433", "127.0.0.1"),
    ("0x7f000001", "127.0.0.1"),
    ("0X7F.1", "127.0.0.1"),
    ("0x7f.1", "127.0.0.1"),
    ("0177.0.0.1", "127.0.0.1"),
    ("017700000001", "127.0.0.1"),
    ("127.1", "127.0.0.1"),
    ("127.0.1", "127.0.0.1"),
    ("%31%32%37.0.0.1", "127.0.0.1"),
    ("１２７.０.０.１", "127.0.0.1"),
    ("127。0。0。1", "127.0.0.1"),
    ("①②⑦.⓪.⓪.①", "127.0.0.1"),
    ("0", "0.0.0.0"),
    ("0x0", "0.0.0.0"),
    ("10.1", "10.0.0.1"),
    ("167772161", "10.0.0.1"),
    ("012.0.0.1", "10.0.0.1"),
    ("172.1048577", "172.16.0.1"),
    ("192.168.257", "192.168.1.1"),
    ("2852039166", "169.254.169.254"),
    ("0xA9FEA9FE", "169.254.169.254"),
    ("0251.0376.0251.0376", "169.254.169.254"),
    ("169.254.43518", "169.254.169.254"),
    ("[::1]", "[::1]"),
    ("[0:0:0:0:0:0:0:1]", "[::1]"),
    ("[::]", "[::]"),
    ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ("[::FFFF:7F00:1]", "[::ffff:7f00:1]"),
    ("[::127.0.0.1]", "[::7f00:1]"),
    ("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]"),
    ("[64:ff9b::10.0.0.1]", "[64:ff9b::a00:1]"),
    ("[2002:7f00:1::]", "[2002:7f00:1::]"),
    ("[fd00:ec2::254]", "[fd00:ec2::254]"),
];

/// Spellings of names of this machine, and what they mean.
const LOCAL: &[(&str, &str)] = &[
    ("localhost", "localhost"),
    ("LOCALHOST", "localhost"),
    ("LocalHost.", "localhost."),
    ("localhost.localdomain", "localhost.localdomain"),
    ("localhost.localdomain.", "localhost.localdomain."),
    ("db.localhost", "db.localhost"),
    ("a.b.LOCALHOST.", "a.b.localhost."),
    ("l%6Fcalhost", "localhost"),
    ("ｌｏｃａｌｈｏｓｔ", "localhost"),
    ("loc\u{ad}alhost", "localhost"),
];

/// What both ways say of a URL, with names that lead to this address.
async fn refusal(reach: &Reach, leads_to: &str, url: &str) -> OutboundError {
    let url = Url::parse(url).expect("a URL");
    let client = client(reach.clone(), RootCertStore::empty(), &[leads_to]);
    let checked = client.check(&url).await.expect_err("a refusal");
    assert_eq!(client.send(Request::new(Method::GET, url)).await.expect_err("a refusal"), checked);
    checked
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused_however_it_is_written() {
    for (written, host) in PRIVATE {
        let refused = refusal(&Reach::public(), "1.1.1.1", &format!("https://{written}:8443/path")).await;
        assert_eq!(refused, OutboundError::NotPublic((*host).to_owned()), "{written}");
    }
}

#[tokio::test]
async fn a_name_of_this_machine_is_refused_whatever_address_it_has() {
    for (written, host) in LOCAL {
        for reach in [Reach::public(), Reach::public_and(["10.0.0.0/8".parse().expect("a network")])] {
            let refused = refusal(&reach, "1.1.1.1", &format!("https://{written}/")).await;
            assert_eq!(refused, OutboundError::NotPublic((*host).to_owned()), "{written}");
        }
    }
}

#[tokio::test]
async fn a_name_of_this_machine_is_asked_where_this_machine_is_within_reach() {
    let loopback = Reach::public_and(["127.0.0.0/8".parse().expect("a network")]);
    for reach in [Reach::anything(), loopback] {
        let client = client(reach, RootCertStore::empty(), &["127.0.0.1"]);
        for (written, _) in LOCAL {
            let url = Url::parse(&format!("https://{written}/")).expect("a URL");
            assert_eq!(client.check(&url).await, Ok(()), "{written}");
        }
    }
    let other = Reach::public_and(["127.0.0.0/8".parse().expect("a network")]);
    let refused = refusal(&other, "10.0.0.1", "https://localhost/").await;
    assert_eq!(refused, OutboundError::NotPublic("localhost".to_owned()), "its address is checked as any other");
}

#[tokio::test]
async fn a_name_that_only_resembles_one_of_this_machine_is_a_name_like_any_other() {
    let client = client(Reach::public(), RootCertStore::empty(), &["1.1.1.1"]);
    for host in ["localhost.example.com", "mylocalhost", "localhosts", "localdomain.example"] {
        let url = Url::parse(&format!("https://{host}/")).expect("a URL");
        assert_eq!(client.check(&url).await, Ok(()), "{host}");
    }
}

#[tokio::test]
async fn nothing_but_https_without_a_user_is_asked_however_it_is_written() {
    for url in [
        "http://2130706433/",
        "http://api.example.com/",
        "HTTP://api.example.com/",
        "ftp://api.example.com/",
        "gopher://127.0.0.1/",
        "data:,x",
        "https://ada@api.example.com/",
        "https://:pw@api.example.com/",
        "https://ada:pw@127.0.0.1/",
        "https://api.example.com%40x:y@1.1.1.1/",
    ] {
        for reach in [Reach::public(), Reach::public_and(["0.0.0.0/0".parse().expect("a network")])] {
            assert_eq!(refusal(&reach, "1.1.1.1", url).await, OutboundError::UnfitUrl, "{url}");
        }
    }
    assert_eq!(refusal(&Reach::anything(), "1.1.1.1", "file:///etc/passwd").await, OutboundError::UnfitUrl);
}
