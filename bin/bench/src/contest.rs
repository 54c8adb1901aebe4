//! Servers loaded in turn, round after round, so that what else the machine does falls on all of them.

use crate::interrupt;
use crate::latency::median;
use crate::load::Load;
use crate::progress::Progress;
use crate::server::Server;
use crate::settings::Settings;
use crate::traffic::Traffic;

/// A server and the traffic it is loaded with, which goes on from round to round.
#[derive(Debug)]
pub(crate) struct Contestant<'a> {
    /// The server.
    pub(crate) server: &'a Server,
    /// What it is asked.
    pub(crate) traffic: Traffic,
}

/// The figures of one round on one server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Answers a second.
    pub(crate) throughput: f64,
    /// Median latency in milliseconds.
    pub(crate) p50: f64,
    /// The latency in milliseconds that 99 of 100 requests keep within.
    pub(crate) p99: f64,
    /// Answers a second to the storm beside.
    pub(crate) storm: f64,
    /// Processor time of the server, in percent of one core.
    pub(crate) cpu: f64,
    /// Resident memory of the server after the round, in MiB.
    pub(crate) resident: f64,
}

/// All rounds of one server.
#[derive(Debug, Clone)]
pub(crate) struct Rounds(pub(crate) Vec<Round>);

impl Rounds {
    /// The median of a figure.
    pub(crate) fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.0.iter().map(figure))
    }

    /// The median of a figure's ratio to that of `other` in the same round.
    pub(crate) fn ratio_to(&self, other: &Self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(mine, theirs)| figure(mine) / figure(theirs)))
    }
}

/// Loads every contestant once a round; the rounds of each come back in the order of the contestants.
///
/// # Errors
/// When a server fails or refuses a request.
pub(crate) fn play(
    contestants: &mut [Contestant<'_>],
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<Vec<Rounds>> {
    let mut played = vec![Rounds(Vec::new()); contestants.len()];
    for number in 1..=settings.rounds {
        progress.step(&format!("round {number} of {}", settings.rounds));
        for (contestant, rounds) in contestants.iter_mut().zip(&mut played) {
            rounds.0.push(contestant.round(settings)?);
        }
    }
    Ok(played)
}

impl Contestant<'_> {
    fn round(&mut self, settings: &Settings) -> anyhow::Result<Round> {
        interrupt::check()?;
        let Settings { warmup, seconds: measured, .. } = *settings;
        let load = Load { address: self.server.address, traffic: &mut self.traffic, warmup, measured };
        let sample = load.run(self.server.process())?;
        let latencies = &sample.latencies;
        anyhow::ensure!(latencies.count() > 0, "no request was answered within {measured:?}");
        Ok(Round {
            throughput: f64::from(u32::try_from(latencies.count())?) / measured.as_secs_f64(),
            storm: f64::from(u32::try_from(sample.storm)?) / measured.as_secs_f64(),
            p50: latencies.percentile(500).as_secs_f64() * 1000.0,
            p99: latencies.percentile(990).as_secs_f64() * 1000.0,
            cpu: sample.cpu.div_duration_f64(measured) * 100.0,
            resident: self.server.process().resident_mib()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(throughputs: &[f64]) -> Rounds {
        let round = |throughput| Round { throughput, p50: 1.0, p99: 2.0, storm: 0.0, cpu: 50.0, resident: 10.0 };
        Rounds(throughputs.iter().copied().map(round).collect())
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The machine halves its speed in the second round: the servers still compare as 1 to 2.
        let (baseline, gateway) = (rounds(&[100.0, 50.0, 100.0]), rounds(&[50.0, 25.0, 50.0]));
        assert!((gateway.ratio_to(&baseline, |round| round.throughput) - 0.5).abs() < 1e-9);
        assert!((gateway.median(|round| round.throughput) - 50.0).abs() < 1e-9);
    }
}
