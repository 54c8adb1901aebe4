//! The gateways of a scenario loaded in turn, round after round.

use super::load::Load;
use super::report::Measurement;
use super::round::{Round, play};
use super::scenario::Scenario;
use super::stage::Stage;
use crate::interrupt;
use crate::latency::median;
use crate::progress::Progress;
use crate::settings::Settings;

/// All rounds of one gateway under one load.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds(pub(crate) Vec<Round>);

/// How a gateway stands to the first of its scenario: medians of the ratios within each round.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Ratios {
    /// Of deliveries a second.
    pub(crate) deliveries: f64,
    /// Of the median time from publishing to arrival.
    pub(crate) p50: f64,
    /// Of its 99th percentile.
    pub(crate) p99: f64,
}

impl Rounds {
    /// The median of a figure.
    pub(crate) fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.0.iter().map(figure))
    }

    /// The greatest of a figure.
    pub(crate) fn most(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        self.0.iter().map(figure).fold(0.0, f64::max)
    }

    /// How it stands to `first`.
    pub(crate) fn beside(&self, first: &Self) -> Ratios {
        let ratio = |figure: fn(&Round) -> f64| {
            median(self.0.iter().zip(&first.0).map(|(mine, theirs)| figure(mine) / figure(theirs)))
        };
        Ratios {
            deliveries: ratio(|round| round.deliveries),
            p50: ratio(|round| round.p50),
            p99: ratio(|round| round.p99),
        }
    }
}

/// Loads every gateway with every load of the scenario, and compares them with the first.
///
/// # Errors
/// When a round fails.
pub(crate) fn measure(
    scenario: Scenario,
    stages: &[Stage<'_>],
    settings: &Settings,
    progress: &mut Progress,
    database: &'static str,
) -> anyhow::Result<Vec<Measurement>> {
    let mut measured = Vec::new();
    for load in scenario.loads() {
        let played = rounds(load, stages, settings, progress)?;
        for (number, (stage, rounds)) in stages.iter().zip(&played).enumerate() {
            let plain = Measurement::new((database, scenario, load), stage.condition.name(), rounds);
            let ratios = (number > 0).then(|| rounds.beside(&played[0]));
            measured.push(Measurement { ratios, ..plain });
        }
    }
    Ok(measured)
}

fn rounds(
    load: &Load,
    stages: &[Stage<'_>],
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Rounds>> {
    let mut played = vec![Rounds::default(); stages.len()];
    for number in 1..=settings.rounds {
        progress.step(&format!("{}, round {number} of {}", load.name, settings.rounds));
        for (stage, rounds) in stages.iter().zip(&mut played) {
            interrupt::check()?;
            rounds.0.push(play(stage, load, settings.warmup, load.span(settings.seconds))?);
        }
    }
    Ok(played)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn round(deliveries: f64, latency: f64) -> Round {
        let (events, p50, p99, resident) = (2_500.0, latency, latency * 2.0, 30.0);
        Round { events, deliveries, p50, p99, again_percent: 0.0, missing: 0.0, cpu_micros: 120.0, resident }
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The machine halves its speed in the second round: the gateways still compare as 1 to 2.
        let first = Rounds(vec![round(2_000.0, 1.0), round(1_000.0, 2.0), round(2_000.0, 1.0)]);
        let other = Rounds(vec![round(1_000.0, 3.0), round(500.0, 6.0), round(1_000.0, 3.0)]);
        let Ratios { deliveries, p50, p99 } = other.beside(&first);
        assert!((deliveries - 0.5).abs() < 1e-9 && (p50 - 3.0).abs() < 1e-9 && (p99 - 3.0).abs() < 1e-9);
    }

    #[test]
    fn one_bad_round_shows_in_the_greatest_figure() {
        let mut rounds = Rounds(vec![round(1.0, 1.0); 3]);
        rounds.0[1].missing = 7.0;
        assert!((rounds.most(|round| round.missing) - 7.0).abs() < 1e-9);
    }
}
