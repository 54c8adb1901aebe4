//! Answers that are read as they come, and what they may not do.

use crate::names::client;
use crate::server::Server;
use futures_util::{StreamExt as _, TryStreamExt as _};
use mainstay_outbound::{Bytes, Flow, Method, OutboundError, OutboundFlows as _, Pace, Reach, Request};
use rustls::RootCertStore;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

/// Long enough for an answer that comes, in tests about those that do not.
const SOON: Duration = Duration::from_millis(200);
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

fn question(server: &Server) -> Request {
    let url = format!("http://api.example.com:{}/", server.address.port());
    Request::new(Method::GET, Url::parse(&url).expect("a URL"))
}

async fn open(request: Request, pace: Pace) -> Result<Flow, OutboundError> {
    client(Reach::anything(), RootCertStore::empty(), &["127.0.0.1"]).open(request, pace).await
}

async fn whole(flow: Flow) -> Result<Vec<u8>, OutboundError> {
    flow.body.try_fold(Vec::new(), async |read, piece| Ok([read, piece.to_vec()].concat())).await
}

/// Sends its headers, then a byte, again and again after that pause, until the client hangs up, and tells of it.
fn dripping(pause: Duration) -> (Server, UnboundedReceiver<()>) {
    let (gone, is_gone) = unbounded_channel();
    let server = Server::answering(move |stream| {
        stream.write_all(HEAD)?;
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
async fn a_piece_is_read_before_the_next_one_is_sent() {
    let (go_on, may_go_on) = mpsc::channel();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let server = Server::answering(move |stream| {
        stream.write_all(HEAD)?;
        stream.write_all(b"first")?;
        may_go_on.lock().expect("the order").recv().map_err(std::io::Error::other)?;
        stream.write_all(b"second")
    });
    let mut flow = open(question(&server), Pace::default()).await.expect("an answer");
    assert_eq!((flow.status.as_u16(), flow.address), (200, server.address));
    assert_eq!(flow.headers["content-type"], "text/event-stream");
    assert_eq!(flow.body.next().await, Some(Ok(Bytes::from_static(b"first"))));
    go_on.send(()).expect("a server");
    assert_eq!(flow.body.next().await, Some(Ok(Bytes::from_static(b"second"))));
    assert_eq!(flow.body.next().await, None);
}

#[tokio::test]
async fn a_body_as_long_as_it_may_be_is_taken_and_a_longer_one_ends_in_a_fault_and_with_it_the_flow() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
    let flow = open(Request { most_bytes: 5, ..question(&server) }, Pace::default()).await.expect("an answer");
    assert_eq!(whole(flow).await.as_deref(), Ok(b"hello".as_slice()));
    let (endless, is_gone) = dripping(Duration::ZERO);
    let mut flow = open(Request { most_bytes: 1000, ..question(&endless) }, Pace::default()).await.expect("an answer");
    let mut read = 0;
    let fault = loop {
        match flow.body.next().await.expect("a piece or a fault") {
            Ok(piece) => read += piece.len(),
            Err(fault) => break fault,
        }
    };
    assert_eq!((fault, read <= 1000, flow.body.next().await), (OutboundError::TooLarge, true, None));
    hangs_up(is_gone).await;
}

#[tokio::test]
async fn a_flow_that_drips_is_late_at_its_end_and_one_that_falls_silent_before() {
    let whole_pace = Pace { whole: Some(SOON), silence: None };
    let (server, is_gone) = dripping(Duration::from_millis(10));
    let flow = open(question(&server), whole_pace).await.expect("an answer");
    assert_eq!(whole(flow).await, Err(OutboundError::TimedOut));
    hangs_up(is_gone).await;

    let silent = Pace { whole: None, silence: Some(SOON) };
    let (server, is_gone) = dripping(Duration::from_secs(2));
    let flow = open(question(&server), silent).await.expect("an answer");
    assert_eq!(whole(flow).await, Err(OutboundError::TimedOut));
    hangs_up(is_gone).await;
}

#[tokio::test]
async fn a_flow_that_is_dropped_gives_up_its_connection() {
    let (server, is_gone) = dripping(Duration::from_millis(10));
    drop(open(question(&server), Pace::default()).await.expect("an answer"));
    hangs_up(is_gone).await;
}

#[tokio::test]
async fn headers_that_do_not_come_take_too_long_and_bodies_that_break_off_are_none() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = Url::parse(&format!("http://{}/", silent.local_addr().expect("an address"))).expect("a URL");
    let late = open(Request { within: SOON, ..Request::new(Method::GET, url) }, Pace::default()).await;
    assert_eq!(late.expect_err("no answer"), OutboundError::TimedOut);
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello");
    let flow = open(question(&server), Pace::default()).await.expect("an answer");
    assert_eq!(whole(flow).await, Err(OutboundError::Broken));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_an_address_out_of_reach_is_not_asked() {
    let server = Server::saying("HTTP/1.1 302 Away\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(open(question(&server), Pace::default()).await.expect("an answer").status.as_u16(), 302);
    assert_eq!(server.connections(), 1);
    let url = Url::parse(&format!("https://127.0.0.1:{}/", server.address.port())).expect("a URL");
    let guarded = client(Reach::public(), RootCertStore::empty(), &["127.0.0.1"]);
    let refused = guarded.open(Request::new(Method::GET, url), Pace::default()).await;
    assert_eq!(refused.expect_err("a refusal"), OutboundError::NotPublic("127.0.0.1".to_owned()));
    assert_eq!(server.connections(), 1);
}
