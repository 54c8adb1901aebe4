//! The run: every engine, every scenario, every number of keys.

use crate::comparison::measurements;
use crate::contest::{Contestant, play};
use crate::exchange::{self, Answer};
use crate::peers::{Peer, Peers};
use crate::postgres::Postgres;
use crate::progress::Progress;
use crate::report::{LoadedAs, Measurement, Report};
use crate::scenario::Scenario;
use crate::server::Server;
use crate::settings::{Databases, Settings};
use crate::stage::{Database, Engine, Gateway, directory};
use crate::traffic::Traffic;
use crate::webhooks::{self, Ground};
use crate::work::Work;
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
        webhooks: Vec::new(),
        goals: Vec::new(),
    };
    if disk::is_memory(&report.file_system) {
        eprintln!("The databases are kept in memory, where a commit costs nothing; name a disk with --dir.");
    }
    let peers = peers(settings);
    let contests = settings.scenarios.len() * usize::try_from(settings.rounds)?;
    let steps = engines.len() * (contests + webhooks::steps(settings)?);
    let progress = Progress::new(u32::try_from(steps)?);
    let mut bench = Bench { settings, program: &program, home: home.path(), peers, progress };
    for engine in &engines {
        bench.progress.note(&format!("{}: starts and memory at rest", engine.name()));
        report.footprints.push(footprint::measure(engine, &program, home.path())?);
        report.measurements.extend(bench.engine(engine)?);
        let ground = Ground { engine, program: &program, home: home.path() };
        report.webhooks.extend(webhooks::measure(ground, settings, &mut bench.progress)?);
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

/// The peers, where a scenario has them beside Mainstay. They are left out, with a sentence, where they cannot be installed.
fn peers(settings: &Settings) -> Option<Peers> {
    let are_asked_for = settings.scenarios.iter().any(|scenario| scenario.has_peers());
    let installed = are_asked_for.then(Peers::install)?;
    installed.inspect_err(|error| eprintln!("Other providers of OAuth are left out: {error:#}.")).ok()
}

struct Bench<'a> {
    settings: &'a Settings,
    program: &'a Path,
    home: &'a Path,
    peers: Option<Peers>,
    progress: Progress,
}

impl Bench<'_> {
    fn engine(&mut self, engine: &Engine) -> anyhow::Result<Vec<Measurement>> {
        let mut gateways = Vec::new();
        let keys = if self.settings.scenarios.is_empty() { &[][..] } else { &self.settings.keys };
        for keys in keys {
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
        let answers = gateways
            .iter()
            .zip(&mut traffics)
            .map(|(gateway, traffic)| sound_answer(scenario, gateway.server.address, traffic))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let files = directory(self.home, engine, &scenario.name().replace('-', "_"));
        std::fs::create_dir(&files)?;
        let with_fewest = answers.first().zip(traffics.first()).context("no number of keys was asked for")?;
        let rivals = match scenario.work() {
            Some(work) => vec![self.baseline(engine, &files, work, with_fewest)?],
            None => self.peers_beside(scenario, connections, &files)?,
        };

        let of_rivals = rivals.iter().map(|rival| (&rival.server, rival.traffic.clone()));
        let of_gateways = gateways.iter().zip(traffics).map(|(gateway, traffic)| (&gateway.server, traffic));
        let mut contestants: Vec<_> =
            of_rivals.chain(of_gateways).map(|(server, traffic)| Contestant { server, traffic }).collect();
        let rounds = play(&mut contestants, self.settings, &mut self.progress)?;
        let load = LoadedAs { database: engine.name(), scenario, connections };
        let names: Vec<_> = rivals.iter().map(|rival| rival.name.as_str()).collect();
        let keys: Vec<_> = gateways.iter().map(|gateway| gateway.key_count).collect();
        Ok(measurements(load, &names, &keys, &rounds))
    }

    /// The baseline with its files in `files`, which does this work for a `POST` and gives this answer.
    fn baseline<'e>(
        &self,
        engine: &'e Engine,
        files: &Path,
        work: Work,
        (answer, traffic): (&Answer, &Traffic),
    ) -> anyhow::Result<Rival<'e>> {
        let name = files.file_name().and_then(|name| name.to_str()).context("a directory has no name")?;
        let database = work.is_durable().then(|| engine.create(self.home, name)).transpose()?;
        let url = database.as_ref().map(|database| database.url.as_str());
        let server = baseline::start(files, answer, work, url)?;
        Ok(Rival { name: work.baseline().to_owned(), server, traffic: traffic.clone(), _database: database })
    }

    /// The peers, with their logs in `logs`.
    fn peers_beside(&self, scenario: Scenario, connections: usize, logs: &Path) -> anyhow::Result<Vec<Rival<'static>>> {
        let started = self.peers.iter().flat_map(|peers| peers.start(logs));
        started.map(|peer| Rival::of_peer(peer, scenario, connections)).collect()
    }
}

/// A running server that gateways are compared with. It is stopped before its database goes.
struct Rival<'a> {
    name: String,
    server: Server,
    traffic: Traffic,
    _database: Option<Database<'a>>,
}

impl Rival<'_> {
    fn of_peer(peer: Peer, scenario: Scenario, connections: usize) -> anyhow::Result<Self> {
        let Peer { name, server, provider } = peer;
        let sound_traffic = || {
            let mut traffic = Traffic::of_provider(scenario, &provider, server.address, connections)?;
            sound_answer(scenario, server.address, &mut traffic)?;
            anyhow::Ok(traffic)
        };
        let traffic = sound_traffic().with_context(|| name.clone())?;
        Ok(Self { name, server, traffic, _database: None })
    }
}

/// What the server at `address` answers in a scenario, checked to be what the scenario is about.
fn sound_answer(scenario: Scenario, address: SocketAddr, traffic: &mut Traffic) -> anyhow::Result<Answer> {
    let request = traffic.requests.first_mut().context("nobody calls")?;
    let answer = exchange::ask(address, request)?;
    let text = String::from_utf8_lossy(&answer.body);
    ensure!((200..300).contains(&answer.status), "the server answered {} {text}", answer.status);
    let body: Value = serde_json::from_slice(&answer.body).with_context(|| format!("not JSON: {text}"))?;
    ensure!(scenario.is_answered_by(&body), "the server answered something else than was asked for: {text}");
    Ok(answer)
}
