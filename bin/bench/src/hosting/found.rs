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

/// Kills the gateway of many programs once a round, and waits until all of them answer.
///
/// # Errors
/// When a program does not start, or does not answer any more.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    progress.note(&format!("starting {PROGRAMS} programs"));
    let (mut sites, mut known) = (Vec::new(), Vec::new());
    let repository = Repository::new(stage.place("repository"), &sort.files("drawn:"))?;
    for number in 0..PROGRAMS {
        let site = stage.make(&sort.wanted(&format!("{}-{number}", sort.name()), &repository.url()))?;
        known.push(answer(stage, &site, Instant::now())?);
        sites.push(site);
    }
    let (mut took, mut lost) = (Vec::new(), 0);
    for number in 1..=settings.rounds {
        progress.step(&format!("round {number} of {}", settings.rounds));
        let began = stage.start_anew()?;
        let drawn = sites.iter().map(|site| answer(stage, site, began)).collect::<anyhow::Result<Vec<_>>>()?;
        took.push(began.elapsed());
        lost += others(&known, &drawn)?;
        known = drawn;
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

/// How many programs have drawn something else than is known, and so are others.
fn others(known: &[Vec<u8>], drawn: &[Vec<u8>]) -> anyhow::Result<u32> {
    Ok(u32::try_from(known.iter().zip(drawn).filter(|(known, drawn)| known != drawn).count())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_drew_anew_is_another() {
        let [one, two, three] = ["one", "two", "three"].map(|text| text.as_bytes().to_vec());
        let known = [one.clone(), two.clone()];
        assert_eq!(others(&known, &known).expect("a count"), 0);
        assert_eq!(others(&known, &[one, three]).expect("a count"), 1);
    }
}
