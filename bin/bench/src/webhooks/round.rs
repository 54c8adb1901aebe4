//! One round: events are published, and what comes of them is waited for.

use super::load::Load;
use super::publisher::{Published, publish};
use super::receiver::{Arrival, Tally};
use super::stage::Stage;
use crate::interrupt;
use crate::latency::Latencies;
use anyhow::ensure;
use mainstay_kernel::Timestamp;
use std::thread;
use std::time::{Duration, Instant};

/// How long nothing arrives before what is missing is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the receiver is asked whether everything has arrived: its own record of the last arrival is what counts.
const LOOK: Duration = Duration::from_millis(50);

/// The figures of one round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Events accepted a second.
    pub(crate) events: f64,
    /// Deliveries that arrived, a second, from the first publishing to the last arrival.
    pub(crate) deliveries: f64,
    /// From publishing to arrival, in milliseconds: the median.
    pub(crate) p50: f64,
    /// The time in milliseconds that 99 of 100 deliveries keep within.
    pub(crate) p99: f64,
    /// How many of 100 arrived once more.
    pub(crate) again_percent: f64,
    /// How many did not arrive at all.
    pub(crate) missing: f64,
    /// Processor time of the gateway for one delivery, in microseconds.
    pub(crate) cpu_micros: f64,
    /// Resident memory of the gateway after the round, in MiB.
    pub(crate) resident: f64,
}

/// Everything that a round saw.
#[derive(Debug)]
struct Seen {
    published: Published,
    /// How many deliveries were to arrive.
    awaited: u64,
    tally: Tally,
    /// At endpoints that are compared.
    arrivals: Vec<Arrival>,
    cpu: Duration,
    resident: f64,
}

/// Publishes for `warmup` and then for `span`, and waits for what comes of it.
///
/// # Errors
/// When an event is not accepted, nothing arrives, or an endpoint that hangs was not even asked.
pub(crate) fn play(stage: &Stage<'_>, load: &Load, warmup: Duration, span: Duration) -> anyhow::Result<Round> {
    let warmed = send(stage, load, warmup)?;
    await_arrival(stage, awaited(stage, &warmed))?;
    stage.forget()?;
    let before = stage.gateway.process().cpu()?;
    let published = send(stage, load, span)?;
    let awaited = awaited(stage, &published);
    let tally = await_arrival(stage, awaited)?;
    let cpu = stage.gateway.process().cpu()?.saturating_sub(before);
    ensure!(stage.answers(0) || tally.hanging > 0, "the endpoint that hangs was never asked");
    let arrivals = stage.arrivals()?;
    Seen { published, awaited, tally, arrivals, cpu, resident: stage.gateway.process().resident_mib()? }.figures()
}

/// Publishes for a span at the gateway of `stage`.
///
/// # Errors
/// When an event is not accepted.
pub(crate) fn send(stage: &Stage<'_>, load: &Load, span: Duration) -> anyhow::Result<Published> {
    publish(load, stage.gateway.address, &stage.keys, span)
}

/// How many deliveries are to arrive.
fn awaited(stage: &Stage<'_>, published: &Published) -> u64 {
    published.told.iter().enumerate().filter(|(endpoint, _)| stage.answers(*endpoint)).map(|(_, told)| told).sum()
}

/// Waits until everything has arrived, or nothing does any more.
fn await_arrival(stage: &Stage<'_>, awaited: u64) -> anyhow::Result<Tally> {
    let (mut tally, mut moved_at) = (stage.tally()?, Instant::now());
    while tally.arrived < awaited && moved_at.elapsed() < PATIENCE {
        interrupt::check()?;
        thread::sleep(LOOK);
        let next = stage.tally()?;
        if next != tally {
            (tally, moved_at) = (next, Instant::now());
        }
    }
    Ok(tally)
}

impl Seen {
    fn figures(&self) -> anyhow::Result<Round> {
        let Tally { arrived, again, last_at, .. } = self.tally;
        ensure!(arrived > 0, "nothing arrived of {} deliveries", self.awaited);
        let took = Timestamp::from_micros(last_at).since(self.published.since);
        // An endpoint that hangs in one gateway of a comparison is left out in all of them.
        let compared = self.arrivals.iter().filter(|Arrival(endpoint, _)| *endpoint != 0);
        let latencies = Latencies::new(compared.map(|Arrival(_, micros)| Duration::from_micros(*micros)).collect());
        let millis = |per_mille| latencies.percentile(per_mille).as_secs_f64() * 1000.0;
        let deliveries = f64::from(u32::try_from(arrived)?);
        Ok(Round {
            events: self.published.rate()?,
            deliveries: deliveries / took.as_secs_f64(),
            p50: millis(500),
            p99: millis(990),
            again_percent: f64::from(u32::try_from(again)?) * 100.0 / deliveries,
            missing: f64::from(u32::try_from(self.awaited.saturating_sub(arrived))?),
            cpu_micros: self.cpu.as_secs_f64() * 1e6 / deliveries,
            resident: self.resident,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(arrived: u64) -> Seen {
        let since = Timestamp::from_seconds(10);
        let published = Published { since, took: Duration::from_secs(2), events: 100, told: vec![1; 100] };
        let tally = Tally { arrived, again: 5, hanging: 0, last_at: 15_000_000 };
        let arrivals = (0..100).map(|number: u64| Arrival(usize::from(number > 0), number * 1000)).collect();
        Seen { published, awaited: 100, tally, arrivals, cpu: Duration::from_millis(10), resident: 30.0 }
    }

    fn close(figure: f64, expected: f64) -> bool {
        (figure - expected).abs() < 1e-9
    }

    #[test]
    fn deliveries_are_counted_from_the_first_publishing_to_the_last_arrival() {
        let round = seen(100).figures().expect("figures");
        assert!(close(round.events, 50.0) && close(round.deliveries, 20.0), "{round:?}");
        assert!(close(round.cpu_micros, 100.0) && close(round.again_percent, 5.0), "{round:?}");
    }

    #[test]
    fn what_does_not_arrive_is_missing_and_makes_nothing_faster() {
        let round = seen(80).figures().expect("figures");
        assert!(close(round.missing, 20.0) && close(round.deliveries, 16.0), "{round:?}");
        assert!(seen(0).figures().is_err());
    }

    #[test]
    fn the_endpoint_that_may_hang_is_left_out_of_latencies() {
        let round = seen(100).figures().expect("figures");
        assert!(close(round.p50, 50.0) && close(round.p99, 99.0), "{round:?}");
    }
}
