//! Figures of background work: how many jobs wait, run and have failed, and how long the oldest has waited.

use mainstay_kernel::Clock;
use mainstay_store::jobs::{Jobs, QueueTally};
use prometheus::{IntGaugeVec, Opts, Registry};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the database is asked.
const LOOK: Duration = Duration::from_secs(15);

/// The figures of background work. Every node of an installation shows the same.
#[derive(Clone)]
pub(crate) struct JobFigures {
    jobs: IntGaugeVec,
    lag: IntGaugeVec,
}

impl JobFigures {
    /// Empty figures.
    ///
    /// # Errors
    /// When a name is none, which they are not.
    pub(crate) fn new() -> Result<Self, prometheus::Error> {
        let jobs = Opts::new("mainstay_jobs", "Jobs in the background, by their queue: waiting, running and failed.");
        let lag = "How long the job of a queue that is due the longest has waited.";
        let lag = Opts::new("mainstay_jobs_lag_seconds", lag);
        Ok(Self { jobs: IntGaugeVec::new(jobs, &["queue", "state"])?, lag: IntGaugeVec::new(lag, &["queue"])? })
    }

    /// Shows them with the others.
    ///
    /// # Errors
    /// When they are shown already.
    pub(crate) fn show(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.jobs.clone()))?;
        registry.register(Box::new(self.lag.clone()))
    }

    /// Notes again and again how many jobs these queues have, until it is aborted.
    pub(crate) fn watch(
        &self,
        jobs: Arc<dyn Jobs>,
        queues: Vec<&'static str>,
        clock: Arc<dyn Clock>,
    ) -> JoinHandle<()> {
        let figures = self.clone();
        tokio::spawn(async move {
            loop {
                let now = clock.now();
                match jobs.tally(now).await {
                    Ok(tallies) => queues.iter().for_each(|queue| figures.note(queue, &tallies, now.seconds())),
                    Err(cause) => tracing::warn!(%cause, "it is not known how many jobs wait"),
                }
                tokio::time::sleep(LOOK).await;
            }
        })
    }

    fn note(&self, queue: &str, tallies: &[QueueTally], now: i64) {
        let none = QueueTally::default();
        let tally = tallies.iter().find(|tally| tally.queue == queue).unwrap_or(&none);
        for (state, count) in [("waiting", tally.waiting), ("running", tally.running), ("failed", tally.failed)] {
            self.jobs.with_label_values(&[queue, state]).set(count);
        }
        let lag = tally.due_since.map_or(0, |since| now - since.seconds());
        self.lag.with_label_values(&[queue]).set(lag.max(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::Timestamp;

    #[test]
    fn a_queue_without_jobs_shows_none_and_does_not_wait() {
        let (figures, registry) = (JobFigures::new().expect("figures"), Registry::new());
        figures.show(&registry).expect("shown");
        let due_since = Some(Timestamp::from_seconds(990));
        let busy = QueueTally { queue: "mail".into(), waiting: 3, running: 1, failed: 2, due_since };
        figures.note("mail", std::slice::from_ref(&busy), 1_000);
        figures.note("cleanup", &[busy], 1_000);
        let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).expect("text");
        for line in [
            r#"mainstay_jobs{queue="mail",state="waiting"} 3"#,
            r#"mainstay_jobs{queue="mail",state="failed"} 2"#,
            r#"mainstay_jobs_lag_seconds{queue="mail"} 10"#,
            r#"mainstay_jobs{queue="cleanup",state="waiting"} 0"#,
            r#"mainstay_jobs_lag_seconds{queue="cleanup"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
