//! How much of an answer is taken, and which answers are none.

use crate::names::{Mute, client, naming};
use crate::server::Server;
use mainstay_outbound::{Answer, Method, Outbound as _, OutboundError, Overflow, Reach, Request};
use rustls::RootCertStore;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// Long enough for an answer that comes, in tests about those that do not.
const SOON: Duration = Duration::from_millis(200);
const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const HELLO_IN_CHUNKS: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

fn question(server: &Server) -> Request {
    let url = format!("http://api.example.com:{}/", server.address.port());
    Request::new(Method::GET, Url::parse(&url).expect("a URL"))
}

async fn ask(request: Request) -> Result<Answer, OutboundError> {
    client(Reach::anything(), RootCertStore::empty(), &["127.0.0.1"]).send(request).await
}

/// Writes until the client hangs up, pausing after each write, and tells of it.
fn endless(pause: Duration) -> (Server, UnboundedReceiver<()>) {
    let (gone, is_gone) = unbounded_channel();
    let server = Server::answering(move |stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        while stream.write_all(b"x").is_ok() {
            thread::sleep(pause);
        }
        gone.send(()).map_err(std::io::Error::other)
    });
    (server, is_gone)
}

async fn hangs_up(mut is_gone: UnboundedReceiver<()>) {
    let told = tokio::time::timeout(Duration::from_secs(10), is_gone.recv()).await;
    assert_eq!(told, Ok(Some(())), "the client hangs up");
}

#[tokio::test]
async fn a_body_as_long_as_it_may_be_is_taken_whole() {
    for answer in [HELLO, HELLO_IN_CHUNKS] {
        for overflow in [Overflow::Refuse, Overflow::Cut] {
            let server = Server::saying(answer);
            let taken = ask(Request { most_bytes: 5, overflow, ..question(&server) }).await.expect("an answer");
            assert_eq!((taken.body.as_slice(), taken.is_cut), (b"hello".as_slice(), false));
        }
    }
}

#[tokio::test]
async fn a_longer_body_is_refused_or_cut_as_was_asked() {
    for answer in [HELLO, HELLO_IN_CHUNKS] {
        for most_bytes in [4, 3, 1, 0] {
            let server = Server::saying(answer);
            let refused = ask(Request { most_bytes, ..question(&server) }).await;
            assert_eq!(refused.expect_err("a refusal"), OutboundError::TooLarge);
            let cut = Request { most_bytes, overflow: Overflow::Cut, ..question(&server) };
            let cut = ask(cut).await.expect("an answer");
            assert_eq!((cut.body.as_slice(), cut.is_cut), (&b"hello"[..most_bytes], true));
        }
    }
}

#[tokio::test]
async fn an_endless_body_ends_with_what_may_be_read_and_so_does_the_connection() {
    for overflow in [Overflow::Refuse, Overflow::Cut] {
        let (server, is_gone) = endless(Duration::ZERO);
        let asked = ask(Request { most_bytes: 1000, overflow, ..question(&server) }).await;
        match overflow {
            Overflow::Refuse => assert_eq!(asked.expect_err("a refusal"), OutboundError::TooLarge),
            Overflow::Cut => assert_eq!(asked.map(|cut| (cut.body.len(), cut.is_cut)), Ok((1000, true))),
        }
        hangs_up(is_gone).await;
    }
}

#[tokio::test]
async fn a_body_that_drips_takes_too_long_whatever_becomes_of_long_ones() {
    for overflow in [Overflow::Refuse, Overflow::Cut] {
        let (server, is_gone) = endless(Duration::from_millis(10));
        let asked = ask(Request { within: SOON, overflow, ..question(&server) }).await;
        assert_eq!(asked.expect_err("no answer"), OutboundError::TimedOut);
        hangs_up(is_gone).await;
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_takes_too_long() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = Url::parse(&format!("http://{}/", silent.local_addr().expect("an address"))).expect("a URL");
    let waited = ask(Request { within: SOON, ..Request::new(Method::GET, url.clone()) }).await;
    assert_eq!(waited.expect_err("no answer"), OutboundError::TimedOut);
    drop(silent);
    let refused = ask(Request::new(Method::GET, url)).await.expect_err("no answer");
    assert_eq!(refused, OutboundError::Unreachable("127.0.0.1".to_owned()));
}

#[tokio::test]
async fn a_name_that_is_not_told_takes_too_long() {
    let request = Request::new(Method::GET, Url::parse("https://api.example.com/").expect("a URL"));
    let waited = naming(Reach::public(), Arc::new(Mute)).send(Request { within: SOON, ..request }).await;
    assert_eq!(waited.expect_err("no answer"), OutboundError::TimedOut);
}

#[tokio::test]
async fn an_answer_that_is_no_http_or_breaks_off_is_none() {
    for broken in ["nonsense\r\n\r\n", "", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello"] {
        for overflow in [Overflow::Refuse, Overflow::Cut] {
            let server = Server::saying(broken);
            let asked = ask(Request { overflow, ..question(&server) }).await;
            assert_eq!(asked.expect_err("no answer"), OutboundError::Broken, "{broken}");
        }
    }
}

#[tokio::test]
async fn an_answer_whose_connection_is_reset_is_none() {
    // To hang up on a question that was not read resets the connection (RFC 9293 section 3.6.1).
    let server = Server::handling(|mut stream, _| {
        stream.peek(&mut [0])?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello")
    });
    for overflow in [Overflow::Refuse, Overflow::Cut] {
        let asked = ask(Request { overflow, ..question(&server) }).await;
        assert_eq!(asked.expect_err("no answer"), OutboundError::Broken);
    }
}
