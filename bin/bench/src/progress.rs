//! A line on standard error for every step of a long run.

use std::time::{Duration, Instant};

/// How far the run is.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    first_step: Option<Instant>,
    steps: u32,
    done: u32,
    topic: String,
}

impl Progress {
    /// Of a run with this many steps.
    pub(crate) fn new(steps: u32) -> Self {
        Self { started: Instant::now(), first_step: None, steps, done: 0, topic: String::new() }
    }

    /// Says what the next steps are about.
    pub(crate) fn topic(&mut self, topic: &str) {
        topic.clone_into(&mut self.topic);
    }

    /// Tells of work that is no step.
    pub(crate) fn note(&self, text: &str) {
        eprintln!("[{:>4} s] {text}", self.started.elapsed().as_secs());
    }

    /// Tells that a step begins.
    pub(crate) fn step(&mut self, text: &str) {
        let since = *self.first_step.get_or_insert_with(Instant::now);
        let left = remaining(since.elapsed(), self.done, self.steps);
        let left = left.map(|left| format!(", about {} s left", left.as_secs())).unwrap_or_default();
        self.note(&format!("{}: {text} (step {} of {}{left})", self.topic, self.done + 1, self.steps));
        self.done += 1;
    }
}

/// How long the steps left will take if they go like those done; `None` before the first is done.
fn remaining(elapsed: Duration, done: u32, steps: u32) -> Option<Duration> {
    (done > 0).then(|| elapsed / done * steps.saturating_sub(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_like_what_is_done() {
        assert_eq!(remaining(Duration::from_secs(5), 0, 10), None);
        assert_eq!(remaining(Duration::from_secs(5), 1, 10), Some(Duration::from_secs(45)));
        assert_eq!(remaining(Duration::from_secs(50), 10, 10), Some(Duration::ZERO));
        assert_eq!(remaining(Duration::from_secs(50), 11, 10), Some(Duration::ZERO));
    }
}
