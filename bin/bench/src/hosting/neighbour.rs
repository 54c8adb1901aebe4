//! What a site feels of one beside it that misbehaves.

use super::Run;
use super::deploying::Deployed;
use super::report::Measurement;
use super::site::Sort;
use super::stage::{Site, Stage};
use super::visitors::{Visits, visit_until};
use crate::progress::Progress;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long the neighbour's program behaves, so that it comes to life.
const INNOCENT: Duration = Duration::from_secs(1);

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

/// Lets visitors come to a site that has its machine to itself, and then beside each vice.
///
/// # Errors
/// When a site does not come to life, or no visitor can come at all.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    let own = Deployed::make_ample(stage, sort)?;
    let measured = |what: String, visits: &Visits| Measurement {
        lost: Some(f64::from(visits.lost)),
        ..Measurement::of(database, scenario, what, &visits.latencies)
    };
    progress.step("no neighbour");
    let alone = visited(stage, &own.site, settings.seconds, progress)?;
    let idle = alone.latencies.percentile(SLOW);
    let mut measurements = vec![measured("visiting alone".to_owned(), &alone)];
    for vice in &VICES {
        progress.step(vice.name);
        let villain = villain(stage, &own, vice)?;
        thread::sleep(INNOCENT * 2);
        let visits = visited(stage, &own.site, settings.seconds, progress)?;
        stage.end(&villain)?;
        let ratio = Some(visits.latencies.percentile(SLOW).as_secs_f64() / idle.as_secs_f64());
        measurements.push(Measurement { ratio, ..measured(format!("visiting beside {}", vice.name), &visits) });
    }
    Ok(measurements)
}

/// How many steps it has.
pub(crate) const STEPS: usize = 1 + VICES.len();

/// A site whose program goes wrong once it is live; it may use what a site may use that says nothing of it.
fn villain(stage: &mut Stage<'_>, own: &Deployed, vice: &Vice) -> anyhow::Result<Site> {
    let name = vice.name.replace(' ', "-");
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
