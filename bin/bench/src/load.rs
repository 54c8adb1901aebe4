//! One round of load: connections that each send the next request when the last is answered.

use crate::exchange::{Connection, PATIENCE, runtime};
use crate::latency::Latencies;
use crate::process::Process;
use crate::traffic::{Caller, Traffic};
use anyhow::{Context as _, ensure};
use futures_util::stream::{FuturesUnordered, TryStreamExt as _};
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// One round of load on one server.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// Who sends what.
    pub(crate) traffic: &'a mut Traffic,
    /// Load before the measured span.
    pub(crate) warmup: Duration,
    /// The measured span.
    pub(crate) measured: Duration,
}

/// What a round gave.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Of every request answered in the measured span, the storm's not among them. One that was sent before the span
    /// counts, as one that is answered after it does not: slow answers are as many as they are.
    pub(crate) latencies: Latencies,
    /// How many requests of the storm were answered in the measured span.
    pub(crate) storm: usize,
    /// Processor time of the server in the measured span.
    pub(crate) cpu: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    from: Instant,
    until: Instant,
}

#[derive(Debug, Default)]
struct Tally {
    latencies: Vec<Duration>,
    storm: usize,
}

impl Load<'_> {
    /// Runs the round against `server`. Every answer is waited for, also past the end of the round.
    ///
    /// # Errors
    /// When a connection fails, or any answer is not a success.
    pub(crate) fn run(self, server: Process) -> anyhow::Result<Sample> {
        let Self { address, traffic, warmup, measured } = self;
        let from = Instant::now() + warmup;
        let window = Window { from, until: from + measured };
        let shares = traffic.shares(thread::available_parallelism()?.get());
        thread::scope(|scope| {
            let drive = |share| scope.spawn(move || drive(share, address, window));
            let clients: Vec<_> = shares.into_iter().map(drive).collect();
            thread::sleep(from.saturating_duration_since(Instant::now()));
            let before = server.cpu()?;
            thread::sleep(window.until.saturating_duration_since(Instant::now()));
            let cpu = server.cpu()?.saturating_sub(before);
            let mut all = Tally::default();
            for client in clients {
                let tallies = client.join().expect("a client thread does not panic")?;
                all = tallies.into_iter().fold(all, Tally::join);
            }
            Ok(Sample { latencies: Latencies::new(all.latencies), storm: all.storm, cpu })
        })
    }
}

/// Drives a connection for each caller, on a runtime of this thread's own.
fn drive(share: Vec<Caller<'_>>, address: SocketAddr, window: Window) -> anyhow::Result<Vec<Tally>> {
    give_way()?;
    let all = share.into_iter().map(|caller| call(caller, address, window)).collect::<FuturesUnordered<_>>();
    let limit = window.until.saturating_duration_since(Instant::now()) + PATIENCE;
    let tallies = async { tokio::time::timeout(limit, all.try_collect()).await };
    runtime()?.block_on(tallies).context("the server stopped answering")?
}

/// Lets a server on the same processors finish what it is at before this thread reads the answer, as a client on
/// another machine would. Without it the kernel takes the server off its processor for nearly every answer, and the
/// slower of two servers pays for that more often.
fn give_way() -> anyhow::Result<()> {
    let thread = fs::read_link("/proc/thread-self")?;
    let number = thread.file_name().context("a thread has no number")?;
    let chrt = Command::new("chrt").args(["--batch", "--pid", "0"]).arg(number).status();
    let status = chrt.context("chrt (of util-linux), which schedules the clients as a batch, cannot be run")?;
    ensure!(status.success(), "chrt ended with {status}");
    Ok(())
}

async fn call(caller: Caller<'_>, address: SocketAddr, window: Window) -> anyhow::Result<Tally> {
    let mut connection = Connection::open(address).await?;
    let mut tally = Tally::default();
    let mut sent = Instant::now();
    while sent < window.until {
        let received = connection.exchange(caller.request).await?;
        let answered = Instant::now();
        // Nothing is sent after a refusal: the server may close the connection behind one.
        ensure!(received.is_success(), "a request was refused: {}", received.excerpt());
        if window.from <= answered && answered <= window.until {
            tally.count(answered - sent, caller.is_storm);
        }
        caller.request.learn(received.body)?;
        sent = Instant::now();
    }
    Ok(tally)
}

impl Tally {
    fn count(&mut self, latency: Duration, is_storm: bool) {
        if is_storm {
            self.storm += 1;
        } else {
            self.latencies.push(latency);
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.latencies.extend(other.latencies);
        Self { storm: self.storm + other.storm, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tests::answering;
    use crate::request::Request;
    use crate::server::free_address;
    use std::net::TcpListener;

    fn round_of(traffic: &mut Traffic, address: SocketAddr) -> anyhow::Result<Sample> {
        let (warmup, measured) = (Duration::from_millis(20), Duration::from_millis(80));
        Load { address, traffic, warmup, measured }.run(Process::alone(std::process::id()))
    }

    fn round(address: SocketAddr) -> anyhow::Result<Sample> {
        let requests = vec![Request::get("/", None); 3];
        round_of(&mut Traffic { requests, storm: Vec::new() }, address)
    }

    #[test]
    fn answered_requests_are_counted_with_their_latency() {
        let sample = round(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).expect("a sample");
        assert!(sample.latencies.count() > 10);
        assert!(sample.latencies.percentile(1000) <= Duration::from_millis(100));
        assert_eq!(sample.storm, 0);
    }

    #[test]
    fn a_storm_is_counted_apart() {
        let address = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        let mut storm = Traffic { requests: Vec::new(), storm: vec![Request::get("/", None)] };
        let sample = round_of(&mut storm, address).expect("a sample");
        assert_eq!(sample.latencies.count(), 0);
        assert!(sample.storm > 0);
    }

    #[test]
    fn what_was_learned_in_a_round_is_sent_in_the_next() {
        let address = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"next\":\"bbb\"}");
        let requests = vec![Request::post_again("/", "next", "aaa")];
        let mut traffic = Traffic { requests, storm: Vec::new() };
        round_of(&mut traffic, address).expect("a sample");
        assert!(traffic.requests[0].next().ends_with(br#"{"next": "bbb"}"#));
    }

    #[test]
    fn a_refusal_fails_the_round_and_is_quoted() {
        let address = answering(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow");
        let error = round(address).expect_err("a refusal").to_string();
        assert_eq!(error, "a request was refused: 429 slow");
    }

    #[test]
    fn a_server_that_hangs_up_or_is_not_there_fails_the_round() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || listener.incoming().for_each(drop));
        assert!(round(address).is_err());
        assert!(round(free_address().expect("a port")).is_err());
    }
}
