//! Whether visitors notice deployments.

use super::Run;
use super::deploying::Deployed;
use super::report::Measurement;
use super::stage::Stage;
use super::visitors::{Visits, visit_until};
use crate::latency::Latencies;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How many deployments there are in a row.
const DEPLOYMENTS: u32 = 50;

/// Deploys again and again while visitors come at a steady pace.
///
/// # Errors
/// When a deployment does not come to life, or no visitor can come at all.
pub(crate) fn measure(run: Run<'_, '_>) -> anyhow::Result<Vec<Measurement>> {
    let Run { scenario, sort, database, stage, progress, .. } = run;
    progress.step(&format!("{DEPLOYMENTS} deployments"));
    let own = Deployed::make_ample(stage, sort)?;
    let (address, is_over) = (stage.gateway.address, AtomicBool::new(false));
    let (took, visits) = thread::scope(|scope| {
        let visiting = scope.spawn(|| visit_until(&is_over, address, &own.site.host));
        let took = deploy(stage, &own);
        // Also when they failed: nobody would end otherwise.
        is_over.store(true, Ordering::Relaxed);
        let visits = visiting.join().expect("the visitors' thread does not panic");
        anyhow::Ok((took?, visits?))
    })?;
    for (excuse, times) in &visits.excuses {
        progress.note(&format!("lost {times} times: {excuse}"));
    }
    let deploying = format!("deploying {}", sort.name());
    let Visits { latencies, lost, took: span, .. } = visits;
    let answered = f64::from(u32::try_from(latencies.count())?);
    Ok(vec![
        Measurement::of(database, scenario, deploying, &Latencies::new(took)),
        Measurement {
            throughput: Some(answered / span.as_secs_f64()),
            lost: Some(f64::from(lost)),
            ..Measurement::of(database, scenario, format!("visiting {}", sort.name()), &latencies)
        },
    ])
}

fn deploy(stage: &Stage<'_>, own: &Deployed) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    for number in 1..=DEPLOYMENTS {
        own.commit(number)?;
        let began = Instant::now();
        stage.deploy(&own.site)?;
        own.ensure_seen(stage, number)?;
        took.push(began.elapsed());
    }
    Ok(took)
}
