//! Hosting end to end: sites are deployed from repositories on this machine, and visited. It stands beside the comparison of
//! servers that answer requests, since what counts here is how soon something is live, and that it stays so.

mod boxes;
mod deploying;
mod found;
mod goal;
mod keepers;
mod neighbour;
mod proxy;
mod report;
mod repository;
mod scenario;
mod site;
mod stage;
mod switch;
mod visitors;

use crate::progress::Progress;
use crate::settings::Settings;
use crate::stage::Ground;
use anyhow::Context as _;

pub(crate) use goal::judge;
pub(crate) use report::{Findings, table};
pub(crate) use scenario::Scenario;
use site::Sort;
use stage::Stage;

/// Everything that a measurement is made with.
struct Run<'a, 'e> {
    scenario: Scenario,
    sort: Sort,
    database: &'static str,
    stage: &'a mut Stage<'e>,
    settings: &'a Settings,
    progress: &'a mut Progress,
}

/// How many steps of progress an engine takes.
pub(crate) fn steps(settings: &Settings) -> anyhow::Result<usize> {
    let rounds = usize::try_from(settings.rounds)?;
    Ok(settings.hosting.iter().map(|scenario| scenario.steps(rounds)).sum())
}

/// Measures the scenarios that the settings ask for on one engine, each on a gateway of its own.
///
/// # Errors
/// When a gateway does not start, or a site does not come to life.
pub(crate) fn measure(ground: Ground<'_>, settings: &Settings, progress: &mut Progress) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    for scenario in &settings.hosting {
        let topic = format!("{}, {}", ground.engine.name(), scenario.name());
        progress.topic(&topic);
        findings.add(run(*scenario, ground, settings, progress).context(topic)?);
    }
    Ok(findings)
}

fn run(
    scenario: Scenario,
    ground: Ground<'_>,
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    let mut stage = Stage::start(ground, &scenario.name().replace('-', "_"))?;
    for sort in scenario.sorts() {
        if let Some(obstacle) = obstacle(scenario, *sort, &stage)? {
            let (database, name) = (ground.engine.name(), scenario.name());
            findings.left_out.push(format!("{database}, {name}: {} is left out, since {obstacle}.", sort.name()));
            continue;
        }
        let database = ground.engine.name();
        let run = Run { scenario, sort: *sort, database, stage: &mut stage, settings, progress: &mut *progress };
        findings.measurements.extend(match scenario {
            Scenario::Static | Scenario::Node => deploying::measure(run)?,
            Scenario::Rollback => deploying::measure_rollbacks(run)?,
            Scenario::Box => boxes::measure(run)?,
            Scenario::Proxy => proxy::measure(run)?,
            Scenario::Switch => switch::measure(run)?,
            Scenario::Found => found::measure(run)?,
            Scenario::Neighbour => neighbour::measure(run)?,
        });
    }
    Ok(findings)
}

/// Why this cannot be measured here with a site of this sort, if so.
fn obstacle(scenario: Scenario, sort: Sort, stage: &Stage<'_>) -> anyhow::Result<Option<String>> {
    if scenario == Scenario::Box {
        return stage.why_no_programs();
    }
    let Some(interpreter) = sort.interpreter() else { return Ok(None) };
    if site::path_of(interpreter).is_none() {
        return Ok(Some(format!("there is no {interpreter} where boxes look for it")));
    }
    stage.why_no_programs()
}
