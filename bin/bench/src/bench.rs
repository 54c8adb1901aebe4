//! The run: every engine, every scenario, every number of keys.

use crate::contest::{Contestant, Rounds, play};
use crate::exchange::{self, Answer};
use crate::postgres::Postgres;
use crate::progress::Progress;
use crate::report::{LoadedAs, Measurement, Report};
use crate::scenario::Scenario;
use crate::server::Server;
use crate::settings::{Databases, Settings};
use crate::stage::{Database, Engine, Gateway, directory};
use crate::traffic::Traffic;
use crate::{baseline, disk, footprint, gateway, goal};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;

const NO_POSTGRES: &str = "PostgreSQL is left out: it is not installed, and MAINSTAY_BENCH_POSTGRES_URL is not set.";

/// Measures what the settings ask for.
///
/// # Errors
/// When a program is missing, does not start, or answers with anything but success.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<Report> {
    let program = gateway::program(settings.gateway.as_deref())?;
    let home = tempfile::Builder::new().prefix("mainstay-bench-").tempdir_in(settings.dir())?;
    let engines = engines(settings)?;
    let mut report = Report {
        processors: std::thread::available_parallelism()?.get(),
        file_system: disk::file_system(home.path()),
        rounds: settings.rounds,
        seconds: settings.seconds.as_secs_f64(),
        program_mib: footprint::size_mib(&program)?,
        footprints: Vec::new(),
        measurements: Vec::new(),
        goals: Vec::new(),
    };
    if disk::is_memory(&report.file_system) {
        eprintln!("The databases are kept in memory, where a commit costs nothing; name a disk with --dir.");
    }
    let contests = u32::try_from(engines.len() * settings.scenarios.len())?;
    let progress = Progress::new(contests * settings.rounds);
    let mut bench = Bench { settings, program: &program, home: home.path(), progress };
    for engine in &engines {
        bench.progress.note(&format!("{}: starts and memory at rest", engine.name()));
        report.footprints.push(footprint::measure(engine, &program, home.path())?);
        report.measurements.extend(bench.engine(engine)?);
    }
    report.goals = goal::judge(&report);
    Ok(report)
}

/// The engines to run on. PostgreSQL is left out, with a sentence, where there is none.
fn engines(settings: &Settings) -> anyhow::Result<Vec<Engine>> {
    let mut engines = Vec::new();
    if settings.databases != Databases::Postgres {
        engines.push(Engine::Sqlite);
    }
    if settings.databases != Databases::Sqlite {
        let named = settings.postgres_url.as_deref().map(Postgres::at);
        match named.map_or_else(|| Postgres::start(&settings.dir()), |named| Ok(Some(named)))? {
            Some(server) => engines.push(Engine::Postgres(server)),
            None => eprintln!("{NO_POSTGRES}"),
        }
    }
    ensure!(!engines.is_empty(), "there is no database to run on");
    Ok(engines)
}

struct Bench<'a> {
    settings: &'a Settings,
    program: &'a Path,
    home: &'a Path,
    progress: Progress,
}

impl Bench<'_> {
    fn engine(&mut self, engine: &Engine) -> anyhow::Result<Vec<Measurement>> {
        let mut gateways = Vec::new();
        for keys in &self.settings.keys {
            self.progress.note(&format!("{}: filling a database with {keys} keys", engine.name()));
            gateways.push(Gateway::start(engine, self.program, self.home, *keys)?);
        }
        let mut measurements = Vec::new();
        for scenario in &self.settings.scenarios {
            let topic = format!("{}, {}", engine.name(), scenario.name());
            self.progress.topic(&topic);
            measurements.extend(self.scenario(engine, *scenario, &gateways).context(topic)?);
        }
        Ok(measurements)
    }

    fn scenario(
        &mut self,
        engine: &Engine,
        scenario: Scenario,
        gateways: &[Gateway<'_>],
    ) -> anyhow::Result<Vec<Measurement>> {
        let connections = scenario.callers().unwrap_or(usize::from(self.settings.connections));
        let mut traffics = gateways
            .iter()
            .map(|gateway| Traffic::of(scenario, gateway, connections))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let fewest = gateways.first().context("no number of keys was asked for")?;
        let answer = sound_answer(scenario, fewest.server.address, &mut traffics[0])?;
        let bare = self.baseline(engine, scenario, &answer)?;

        let bare = Contestant { server: &bare.server, traffic: traffics[0].clone() };
        let of_gateways = gateways.iter().zip(traffics);
        let of_gateways = of_gateways.map(|(gateway, traffic)| Contestant { server: &gateway.server, traffic });
        let mut contestants: Vec<_> = std::iter::once(bare).chain(of_gateways).collect();
        let rounds = play(&mut contestants, self.settings, &mut self.progress)?;
        let load = LoadedAs { database: engine.name(), scenario, connections };
        Ok(measurements(load, gateways, &rounds))
    }

    /// The baseline of a scenario, which gives `answer`.
    fn baseline<'e>(&self, engine: &'e Engine, scenario: Scenario, answer: &Answer) -> anyhow::Result<Baseline<'e>> {
        let (name, work) = (scenario.name().replace('-', "_"), scenario.work());
        let database = work.is_durable().then(|| engine.create(self.home, &name)).transpose()?;
        let files = directory(self.home, engine, &name);
        std::fs::create_dir(&files)?;
        let url = database.as_ref().map(|database| database.url.as_str());
        Ok(Baseline { server: baseline::start(&files, answer, work, url)?, _database: database })
    }
}

/// A running baseline. It is stopped before its database goes.
struct Baseline<'a> {
    server: Server,
    _database: Option<Database<'a>>,
}

/// The measurements of the baseline and, behind it, of every gateway.
fn measurements(load: LoadedAs, gateways: &[Gateway<'_>], rounds: &[Rounds]) -> Vec<Measurement> {
    let [bare, of_gateways @ ..] = rounds else { return Vec::new() };
    let mut measured = vec![Measurement::new(load, load.scenario.work().baseline().to_owned(), bare)];
    for (gateway, rounds) in gateways.iter().zip(of_gateways) {
        let name = format!("mainstay, {} keys", gateway.key_count);
        measured.push(Measurement {
            ratio: Some(rounds.ratio_to(bare, |round| round.throughput)),
            p99_growth: (measured.len() > 1).then(|| rounds.ratio_to(&of_gateways[0], |round| round.p99)),
            ..Measurement::new(load, name, rounds)
        });
    }
    measured
}

/// What the gateway at `address` answers in a scenario, checked to be what the scenario is about.
fn sound_answer(scenario: Scenario, address: SocketAddr, traffic: &mut Traffic) -> anyhow::Result<Answer> {
    let request = traffic.requests.first_mut().context("nobody calls")?;
    let answer = exchange::ask(address, request)?;
    let text = String::from_utf8_lossy(&answer.body);
    ensure!((200..300).contains(&answer.status), "the gateway answered {} {text}", answer.status);
    let body: Value = serde_json::from_slice(&answer.body).with_context(|| format!("not JSON: {text}"))?;
    ensure!(scenario.is_answered_by(&body), "the gateway answered something else than was asked for: {text}");
    Ok(answer)
}
