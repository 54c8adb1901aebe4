//! What a site feels of one beside it that misbehaves.

use super::Run;
use super::deploying::Deployed;
use super::report::Measurement;
use super::site::Sort;
use super::stage::{Site, Stage};
use super::visitors::{Visits, visit_until};
use crate::latency::{Latencies, median};
use crate::progress::Progress;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long the neighbour's program behaves, so that it comes to life.
const INNOCENT: Duration = Duration::from_secs(1);
/// How long it misbehaves before visitors count: what it costs for good is compared, once it has been dealt with.
const DEALING: Duration = Duration::from_secs(4);

/// What is compared: the time that so many thousandths of the visitors keep within.
const SLOW: usize = 990;

/// A way to misbehave.
struct Vice {
    name: &'static str,
    /// What a shell is given, beside the program.
    command: &'static str,
}

const VICES: [Vice; 4] = [
    Vice { name: "busy loops", command: "for i in 1 2 3 4; do while :; do :; done & done; wait" },
    Vice { name: "a fork bomb", command: "bomb() { bomb | bomb & }; while :; do bomb; done" },
    Vice {
        name: "a memory hog",
        command: "while :; do python3 -c 'all=[]\nwhile True: all.append(bytearray(1 << 20))'; done",
    },
    Vice { name: "a disk filler", command: "while :; do dd if=/dev/zero of=/data/full bs=1M; rm -f /data/full; done" },
];

/// How long visitors come before any of them counts, so that the program is warm.
const WARMUP: Duration = Duration::from_secs(1);

/// The visits of every round, in the same order.
#[derive(Default)]
struct Rounds(Vec<Visits>);

impl Rounds {
    /// How long the slow ones waited as a multiple of those of the same round elsewhere, at the median round: what else
    /// the machine does meanwhile, it does to both.
    fn ratio(&self, alone: &Self) -> f64 {
        let slow = |visits: &Visits| visits.latencies.percentile(SLOW).as_secs_f64();
        median(self.0.iter().zip(&alone.0).map(|(own, alone)| slow(own) / slow(alone)))
    }

    fn measured(self, of: impl FnOnce(&Latencies) -> Measurement) -> Measurement {
        let lost: u32 = self.0.iter().map(|visits| visits.lost).sum();
        let all = Latencies::together(self.0.into_iter().map(|visits| visits.latencies));
        Measurement { lost: Some(f64::from(lost)), ..of(&all) }
    }
}

/// In each round, lets visitors come to a site that has its machine to itself, and then beside each vice.
///
/// # Errors
/// When a site does not come to life, or no visitor can come at all.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    let own = Deployed::make_ample(stage, sort)?;
    visited(stage, &own.site, WARMUP, progress)?;
    let (mut alone, mut beside) = (Rounds::default(), VICES.map(|_| Rounds::default()));
    for round in 1..=settings.rounds {
        progress.step(&format!("round {round}, no neighbour"));
        alone.0.push(visited(stage, &own.site, settings.seconds, progress)?);
        for (vice, rounds) in VICES.iter().zip(&mut beside) {
            progress.step(&format!("round {round}, {}", vice.name));
            let villain = villain(stage, &own, vice, round)?;
            thread::sleep(INNOCENT + DEALING);
            rounds.0.push(visited(stage, &own.site, settings.seconds, progress)?);
            stage.end(&villain)?;
        }
    }
    let of = |what: String| move |all: &Latencies| Measurement::of(database, scenario, what, all);
    let ratios = beside.each_ref().map(|rounds| rounds.ratio(&alone));
    let mut measurements = vec![alone.measured(of("visiting alone".to_owned()))];
    for ((vice, rounds), ratio) in VICES.iter().zip(beside).zip(ratios) {
        let measured = rounds.measured(of(format!("visiting beside {}", vice.name)));
        measurements.push(Measurement { ratio: Some(ratio), ..measured });
    }
    Ok(measurements)
}

/// How many steps a round has.
pub(crate) const STEPS: usize = 1 + VICES.len();

/// A site whose program goes wrong once it is live; it may use what a site may use that says nothing of it.
fn villain(stage: &mut Stage<'_>, own: &Deployed, vice: &Vice, round: u32) -> anyhow::Result<Site> {
    let name = format!("{}-{round}", vice.name.replace(' ', "-"));
    let mut wanted = Sort::Node.wanted(&name, &own.repository.url());
    let innocent = INNOCENT.as_secs();
    wanted["startCommand"] =
        json!(format!("(sleep {innocent}; {}) >/dev/null 2>&1 & exec node server.js", vice.command));
    stage.make(&wanted)
}

fn visited(stage: &Stage<'_>, site: &Site, span: Duration, progress: &mut Progress) -> anyhow::Result<Visits> {
    let (address, is_over) = (stage.gateway.address, AtomicBool::new(false));
    let visits = thread::scope(|scope| {
        let visiting = scope.spawn(|| visit_until(&is_over, address, &site.host));
        thread::sleep(span);
        is_over.store(true, Ordering::Relaxed);
        visiting.join().expect("the visitors' thread does not panic")
    })?;
    for (excuse, times) in &visits.excuses {
        progress.note(&format!("lost {times} times: {excuse}"));
    }
    Ok(visits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn rounds(slow: &[u64]) -> Rounds {
        let visits = |millis: &u64| Visits {
            latencies: Latencies::new(vec![Duration::from_millis(*millis)]),
            lost: 1,
            excuses: BTreeMap::new(),
            took: Duration::ZERO,
        };
        Rounds(slow.iter().map(visits).collect())
    }

    #[test]
    fn each_round_is_compared_with_its_own_and_the_middle_one_is_told() {
        assert!((rounds(&[2, 90, 6]).ratio(&rounds(&[1, 1, 2])) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_lost_in_any_round_is_told() {
        let of = |all: &Latencies| Measurement::of("sqlite", super::super::Scenario::Neighbour, String::new(), all);
        let measured = rounds(&[1, 2, 3]).measured(of);
        assert_eq!((measured.lost, measured.times), (Some(3.0), Some(3)));
    }
}
