//! What it takes to start a program in a box, beside starting it as it is: both in turn, until it has ended.

use super::Run;
use super::report::Measurement;
use crate::latency::Latencies;
use anyhow::{Context as _, ensure};
use mainstay_sandbox::{Identity, Launcher, Spec};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is started.
const TIMES: usize = 200;
/// Whom it runs as where the launcher is root, who has to name somebody: a user that no site is given.
const NOBODY: Identity = Identity { uid: 299_999, gid: 299_999 };
/// A program that ends at once.
const PROGRAM: &str = "/bin/true";

/// Starts the program in both ways in turn.
///
/// # Errors
/// When it cannot be started, or fails.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, database, progress, .. } = run;
    // As the gateway does it.
    let launcher = mainstay_shim::launcher().context("the program that boxes are made by")?;
    progress.step("starting a program");
    let (mut plain, mut boxed) = (Vec::with_capacity(TIMES), Vec::with_capacity(TIMES));
    for _ in 0..TIMES {
        plain.push(timed(start_plain)?);
        boxed.push(timed(|| start_boxed(&launcher))?);
    }
    let of = |what: &str, took| Measurement::of(database, scenario, what.to_owned(), &Latencies::new(took));
    let (plain, boxed) = (of("as it is", plain), of("in a box", boxed));
    let added = boxed.p50_ms - plain.p50_ms;
    Ok(vec![plain, Measurement { added_ms: Some(added), ..boxed }])
}

fn timed(start: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    start()?;
    Ok(begun.elapsed())
}

fn start_plain() -> anyhow::Result<()> {
    let status = Command::new(PROGRAM).stdin(Stdio::null()).status().context(PROGRAM)?;
    ensure!(status.success(), "{PROGRAM} {status}");
    Ok(())
}

fn start_boxed(launcher: &Launcher) -> anyhow::Result<()> {
    let (mut command, mut control) = launcher.command()?;
    let mut child = command.spawn().context("the program that boxes are made by")?;
    drop(command);
    let identity = rustix::process::geteuid().is_root().then_some(NOBODY);
    control.start(&Spec { identity, ..Spec::new(PROGRAM) })?;
    let report = control.report()?;
    child.wait()?;
    ensure!(report.is_success(), "{PROGRAM} failed in its box");
    Ok(())
}
