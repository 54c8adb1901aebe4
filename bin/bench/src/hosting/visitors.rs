//! Visitors who come at a steady pace, however long those before them wait: a site that stops answering for a while has as
//! many waiting as would in life.

use crate::exchange::{Connection, runtime};
use crate::latency::Latencies;
use crate::request::Request;
use anyhow::ensure;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, LocalSet};

/// How far apart visitors come: 500 a second.
const INTERVAL: Duration = Duration::from_millis(2);
/// Each of so many opens a connection of its own; the others go on with one that is there.
const NEWCOMERS: u32 = 20;
/// Most connections that are kept: few enough that each is used again before the gateway would close it.
const MOST_KEPT: usize = 64;
/// How long a visitor waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest text that tells why somebody got no answer.
const EXCUSE: usize = 120;

/// What became of the visitors.
#[derive(Debug)]
pub(crate) struct Visits {
    /// How long each waited who got a good answer.
    pub(crate) latencies: Latencies,
    /// How many got none: another status than one of success, a connection that broke, nothing at all.
    pub(crate) lost: u32,
    /// Why, and how often.
    pub(crate) excuses: BTreeMap<String, u32>,
    /// How long they came.
    pub(crate) took: Duration,
}

struct Visitors {
    address: SocketAddr,
    request: Vec<u8>,
    kept: RefCell<VecDeque<Connection>>,
    latencies: RefCell<Vec<Duration>>,
    excuses: RefCell<BTreeMap<String, u32>>,
}

/// Lets visitors come to a site until `is_over`, and waits for all of their answers.
///
/// # Errors
/// When the system refuses.
pub(crate) fn visit_until(is_over: &AtomicBool, address: SocketAddr, host: &str) -> anyhow::Result<Visits> {
    let visitors = Rc::new(Visitors {
        address,
        request: Request::get_of(host, "/").next().to_vec(),
        kept: RefCell::default(),
        latencies: RefCell::default(),
        excuses: RefCell::default(),
    });
    let took = LocalSet::new().block_on(&runtime()?, come(&visitors, is_over));
    let excuses = visitors.excuses.take();
    let (latencies, lost) = (Latencies::new(visitors.latencies.take()), excuses.values().sum());
    Ok(Visits { latencies, lost, excuses, took })
}

/// Sends them off, each when it is due, and tells how long they came.
async fn come(visitors: &Rc<Visitors>, is_over: &AtomicBool) -> Duration {
    let (began, mut coming) = (Instant::now(), JoinSet::new());
    for number in 0u32.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let early = (INTERVAL * number).saturating_sub(began.elapsed());
        // Even no time at all would be slept until the next tick.
        if !early.is_zero() {
            tokio::time::sleep(early).await;
        }
        let visitors = Rc::clone(visitors);
        coming.spawn_local(async move { visitors.visit(number).await });
        while coming.try_join_next().is_some() {}
        tokio::task::yield_now().await;
    }
    let took = began.elapsed();
    while coming.join_next().await.is_some() {}
    took
}

impl Visitors {
    async fn visit(&self, number: u32) {
        let began = Instant::now();
        let answered = tokio::time::timeout(PATIENCE, self.ask(number)).await;
        let answered = answered.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer within {PATIENCE:?}")));
        match answered {
            Ok(()) => self.latencies.borrow_mut().push(began.elapsed()),
            Err(cause) => {
                let excuse = format!("{cause:#}").chars().take(EXCUSE).collect();
                *self.excuses.borrow_mut().entry(excuse).or_default() += 1;
            }
        }
    }

    async fn ask(&self, number: u32) -> anyhow::Result<()> {
        let is_new = number.is_multiple_of(NEWCOMERS);
        let kept = if is_new { None } else { self.kept.borrow_mut().pop_front() };
        let mut connection = match kept {
            Some(kept) => kept,
            None => Connection::open(self.address).await?,
        };
        let received = connection.answer_to(&self.request).await?;
        ensure!(received.is_success(), "{}", received.excerpt());
        let is_last = received.is_last();
        let mut kept = self.kept.borrow_mut();
        if !is_new && !is_last && kept.len() < MOST_KEPT {
            kept.push_back(connection);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tests::answering;
    use crate::server::free_address;
    use std::thread;

    fn visits(address: SocketAddr, millis: u64) -> Visits {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let visiting = scope.spawn(|| visit_until(&is_over, address, "app.localhost"));
            thread::sleep(Duration::from_millis(millis));
            is_over.store(true, Ordering::Relaxed);
            visiting.join().expect("no panic").expect("visits")
        })
    }

    #[test]
    fn visitors_come_at_their_pace_and_all_of_them_are_counted() {
        let visits = visits(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), 200);
        let count = visits.latencies.count();
        assert!(count > 50 && count <= 150 && visits.lost == 0, "{visits:?}");
    }

    #[test]
    fn a_refusal_and_a_broken_connection_are_lost_and_told() {
        let refused = visits(answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ngone"), 100);
        assert!(refused.latencies.count() == 0 && refused.excuses.contains_key("503 gone"), "{refused:?}");
        let nobody = visits(free_address().expect("a port"), 100);
        assert!(nobody.latencies.count() == 0 && nobody.lost > 0, "{nobody:?}");
    }

    #[test]
    fn who_is_told_that_an_answer_is_the_last_comes_on_another_connection() {
        let closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
        let visits = visits(answering(closing), 100);
        assert!(visits.latencies.count() > 20 && visits.lost == 0, "{visits:?}");
    }
}
