//! Publishes events over a number of connections, and counts what was accepted.

use super::load::{Load, Pace};
use super::publication::{Audience, ENDPOINTS, Publication};
use crate::exchange::{Connection, PATIENCE, runtime};
use crate::interrupt;
use anyhow::{Context as _, ensure};
use futures_util::stream::{FuturesUnordered, TryStreamExt as _};
use mainstay_kernel::{Clock as _, SystemClock, Timestamp};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long after the round events are still sent that were due in it. A gateway that is slower than the pace gets fewer.
const GRACE: Duration = Duration::from_secs(1);

/// What was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    /// When the first event was sent.
    pub(crate) since: Timestamp,
    /// How long it took until the last one was accepted.
    pub(crate) took: Duration,
    /// How many events.
    pub(crate) events: u64,
    /// How many deliveries are to come of them, by endpoint.
    pub(crate) told: Vec<u64>,
}

/// Publishes for `span` at the gateway at `address`, each connection with another of `keys`. Every answer is waited for.
///
/// # Errors
/// When a connection fails, or the gateway does not accept an event.
pub(crate) fn publish(load: &Load, address: SocketAddr, keys: &[String], span: Duration) -> anyhow::Result<Published> {
    let began = Instant::now();
    let published = Published { since: SystemClock.now(), took: Duration::ZERO, events: 0, told: vec![0; ENDPOINTS] };
    let round = Round { load: *load, address, began, span, sent: RefCell::new(0), published: RefCell::new(published) };
    let keys = keys.iter().cycle().take(usize::try_from(load.connections)?);
    let all: FuturesUnordered<_> = (0..).zip(keys).map(|(number, key)| round.call(number, key)).collect();
    let limited = async { tokio::time::timeout(span + PATIENCE, all.try_collect::<()>()).await };
    runtime()?.block_on(limited).context("the gateway stopped answering")??;
    let took = began.elapsed();
    Ok(Published { took, ..round.published.into_inner() })
}

struct Round {
    load: Load,
    address: SocketAddr,
    began: Instant,
    span: Duration,
    sent: RefCell<u64>,
    published: RefCell<Published>,
}

impl Round {
    async fn call(&self, caller: u32, key: &str) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.address).await?;
        let mut publication = Publication::new(key, self.load.audience);
        for turn in 0.. {
            let due = self.due(caller, turn);
            if due >= self.span || self.began.elapsed() >= self.span + GRACE {
                break;
            }
            let early = due.saturating_sub(self.began.elapsed());
            // Even no time at all would be slept until the next tick.
            if !early.is_zero() {
                tokio::time::sleep(early).await;
            }
            let Some(endpoint) = self.next_endpoint() else { break };
            interrupt::check()?;
            let received = connection.answer_to(publication.next(endpoint, SystemClock.now())).await?;
            ensure!(received.status == 202, "an event was not accepted: {}", received.excerpt());
            self.published.borrow_mut().count(self.load.audience, endpoint);
        }
        Ok(())
    }

    /// When a caller sends for this turn, since the begin of the round. Callers with a pace take turns.
    fn due(&self, caller: u32, turn: u32) -> Duration {
        match self.load.pace {
            Pace::Eager | Pace::Rationed(_) => self.began.elapsed(),
            Pace::Every(interval) => interval * (turn * self.load.connections + caller),
        }
    }

    /// Whose turn it is to be told; `None` when enough was sent.
    fn next_endpoint(&self) -> Option<usize> {
        let mut sent = self.sent.borrow_mut();
        let number = Some(*sent).filter(|sent| *sent < self.load.most(self.span))?;
        *sent += 1;
        usize::try_from(number).ok().map(|number| number % ENDPOINTS)
    }
}

impl Published {
    fn count(&mut self, audience: Audience, endpoint: usize) {
        self.events += 1;
        match audience {
            Audience::One => self.told[endpoint] += 1,
            Audience::All => self.told.iter_mut().for_each(|told| *told += 1),
        }
    }

    /// Events accepted a second.
    pub(crate) fn rate(&self) -> anyhow::Result<f64> {
        Ok(f64::from(u32::try_from(self.events)?) / self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tests::answering;
    use crate::webhooks::load::{FAN_OUT, IDLE, SPREAD, STEADY};

    const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}";

    fn published(load: &Load, answer: &'static [u8], millis: u64) -> anyhow::Result<Published> {
        publish(load, answering(answer), &["sk_1".to_owned()], Duration::from_millis(millis))
    }

    #[test]
    fn paced_events_are_as_many_as_fit_the_span_however_many_connections_share_them() {
        for (load, expected) in [(IDLE, 4), (STEADY, 40)] {
            let published = published(&load, ACCEPTED, 200).expect("accepted");
            assert_eq!((published.events, published.told.iter().sum()), (expected, expected));
        }
    }

    #[test]
    fn a_gateway_that_is_slower_than_the_pace_gets_fewer_events_and_no_longer_round() {
        let slow = Load { connections: 1, pace: Pace::Every(Duration::from_nanos(100)), ..STEADY };
        let published = published(&slow, ACCEPTED, 100).expect("accepted");
        assert!(published.events < 1_000_000 && published.took < Duration::from_secs(5), "{published:?}");
    }

    #[test]
    fn events_go_round_the_endpoints() {
        let published = published(&SPREAD, ACCEPTED, 200).expect("accepted");
        let (least, most) = (published.told.iter().min(), published.told.iter().max());
        assert!(published.events > 100 && least.zip(most).is_some_and(|(least, most)| most - least <= 1));
    }

    #[test]
    fn an_event_for_all_is_told_to_each_and_there_are_no_more_than_the_ration() {
        let published = published(&FAN_OUT, ACCEPTED, 500).expect("accepted");
        assert_eq!((published.events, published.told), (20, vec![20; ENDPOINTS]));
    }

    #[test]
    fn an_event_that_is_not_accepted_ends_the_round() {
        let refusal = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        let error = published(&IDLE, refusal, 100).expect_err("a refusal").to_string();
        assert_eq!(error, "an event was not accepted: 200 {}");
    }
}
