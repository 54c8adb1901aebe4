//! Somebody who is told: an HTTP server of this machine that remembers what it got and answers as it is bidden.

use serde_json::Value;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long a test waits for a request that must come.
const PATIENCE: Duration = Duration::from_secs(40);

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Its headers in their order, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }
}

/// What is to be answered.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    delay: Duration,
}

impl Reply {
    /// This status at once, with a short body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: r#"{"received": true}"#.to_owned(), delay: Duration::ZERO }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with another body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// The same after a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn text(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Bidden\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        format!("{head}\r\n{}", self.body)
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Notify,
}

/// What is answered to a request.
type Manner = Arc<dyn Fn(&Received) -> Reply + Send + Sync>;

#[derive(Default)]
struct State {
    received: Vec<Received>,
    taken: usize,
    next: VecDeque<Reply>,
    otherwise: Option<Manner>,
}

impl State {
    fn reply_to(&mut self, received: &Received) -> Reply {
        let bidden = self.next.pop_front();
        bidden.or_else(|| self.otherwise.as_ref().map(|manner| manner(received))).unwrap_or_else(|| Reply::status(200))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server that answers 200 unless it is bidden otherwise. It ends when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// On a free port of this machine.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let (address, shared) = (listener.local_addr().expect("it has an address"), Arc::<Shared>::default());
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self { address, shared, serving }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers the next request that has no answer yet in this way.
    pub fn will(&self, reply: Reply) {
        self.shared.state().next.push_back(reply);
    }

    /// Answers in this way whenever nothing else was bidden.
    pub fn always(&self, reply: Reply) {
        self.answers(move |_| reply.clone());
    }

    /// Answers whatever comes in this manner, when nothing else was bidden.
    pub fn answers(&self, manner: impl Fn(&Received) -> Reply + Send + Sync + 'static) {
        self.shared.state().otherwise = Some(Arc::new(manner));
    }

    /// How many requests came so far.
    pub fn count(&self) -> usize {
        self.shared.state().received.len()
    }

    /// The oldest request that was not given before, once it has come.
    ///
    /// # Panics
    /// When none comes within 40 seconds.
    pub async fn next(&self) -> Received {
        let waiting = async {
            loop {
                // Asked for before the look, so that what comes in between is not missed.
                let arrived = self.shared.arrived.notified();
                if let Some(received) = self.take() {
                    return received;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("a request comes")
    }

    fn take(&self) -> Option<Received> {
        let mut state = self.shared.state();
        let received = state.received.get(state.taken).cloned()?;
        state.taken += 1;
        Some(received)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, Arc::clone(&shared)));
    }
}

/// Answers every request of a connection, until the other side ends it.
async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(received) = read(&mut stream).await {
        let reply = {
            let mut state = shared.state();
            let reply = state.reply_to(&received);
            state.received.push(received);
            reply
        };
        shared.arrived.notify_waiters();
        tokio::time::sleep(reply.delay).await;
        if stream.write_all(reply.text().as_bytes()).await.is_err() {
            return;
        }
    }
}

/// One request (RFC 9112), if another one comes.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let asked = line(stream).await?;
    let mut words = asked.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let text = line(stream).await?;
        if text.is_empty() {
            break;
        }
        let (name, value) = text.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received { method, path, headers, body })
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    let read = stream.read_line(&mut text).await.ok()?;
    (read > 0).then(|| text.trim_end().to_owned())
}
