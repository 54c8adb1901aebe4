//! Webhooks end to end: events are published at a gateway, and a receiver on the same machine notes what arrives when. It
//! stands beside the comparison of servers that answer requests, since what counts here comes after the answer.

mod contest;
mod goal;
mod load;
mod publication;
mod publisher;
pub(crate) mod receiver;
mod report;
mod round;
mod scenario;
mod soak;
mod stage;
mod stored;

use crate::progress::Progress;
use crate::settings::Settings;
use crate::stage::Ground;
use anyhow::Context as _;

pub(crate) use goal::judge;
pub(crate) use report::{Measurement, table};
pub(crate) use scenario::Scenario;
use stage::Stage;

/// How many steps of progress an engine takes.
pub(crate) fn steps(settings: &Settings) -> anyhow::Result<usize> {
    let rounds = usize::try_from(settings.rounds)?;
    Ok(settings.webhooks.iter().map(|scenario| scenario.steps(rounds)).sum())
}

/// Measures the scenarios that the settings ask for on one engine, each on gateways of its own.
///
/// # Errors
/// When a gateway does not start, or does not accept an event.
pub(crate) fn measure(
    ground: Ground<'_>,
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Measurement>> {
    let mut measured = Vec::new();
    for scenario in &settings.webhooks {
        let topic = format!("{}, {}", ground.engine.name(), scenario.name());
        progress.topic(&topic);
        progress.note(&format!("{topic}: making 100 endpoints"));
        measured.extend(run(*scenario, ground, settings, progress).context(topic)?);
    }
    Ok(measured)
}

fn run(
    scenario: Scenario,
    ground: Ground<'_>,
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Measurement>> {
    let name = scenario.name().replace('-', "_");
    let conditions = scenario.conditions(settings.stored_deliveries);
    let stages =
        (0..).zip(conditions).map(|(number, condition)| Stage::start(ground, &format!("{name}_{number}"), condition));
    let stages = stages.collect::<anyhow::Result<Vec<_>>>()?;
    if scenario == Scenario::Soak {
        progress.step("a long run");
        let measured = stages.iter().map(|stage| soak::measure(stage, settings.soak, ground.engine.name()));
        return measured.collect();
    }
    contest::measure(scenario, &stages, settings, progress, ground.engine.name())
}
