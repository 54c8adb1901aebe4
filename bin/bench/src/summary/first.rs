//! The first summaries that a gateway gives, which it has to look up: later ones come from memory.

use crate::contest::{Round, Rounds};
use crate::exchange::{Connection, runtime};
use crate::interrupt;
use crate::latency::Latencies;
use crate::metering::{self, FEATURE, KEY_OF_FEW, KEY_OF_MANY};
use crate::progress::Progress;
use crate::request::Request;
use crate::settings::Settings;
use crate::stage::Gateway;
use crate::token::token;
use anyhow::ensure;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How often a gateway is started in a round.
const STARTS: usize = 10;
/// The key of a workspace without usage, whose summary is the very first: it pays for connections and statements.
const KEY_OF_NONE: u32 = 3;

/// What such a gateway is called in the report, asked of a workspace with so many records.
pub(crate) fn name(records: u32) -> String {
    format!("just started, {records} records")
}

/// Plays the rounds of the workspace with few records, and of the one with many.
///
/// # Errors
/// When the gateway does not start, or answers with anything but success.
pub(crate) fn play(
    gateway: &mut Gateway<'_>,
    settings: &Settings,
    progress: &mut Progress,
) -> anyhow::Result<[Rounds; 2]> {
    let mut rounds = [Rounds(Vec::new()), Rounds(Vec::new())];
    for number in 1..=settings.rounds {
        progress.step(&format!("just started, round {number} of {}", settings.rounds));
        let latencies = latencies(gateway)?;
        let resident = gateway.server.process().resident_mib()?;
        for (rounds, latencies) in rounds.iter_mut().zip(latencies) {
            rounds.0.push(round(&latencies, resident));
        }
    }
    Ok(rounds)
}

/// Starts the gateway again and again, and asks it; whoever is asked about first in one start is the second in the next.
fn latencies(gateway: &mut Gateway<'_>) -> anyhow::Result<[Latencies; 2]> {
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for start in 0..STARTS {
        interrupt::check()?;
        gateway.start_anew()?;
        let mut all = [(KEY_OF_FEW, &mut few), (KEY_OF_MANY, &mut many)];
        if start % 2 == 1 {
            all.reverse();
        }
        let asked = ask(gateway.server.address, all.each_ref().map(|(key, _)| *key));
        for ((_, latencies), latency) in all.into_iter().zip(runtime()?.block_on(asked)?) {
            latencies.push(latency);
        }
    }
    Ok([few, many].map(Latencies::new))
}

/// How long the first summaries of these keys' workspaces take, one after the other. The gateway knows the keys by then.
async fn ask(address: SocketAddr, keys: [u32; 2]) -> anyhow::Result<[Duration; 2]> {
    let mut connection = Connection::open(address).await?;
    for key in keys {
        // It knows of no such feature, and looks no usage up for it.
        let unknown = format!("/api/v1/entitlements/check?feature=not_{FEATURE}");
        answer(&mut connection, &mut Request::get(&unknown, Some(&token(key)))).await?;
    }
    answer(&mut connection, &mut metering::summary(KEY_OF_NONE)).await?;
    let [first, second] = keys.map(metering::summary);
    Ok([timed(&mut connection, first).await?, timed(&mut connection, second).await?])
}

async fn timed(connection: &mut Connection, mut request: Request) -> anyhow::Result<Duration> {
    let sent = Instant::now();
    answer(connection, &mut request).await?;
    Ok(sent.elapsed())
}

async fn answer(connection: &mut Connection, request: &mut Request) -> anyhow::Result<()> {
    let received = connection.exchange(request).await?;
    ensure!(received.is_success(), "a request was refused: {}", received.excerpt());
    Ok(())
}

/// The figures of a round: what one caller would get who is answered in the median time. Processor time is told in steps
/// that are longer than all of it.
fn round(latencies: &Latencies, resident: f64) -> Round {
    let millis = |per_mille| latencies.percentile(per_mille).as_secs_f64() * 1000.0;
    let (p50, p99) = (millis(500), millis(990));
    Round { throughput: 1000.0 / p50, p50, p99, storm: 0.0, cpu: f64::NAN, resident }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tests::answering;

    #[test]
    fn a_caller_who_waits_two_milliseconds_gets_five_hundred_answers_a_second() {
        let latencies = Latencies::new([1, 2, 40].map(Duration::from_millis).to_vec());
        let Round { throughput, p50, p99, cpu, .. } = round(&latencies, 30.0);
        assert!((throughput - 500.0).abs() < 1e-9 && (p50 - 2.0).abs() < 1e-9 && (p99 - 40.0).abs() < 1e-9);
        assert!(cpu.is_nan());
    }

    #[test]
    fn a_refusal_is_no_summary() {
        let refusing = answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        let asked = runtime().expect("a runtime").block_on(ask(refusing, [1, 2]));
        assert_eq!(asked.expect_err("a refusal").to_string(), "a request was refused: 401 no");
    }
}
