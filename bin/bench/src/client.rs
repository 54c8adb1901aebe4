//! The load client: keep-alive connections that each send the next request when the last is answered.

use crate::latency::Latencies;
use crate::process::Process;
use crate::request::Request;
use crate::response::{self, Head};
use anyhow::{Context as _, bail, ensure};
use futures_util::stream::{FuturesUnordered, TryStreamExt as _};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// How long after its end a round may still wait for answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// One round of load on one server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load<'a> {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The requests; connection `n` sends the `n`th, counted round.
    pub(crate) requests: &'a [Request],
    /// How many connections send at once.
    pub(crate) connections: usize,
    /// Load before the measured span.
    pub(crate) warmup: Duration,
    /// The measured span.
    pub(crate) measured: Duration,
}

/// What a round gave.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Of every request sent and answered in the measured span.
    pub(crate) latencies: Latencies,
    /// Processor time of the server in the measured span.
    pub(crate) cpu: Duration,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// `Content-Type`, empty when absent.
    pub(crate) content_type: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    from: Instant,
    until: Instant,
}

#[derive(Debug, Default)]
struct Tally {
    latencies: Vec<Duration>,
    refused: usize,
    first_refusal: Option<String>,
}

impl Load<'_> {
    /// Runs the round against `server`.
    ///
    /// # Errors
    /// When a connection fails, or any answer is not a success.
    pub(crate) fn run(&self, server: Process) -> anyhow::Result<Sample> {
        let from = Instant::now() + self.warmup;
        let window = Window { from, until: from + self.measured };
        let threads = thread::available_parallelism()?.get().min(self.connections);
        thread::scope(|scope| {
            let clients: Vec<_> =
                (0..threads).map(|first| scope.spawn(move || self.share(first, threads, window))).collect();
            thread::sleep(from.saturating_duration_since(Instant::now()));
            let before = server.cpu()?;
            thread::sleep(window.until.saturating_duration_since(Instant::now()));
            let cpu = server.cpu()?.saturating_sub(before);
            let mut tallies = Vec::new();
            for client in clients {
                tallies.extend(client.join().expect("a client thread does not panic")?);
            }
            Ok(Sample { latencies: merge(tallies)?, cpu })
        })
    }

    /// Drives every `step`th connection from `first` on, on a runtime of this thread's own.
    fn share(&self, first: usize, step: usize, window: Window) -> anyhow::Result<Vec<Tally>> {
        let connections = (first..self.connections).step_by(step);
        let all = connections.map(|number| self.connection(number, window)).collect::<FuturesUnordered<_>>();
        let limit = window.until.saturating_duration_since(Instant::now()) + PATIENCE;
        let tallies = async { tokio::time::timeout(limit, all.try_collect()).await };
        runtime()?.block_on(tallies).context("the server stopped answering")?
    }

    async fn connection(&self, number: usize, window: Window) -> anyhow::Result<Tally> {
        let mut stream = connect(self.address).await?;
        let mut request = self.requests[number % self.requests.len()].clone();
        let mut buffer = Vec::with_capacity(32 * 1024);
        let mut tally = Tally::default();
        let mut sent = Instant::now();
        while sent < window.until {
            stream.write_all(request.next()).await?;
            let head = receive(&mut stream, &mut buffer).await?;
            let answered = Instant::now();
            if !(200..300).contains(&head.status) {
                tally.refused += 1;
                tally.first_refusal.get_or_insert_with(|| excerpt(head, &buffer));
            } else if sent >= window.from && answered <= window.until {
                tally.latencies.push(answered - sent);
            }
            sent = answered;
        }
        Ok(tally)
    }
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// When the server is not there or does not speak HTTP/1.1.
pub(crate) fn ask(address: SocketAddr, mut request: Request) -> anyhow::Result<Answer> {
    let exchange = async {
        let mut stream = connect(address).await?;
        stream.write_all(request.next()).await?;
        let mut buffer = Vec::new();
        let head = receive(&mut stream, &mut buffer).await?;
        let content_type = response::header(&buffer[..head.length], "content-type").unwrap_or_default().to_owned();
        Ok(Answer { status: head.status, content_type, body: buffer.split_off(head.length) })
    };
    let limited = async { tokio::time::timeout(PATIENCE, exchange).await };
    runtime()?.block_on(limited).context("the server did not answer")?
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

async fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("no connection to {address}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<Head> {
    buffer.clear();
    loop {
        ensure!(stream.read_buf(buffer).await? > 0, "the server closed a connection before its answer was whole");
        if let Some(head) = response::head(buffer)?
            && buffer.len() >= head.length + head.body
        {
            return Ok(head);
        }
    }
}

fn merge(tallies: Vec<Tally>) -> anyhow::Result<Latencies> {
    let refused: usize = tallies.iter().map(|tally| tally.refused).sum();
    if let Some(first) = tallies.iter().find_map(|tally| tally.first_refusal.as_ref()) {
        bail!("{refused} requests were not answered with success; the first: {first}");
    }
    Ok(Latencies::new(tallies.into_iter().flat_map(|tally| tally.latencies).collect()))
}

fn excerpt(head: Head, answer: &[u8]) -> String {
    let body = String::from_utf8_lossy(&answer[head.length..]);
    format!("{} {}", head.status, body.chars().take(200).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::free_address;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// Answers every request on every connection with `answer`, in threads that end with their connections.
    fn answering(answer: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    while stream.read(&mut buffer).is_ok_and(|read| read > 0) && stream.write_all(answer).is_ok() {}
                });
            }
        });
        address
    }

    fn round(address: SocketAddr) -> anyhow::Result<Sample> {
        let (warmup, measured) = (Duration::from_millis(20), Duration::from_millis(80));
        let requests = [Request::get("/", None)];
        let load = Load { address, requests: &requests, connections: 3, warmup, measured };
        load.run(Process(std::process::id()))
    }

    #[test]
    fn answered_requests_are_counted_with_their_latency() {
        let sample = round(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).expect("a sample");
        assert!(sample.latencies.count() > 10);
        assert!(sample.latencies.percentile(1000) <= Duration::from_millis(80));
    }

    #[test]
    fn a_refusal_fails_the_round_and_is_quoted() {
        let address = answering(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow");
        let error = round(address).expect_err("a refusal").to_string();
        assert!(error.ends_with("the first: 429 slow"), "{error}");
    }

    #[test]
    fn a_server_that_hangs_up_or_is_not_there_fails_the_round() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || listener.incoming().for_each(drop));
        assert!(round(address).is_err());
        assert!(round(free_address().expect("a port")).is_err());
    }

    #[test]
    fn one_answer_is_given_whole() {
        let address = answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
        let answer = ask(address, Request::get("/", None)).expect("an answer");
        assert_eq!(
            (answer.status, answer.content_type.as_str(), answer.body.as_slice()),
            (200, "text/plain", &b"ok"[..])
        );
    }
}
