//! What a contest shows: gateways beside their rivals.

use crate::contest::Rounds;
use crate::report::{LoadedAs, Measurement};

/// The measurements of every rival and, behind them, of every gateway, which is compared with the best of them. The
/// `rounds` are those of the `rivals` first, and then of the `gateways`.
pub(crate) fn measurements(load: LoadedAs, rivals: &[&str], gateways: &[&str], rounds: &[Rounds]) -> Vec<Measurement> {
    let (of_rivals, of_gateways) = rounds.split_at(rivals.len());
    let rivals = rivals.iter().copied().zip(of_rivals);
    let best = rivals.clone().max_by(|(_, one), (_, other)| throughput(one).total_cmp(&throughput(other)));
    let mut measured: Vec<_> = rivals.map(|(name, rounds)| Measurement::new(load, name.to_owned(), rounds)).collect();
    for (name, rounds) in gateways.iter().zip(of_gateways) {
        let has_fewest = measured.len() == of_rivals.len();
        measured.push(Measurement {
            ratio: best.map(|(_, best)| rounds.ratio_to(best, |round| round.throughput)),
            rival: best.map(|(name, _)| name.to_owned()),
            p99_growth: (!has_fewest).then(|| rounds.ratio_to(&of_gateways[0], |round| round.p99)),
            ..Measurement::new(load, (*name).to_owned(), rounds)
        });
    }
    measured
}

fn throughput(rounds: &Rounds) -> f64 {
    rounds.median(|round| round.throughput)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Round;
    use crate::scenario::Scenario;

    const LOAD: LoadedAs = LoadedAs { database: "sqlite", scenario: Scenario::OauthCode, connections: 32 };

    fn rounds(throughput: f64, p99: f64) -> Rounds {
        Rounds(vec![Round { throughput, p50: 1.0, p99, storm: 0.0, cpu: 50.0, resident: 10.0 }; 3])
    }

    fn close(figure: Option<f64>, expected: f64) -> bool {
        figure.is_some_and(|figure| (figure - expected).abs() < 1e-9)
    }

    #[test]
    fn every_gateway_is_compared_with_the_better_of_two_peers() {
        let all = [rounds(100.0, 9.0), rounds(200.0, 9.0), rounds(800.0, 2.0), rounds(600.0, 3.0)];
        let measured = measurements(LOAD, &["slow", "fast"], &["few keys", "many keys"], &all);
        let names: Vec<_> = measured.iter().map(|one| one.server.as_str()).collect();
        assert_eq!(names, ["slow", "fast", "few keys", "many keys"]);
        assert!(measured[..2].iter().all(|peer| peer.ratio.is_none() && peer.rival.is_none()));
        assert!(close(measured[2].ratio, 4.0) && close(measured[3].ratio, 3.0));
        assert!(measured[2..].iter().all(|gateway| gateway.rival.as_deref() == Some("fast")));
        assert!(measured[2].p99_growth.is_none() && close(measured[3].p99_growth, 1.5));
    }

    #[test]
    fn without_a_rival_there_is_no_ratio() {
        let measured = measurements(LOAD, &[], &["few keys"], &[rounds(800.0, 2.0)]);
        assert_eq!((measured.len(), measured[0].ratio, measured[0].rival.as_ref()), (1, None, None));
    }
}
