//! The proxy, spoken to as programs do, with hosts of this machine behind it.

mod refusing;
mod relaying;
mod tunnelling;

use super::guard::{Bounds, Guard};
use super::{Egress, Hosts, Refusals, Served, Traffic};
use async_trait::async_trait;
use mainstay_outbound::{Names, Reach};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Hosts that are where their names say: `10-0-0-7.test` is 10.0.0.7, `both.test` is this machine and a private one, and
/// nothing else is anywhere.
struct ToldNames;

#[async_trait]
impl Names for ToldNames {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let at = |text: &str| text.parse::<IpAddr>().ok();
        let told = match host {
            "both.test" => ["127.0.0.1", "10.0.0.7"].into_iter().filter_map(at).collect(),
            _ => {
                host.strip_suffix(".test").and_then(|name| at(&name.replace('-', "."))).into_iter().collect::<Vec<_>>()
            }
        };
        if told.is_empty() { Err(io::Error::other("nowhere")) } else { Ok(told) }
    }
}

/// Keeps what was refused.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

impl Refusals for Kept {
    fn refused(&self, sentence: String) {
        self.0.lock().expect("no poison").push(sentence);
    }
}

/// A proxy for a box, whose hosts are told.
struct Way {
    address: SocketAddr,
    kept: Arc<Kept>,
    served: Served,
}

/// What a test changes of a proxy that lets this machine be reached, at the port of its host.
struct Terms {
    hosts: Hosts,
    reach: Reach,
    bounds: Bounds,
}

impl Terms {
    fn to(port: u16) -> Self {
        let here = ["127.0.0.1/32".parse().expect("a network")];
        let bounds = Bounds { ports: vec![port, 443, 80], is_own: |_| false, ..Bounds::default() };
        Self { hosts: Hosts::any(), reach: Reach::public_and(here), bounds }
    }

    fn serve(self) -> Way {
        let mut guard = Guard::new(self.hosts, Arc::new(ToldNames), self.reach, "mainstay.test");
        guard.bounds = self.bounds;
        let listener = StdListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let kept = Arc::new(Kept::default());
        let refusals = Arc::clone(&kept);
        let served = Egress { guard: Arc::new(guard) }.serve(listener, refusals).expect("served");
        Way { address, kept, served }
    }
}

impl Way {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the proxy listens")
    }

    /// The whole answer to a request.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.expect("said");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    /// The status and the text of the answer to whoever wants a tunnel.
    async fn refusal(&self, target: &str) -> (u16, String) {
        let answer = self.ask(&format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n")).await;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        (status, answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim_end().to_owned())
    }

    /// A tunnel.
    async fn tunnel(&self, target: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream
            .write_all(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").as_bytes())
            .await
            .expect("said");
        let head = head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        stream
    }

    fn told(&self) -> Vec<String> {
        self.kept.0.lock().expect("no poison").clone()
    }
}

/// The head of a message.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    String::from_utf8(head).expect("text")
}

/// A host that says what it is told, and its port.
async fn echo() -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let echoing = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.split();
                tokio::io::copy(&mut read, &mut write).await
            });
        }
    });
    (port, echoing)
}

/// Whether nothing more comes of a stream, within some seconds.
async fn ends(stream: &mut TcpStream) -> bool {
    let mut more = [0; 1];
    let reading = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut more));
    matches!(reading.await, Ok(Ok(0) | Err(_)))
}
