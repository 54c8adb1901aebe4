//! What a gateway costs while nobody calls: its start, its memory at rest, its size on disk.

use crate::gateway::Installation;
use crate::latency::median;
use crate::server::Server;
use crate::stage::{Engine, directory};
use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;
use std::thread;
use std::time::Duration;

const STARTS: usize = 5;
/// How long a gateway rests before its memory is read.
const REST: Duration = Duration::from_secs(2);

/// The figures on one engine.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Footprint {
    /// The engine.
    pub(crate) database: &'static str,
    /// Milliseconds from the start of the process to the first answer of `GET /health`, on an empty database.
    pub(crate) first_start_ms: f64,
    /// The same on a database that is set up; the median of several starts.
    pub(crate) start_ms: f64,
    /// Resident memory at rest, in MiB.
    pub(crate) idle_mib: f64,
}

/// Starts gateways on a new database of `engine` and measures them.
///
/// # Errors
/// When one does not start.
pub(crate) fn measure(engine: &Engine, program: &Path, home: &Path) -> anyhow::Result<Footprint> {
    let database = engine.create(home, "idle")?;
    let installation = Installation::new(program, directory(home, engine, "idle"), database.url.clone())?;
    let first = millis(&installation.start()?);
    let starts = (0..STARTS).map(|_| Ok(millis(&installation.start()?))).collect::<anyhow::Result<Vec<_>>>()?;
    let server = installation.start()?;
    thread::sleep(REST);
    let idle_mib = server.process().resident_mib()?;
    Ok(Footprint { database: engine.name(), first_start_ms: first, start_ms: median(starts), idle_mib })
}

/// The size of a program, in MiB.
///
/// # Errors
/// When it is not there.
pub(crate) fn size_mib(program: &Path) -> anyhow::Result<f64> {
    let bytes = std::fs::metadata(program).context("the gateway's size cannot be read")?.len();
    Ok(f64::from(u32::try_from(bytes / 1024)?) / 1024.0)
}

fn millis(server: &Server) -> f64 {
    server.first_answer.as_secs_f64() * 1000.0
}
