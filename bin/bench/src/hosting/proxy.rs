//! What the gateway adds to asking a program itself: the same program on this machine as an ordinary process, and in its box
//! behind the gateway, asked in turn.

use super::Run;
use super::deploying::Deployed;
use super::report::Measurement;
use super::site::path_of;
use crate::contest::{Contestant, Rounds, play};
use crate::latency::median;
use crate::request::Request;
use crate::server::{Server, free_address};
use crate::traffic::Traffic;
use anyhow::Context as _;
use std::path::Path;
use std::process::Command;

/// Loads both with one connection, which tells what is added, and with many, which tell what remains of throughput.
///
/// # Errors
/// When a program does not start, or a request is refused.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, settings, progress } = run;
    let own = Deployed::make_ample(stage, sort)?;
    let program = sort.interpreter().and_then(path_of).context("there is no program to ask")?;
    let direct = start(&program, own.repository.folder(), &stage.place("direct-log"))?;
    let mut measured = Vec::new();
    for connections in [1, usize::from(settings.connections)] {
        let traffic =
            || Traffic { requests: vec![Request::get_of(&own.site.host, "/"); connections], storm: Vec::new() };
        let servers = [&direct, &stage.gateway];
        let mut contestants = servers.map(|server| Contestant { server, traffic: traffic() });
        let rounds = play(&mut contestants, settings, progress)?;
        let (direct, gateway) = (&rounds[0], &rounds[1]);
        let of = |way: &str, rounds: &Rounds| {
            let p50 = rounds.median(|round| round.p50);
            let what = format!("{} {way}, {connections} {}", sort.name(), noun(connections));
            Measurement {
                p99_ms: Some(rounds.median(|round| round.p99)),
                throughput: Some(rounds.median(|round| round.throughput)),
                ..Measurement::new(database, scenario, what, p50)
            }
        };
        measured.push(of("itself", direct));
        measured.push(Measurement {
            ratio: Some(gateway.ratio_to(direct, |round| round.throughput)),
            added_ms: (connections == 1).then(|| added(direct, gateway)),
            ..of("through the gateway", gateway)
        });
    }
    Ok(measured)
}

const fn noun(connections: usize) -> &'static str {
    if connections == 1 { "connection" } else { "connections" }
}

/// Starts the program of a repository as an ordinary process.
fn start(program: &Path, folder: &Path, log: &Path) -> anyhow::Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(program);
    command.arg("server.js").current_dir(folder);
    command.env("PORT", address.port().to_string()).env("NODE_ENV", "production");
    Server::start(&mut command, address, "/", log)
}

/// What is added to the median time, within a round.
fn added(direct: &Rounds, gateway: &Rounds) -> f64 {
    median(gateway.0.iter().zip(&direct.0).map(|(through, itself)| through.p50 - itself.p50))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Round;

    #[test]
    fn what_is_added_is_taken_within_a_round() {
        let rounds = |medians: [f64; 3]| {
            let round = |p50| Round { throughput: 1.0, p50, p99: p50, storm: 0.0, cpu: 1.0, resident: 1.0 };
            Rounds(medians.map(round).to_vec())
        };
        // The machine is slow in the second round, and what is added is the same.
        let added = added(&rounds([0.1, 0.5, 0.1]), &rounds([0.2, 0.6, 0.2]));
        assert!((added - 0.1).abs() < 1e-9, "{added}");
    }
}
