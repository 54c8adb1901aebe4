//! The run: every engine, every scenario, every number of keys.

use crate::comparison::measurements;
use crate::contest::{Contestant, play};
use crate::contextforge::ContextForge;
use crate::exchange::Answer;
use crate::peers::Peers;
use crate::postgres::Postgres;
use crate::progress::Progress;
use crate::report::{LoadedAs, Measurement, Report};
use crate::rival::{Rival, sound_answer};
use crate::scenario::{Beside, Scenario};
use crate::settings::{Databases, Settings};
use crate::stage::{Engine, Gateway, Ground, directory};
use crate::traffic::{self, Traffic};
use crate::work::Work;
use crate::{baseline, dashboard, disk, footprint, gateway, goal, hosting, summary, webhooks};
use anyhow::{Context as _, ensure};
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
        hosting: hosting::Findings::default(),
        goals: Vec::new(),
    };
    if disk::is_memory(&report.file_system) {
        eprintln!("The databases are kept in memory, where a commit costs nothing; name a disk with --dir.");
    }
    let (peers, contextforge) = (peers(settings), contextforge(settings));
    let contests: usize = settings.scenarios.iter().map(|scenario| scenario.contests()).sum();
    let of_families = webhooks::steps(settings)? + hosting::steps(settings)?;
    let steps = engines.len() * (contests * usize::try_from(settings.rounds)? + of_families);
    let progress = Progress::new(u32::try_from(steps)?);
    let mut bench = Bench { settings, peers, contextforge, progress };
    for engine in &engines {
        bench.progress.note(&format!("{}: starts and memory at rest", engine.name()));
        report.footprints.push(footprint::measure(engine, &program, home.path())?);
        let ground = Ground { engine, program: &program, home: home.path() };
        report.measurements.extend(bench.engine(ground)?);
        report.webhooks.extend(webhooks::measure(ground, settings, &mut bench.progress)?);
        report.hosting.add(hosting::measure(ground, settings, &mut bench.progress)?);
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

/// The same of the other gateway of MCP.
fn contextforge(settings: &Settings) -> Option<ContextForge> {
    let is_asked_for = settings.scenarios.iter().any(|scenario| scenario.has_contextforge());
    let installed = is_asked_for.then(ContextForge::install)?;
    installed.inspect_err(|error| eprintln!("ContextForge is left out: {error:#}.")).ok()
}

struct Bench<'a> {
    settings: &'a Settings,
    peers: Option<Peers>,
    contextforge: Option<ContextForge>,
    progress: Progress,
}

