//! Whether the memory of a gateway that works for long stays flat.

use super::contest::Rounds;
use super::report::{Measurement, Soak};
use super::round::{play, send};
use super::scenario::Scenario;
use super::stage::Stage;
use crate::latency::median;
use crate::process::Process;
use anyhow::Context as _;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often memory is read, and in the shortest run how often at least.
const INTERVAL: Duration = Duration::from_secs(10);
const LEAST_SAMPLES: u32 = 9;
/// How long memory may grow into what the load needs, and its greatest share of the run.
const WARMUP: Duration = Duration::from_mins(1);
const WARMUP_SHARE: u32 = 10;

/// Loads the gateway of `stage` steadily for `span`, after a warm-up.
///
/// # Errors
/// When an event is not accepted.
pub(crate) fn measure(stage: &Stage<'_>, span: Duration, database: &'static str) -> anyhow::Result<Measurement> {
    let load = Scenario::Soak.loads().first().context("there is no load")?;
    send(stage, load, WARMUP.min(span / WARMUP_SHARE))?;
    let (process, interval) = (stage.gateway.process(), INTERVAL.min(span / LEAST_SAMPLES));
    let (stop, stopped) = mpsc::channel::<()>();
    let (round, resident_mib) = thread::scope(|scope| {
        let sampling = scope.spawn(move || samples(process, interval, &stopped));
        let round = play(stage, load, interval, span);
        drop(stop);
        let samples = sampling.join().expect("the sampling thread does not panic");
        anyhow::Ok((round?, samples?))
    })?;
    let plain = Measurement::new((database, Scenario::Soak, load), stage.condition.name(), &Rounds(vec![round]));
    let growth = growth(&resident_mib).context("the run was too short to compare its thirds")?;
    Ok(Measurement { soak: Some(Soak { growth, resident_mib }), ..plain })
}

/// The resident memory of a process in MiB, read again and again until `stopped`.
fn samples(process: Process, interval: Duration, stopped: &Receiver<()>) -> anyhow::Result<Vec<f64>> {
    let mut samples = Vec::new();
    while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
        samples.push(process.resident_mib()?);
    }
    Ok(samples)
}

/// The median of the last third as a multiple of that of the first.
fn growth(samples: &[f64]) -> Option<f64> {
    let third = Some(samples.len() / 3).filter(|third| *third > 0)?;
    let (first, last) = (&samples[..third], &samples[samples.len() - third..]);
    Some(median(last.iter().copied()) / median(first.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_third_is_compared_with_the_first() {
        let flat = [40.0, 41.0, 40.0, 90.0, 42.0, 43.0, 44.0, 44.0, 44.0];
        assert!(growth(&flat).is_some_and(|growth| (growth - 1.1).abs() < 1e-9));
        assert_eq!(growth(&[40.0, 44.0]), None);
    }

    #[test]
    fn memory_is_read_until_the_run_is_over() {
        let (stop, stopped) = mpsc::channel();
        let reading =
            thread::spawn(move || samples(Process::alone(std::process::id()), Duration::from_millis(1), &stopped));
        thread::sleep(Duration::from_millis(20));
        drop(stop);
        let samples = reading.join().expect("no panic").expect("samples");
        assert!(!samples.is_empty() && samples.iter().all(|sample| *sample > 0.5));
    }
}
