//! How soon programs answer again whose gateway was killed, and whether they are the same ones.

use super::Run;
use super::report::Measurement;
use super::repository::Repository;
use super::stage::{Site, Stage};
use crate::interrupt;
use crate::latency::Latencies;
use anyhow::ensure;
use std::thread;
use std::time::{Duration, Instant};

/// How many programs there are.
const PROGRAMS: usize = 50;
/// How long they may take to answer again before the run is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A site, and what its program drew when it was started.
struct Known {
    site: Site,
    drawn: Vec<u8>,
}

/// Kills the gateway of many programs once a round, and waits until all of them answer.
///
/// # Errors
/// When a program does not start, or does not answer any more.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    progress.note(&format!("starting {PROGRAMS} programs"));
    let mut known = Vec::new();
    let repository = Repository::new(stage.place("repository"), &sort.files("drawn:"))?;
    for number in 0..PROGRAMS {
        let site = stage.make(&sort.wanted(&format!("{}-{number}", sort.name()), &repository.url()))?;
        let drawn = answer(stage, &site, Instant::now())?;
        known.push(Known { site, drawn });
    }
    let (mut took, mut lost) = (Vec::new(), 0);
    for number in 1..=settings.rounds {
        progress.step(&format!("round {number} of {}", settings.rounds));
        let began = stage.start_anew()?;
        let drawn = known.iter().map(|one| answer(stage, &one.site, began)).collect::<anyhow::Result<Vec<_>>>()?;
        took.push(began.elapsed());
        lost += others(&mut known, drawn);
    }
    let what = format!("{PROGRAMS} programs answer again");
    let measured = Measurement::of(database, scenario, what, &Latencies::new(took));
    Ok(vec![Measurement { lost: Some(f64::from(lost)), ..measured }])
}

/// What the program of a site answers, as soon as it does.
fn answer(stage: &Stage<'_>, site: &Site, began: Instant) -> anyhow::Result<Vec<u8>> {
    loop {
        interrupt::check()?;
        let answer = stage.visit(site)?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        ensure!(began.elapsed() < PATIENCE, "{} answers {} within {PATIENCE:?}", site.host, answer.status);
        thread::sleep(Duration::from_millis(1));
    }
}

/// Counts the programs that are others than before, and takes those for the known ones.
fn others(known: &mut [Known], drawn: Vec<Vec<u8>>) -> u32 {
    let others = known.iter_mut().zip(drawn).filter(|(one, drawn)| one.drawn != *drawn);
    others.map(|(one, drawn)| one.drawn = drawn).fold(0, |count, ()| count + 1)
}