impl Bench<'_> {
    fn engine(&mut self, ground: Ground<'_>) -> anyhow::Result<Vec<Measurement>> {
        let database = ground.engine.name();
        let (mut gateways, mut measurements) = (Vec::new(), Vec::new());
        let are_shared = self.settings.scenarios.iter().any(|scenario| !scenario.is_set_apart());
        for keys in self.settings.keys.iter().filter(|_| are_shared) {
            self.progress.note(&format!("{database}: filling a database with {keys} keys"));
            gateways.push(Gateway::start(ground, *keys)?);
        }
        for scenario in &self.settings.scenarios {
            let topic = format!("{database}, {}", scenario.name());
            self.progress.topic(&topic);
            let measured = match scenario {
                Scenario::Summary => self.summary(ground),
                Scenario::Dashboard => self.dashboard(ground),
                scenario => self.scenario(ground, *scenario, &gateways),
            };
            measurements.extend(measured.context(topic)?);
        }
        Ok(measurements)
    }

    /// The summaries of a gateway that is loaded with them, and the first ones that it gives at all.
    fn summary(&mut self, ground: Ground<'_>) -> anyhow::Result<Vec<Measurement>> {
        let records = self.settings.stored_records;
        self.progress.note(&format!("{}: filling a database with {records} usage records", ground.engine.name()));
        let mut gateway = summary::start(ground, records)?;
        let mut measured = self.scenario(ground, Scenario::Summary, std::slice::from_ref(&gateway))?;
        let rounds = summary::first::play(&mut gateway, self.settings, &mut self.progress)?;
        let load = LoadedAs { database: ground.engine.name(), scenario: Scenario::Summary, connections: 1 };
        let names = [summary::FEW, records].map(summary::first::name);
        measured.extend(measurements(load, &[&names[0]], &[&names[1]], &rounds));
        Ok(measured)
    }

    /// A gateway that is looked at.
    fn dashboard(&mut self, ground: Ground<'_>) -> anyhow::Result<Vec<Measurement>> {
        let events = self.settings.stored_events;
        self.progress.note(&format!("{}: filling a database with {events} events", ground.engine.name()));
        let gateway = dashboard::start(ground, events)?;
        let measured = self.scenario(ground, Scenario::Dashboard, std::slice::from_ref(&gateway))?;
        if let Some(bytes) = gateway.file_bytes() {
            self.progress.note(&format!(
                "{}: {} bytes an event on the disk",
                ground.engine.name(),
                bytes / u64::from(events)
            ));
        }
        Ok(measured)
    }

    fn scenario(
        &mut self,
        ground: Ground<'_>,
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
        let files = directory(ground.home, ground.engine, &scenario.name().replace('-', "_"));
        std::fs::create_dir(&files)?;
        let (first, answer) = gateways.first().zip(answers.first()).context("no number of keys was asked for")?;
        let rivals = match scenario.beside() {
            Beside::Baseline(work) => vec![baseline_beside(ground, &files, work, (answer, &traffics[0]))?],
            Beside::Peers => self.peers_beside(scenario, connections, &files)?,
            Beside::ContextForge => self.contextforge_beside(scenario, connections, &files)?,
            Beside::Itself => {
                vec![Rival::of_gateway(first, traffic::name_of_others(scenario), scenario, connections)?]
            }
        };

        let of_rivals = rivals.iter().map(|rival| (rival.server(), rival.traffic.clone()));
        let of_gateways = gateways.iter().zip(traffics).map(|(gateway, traffic)| (&gateway.server, traffic));
        let mut contestants: Vec<_> =
            of_rivals.chain(of_gateways).map(|(server, traffic)| Contestant { server, traffic }).collect();
        let rounds = play(&mut contestants, self.settings, &mut self.progress)?;
        let load = LoadedAs { database: ground.engine.name(), scenario, connections };
        let names: Vec<_> = rivals.iter().map(|rival| rival.name.as_str()).collect();
        let of_gateways: Vec<_> = gateways.iter().map(|gateway| gateway.name.as_str()).collect();
        Ok(measurements(load, &names, &of_gateways, &rounds))
    }

    /// The peers, with their logs in `logs`.
    fn peers_beside(&self, scenario: Scenario, connections: usize, logs: &Path) -> anyhow::Result<Vec<Rival<'static>>> {
        let started = self.peers.iter().flat_map(|peers| peers.start(logs));
        started.map(|peer| Rival::of_peer(peer, scenario, connections)).collect()
    }

    /// The other gateway of MCP, with its files in `files`. It is left out, with a sentence, where it does not start.
    fn contextforge_beside(
        &self,
        scenario: Scenario,
        connections: usize,
        files: &Path,
    ) -> anyhow::Result<Vec<Rival<'static>>> {
        let started = self.contextforge.as_ref().and_then(|contextforge| {
            let started = contextforge.start(files);
            started.inspect_err(|error| eprintln!("ContextForge is left out: {error:#}")).ok()
        });
        started.into_iter().map(|running| Rival::of_contextforge(running, scenario, connections)).collect()
    }
}

/// The baseline with its files in `files`, which does this work for a `POST` and gives this answer.
fn baseline_beside<'e>(
    ground: Ground<'e>,
    files: &Path,
    work: Work,
    (answer, traffic): (&Answer, &Traffic),
) -> anyhow::Result<Rival<'e>> {
    let name = files.file_name().and_then(|name| name.to_str()).context("a directory has no name")?;
    let database = work.is_durable().then(|| ground.engine.create(ground.home, name)).transpose()?;
    let url = database.as_ref().map(|database| database.url.as_str());
    let server = baseline::start(files, answer, work, url)?;
    Ok(Rival::of_baseline(work.baseline(), server, traffic.clone(), database))
}
