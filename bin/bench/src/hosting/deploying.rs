//! How soon what was asked for is what visitors see.

use super::report::Measurement;
use super::repository::Repository;
use super::site::Sort;
use super::stage::{Site, Stage};
use super::{Run, site};
use crate::latency::Latencies;
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A site whose repository is this machine's.
pub(crate) struct Deployed {
    /// The site.
    pub(crate) site: Site,
    /// Its repository.
    pub(crate) repository: Repository,
    sort: Sort,
}

impl Deployed {
    /// Makes a site of this sort, and waits until it is live.
    ///
    /// # Errors
    /// When it does not come to life.
    pub(crate) fn make(stage: &mut Stage<'_>, sort: Sort) -> anyhow::Result<Self> {
        Self::make_with(stage, sort, |_| {})
    }

    /// The same of one that may use all it can, so that its limits are not what is measured.
    ///
    /// # Errors
    /// When it does not come to life.
    pub(crate) fn make_ample(stage: &mut Stage<'_>, sort: Sort) -> anyhow::Result<Self> {
        Self::make_with(stage, sort, |wanted| wanted["resources"] = site::ample())
    }

    fn make_with(stage: &mut Stage<'_>, sort: Sort, adapt: impl FnOnce(&mut Value)) -> anyhow::Result<Self> {
        let repository = Repository::new(stage.place(&format!("{}-repository", sort.name())), &sort.files(&text(0)))?;
        let mut wanted = sort.wanted(sort.name(), &repository.url());
        adapt(&mut wanted);
        let site = stage.make(&wanted)?;
        Ok(Self { site, repository, sort })
    }

    /// Commits something new.
    ///
    /// # Errors
    /// When git refuses.
    pub(crate) fn commit(&self, number: u32) -> anyhow::Result<()> {
        let files = self.sort.files(&text(number));
        // All else stays as it is.
        self.repository.commit(&files[files.len() - 1..])
    }

    /// Ensures that visitors see what was committed under this number.
    ///
    /// # Errors
    /// When they see something else.
    pub(crate) fn ensure_seen(&self, stage: &Stage<'_>, number: u32) -> anyhow::Result<()> {
        let answer = stage.visit(&self.site)?;
        let is_seen = answer.status == 200 && answer.body.starts_with(text(number).as_bytes());
        let excerpt: String = String::from_utf8_lossy(&answer.body).chars().take(200).collect();
        ensure!(is_seen, "visitors do not see what is live: {} {excerpt}", answer.status);
        Ok(())
    }
}

/// What every answer begins with that was committed under this number.
fn text(number: u32) -> String {
    format!("commit {number}:")
}

/// From asking for each deployment until a visitor sees it. Each is of a new commit, on a site that is live already.
///
/// # Errors
/// When one does not come to life.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    progress.step(&format!("{} deployments", settings.deployments));
    let own = Deployed::make(stage, sort)?;
    let mut took = Vec::new();
    for number in 1..=settings.deployments {
        own.commit(number)?;
        took.push(timed(|| {
            stage.deploy(&own.site)?;
            own.ensure_seen(stage, number)
        })?);
    }
    let what = format!("deploying {}", sort.name());
    Ok(vec![Measurement::of(database, scenario, what, &Latencies::new(took))])
}

/// From asking for what one of two commits came to until a visitor sees it, back and forth.
///
/// # Errors
/// When one does not come to life.
pub(crate) fn measure_rollbacks(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    progress.step(&format!("{} times back, {}", settings.deployments, sort.name()));
    let own = Deployed::make(stage, sort)?;
    own.commit(1)?;
    let deployments = [own.site.first.clone(), stage.deploy(&own.site)?];
    let mut took = Vec::new();
    for (number, deployment) in (0..2).zip(&deployments).cycle().take(usize::try_from(settings.deployments)?) {
        took.push(timed(|| {
            stage.roll_back(&own.site, deployment)?;
            own.ensure_seen(stage, number)
        })?);
    }
    let what = format!("going back, {}", sort.name());
    Ok(vec![Measurement::of(database, scenario, what, &Latencies::new(took))])
}

fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let began = Instant::now();
    work().context("a deployment")?;
    Ok(began.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_commit_is_taken_for_another() {
        assert!(!text(12).starts_with(&text(1)));
    }
}
