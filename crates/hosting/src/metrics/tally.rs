//! What was counted within a time.

use std::time::Duration;

/// Within which time an answer began, in microseconds: up to each of these, or later than the last.
pub(super) const BOUNDS: [u32; 29] = [
    500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000, 150_000, 200_000,
    300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000, 5_000_000, 7_500_000, 10_000_000,
    15_000_000, 20_000_000, 30_000_000, 60_000_000,
];

/// Which of them a time is within; behind the last, none is.
pub(super) fn place_of(took: Duration) -> usize {
    let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
    BOUNDS.partition_point(|bound| *bound < micros)
}

/// What a site answered within a time, and what its program used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests that were answered.
    pub requests: u64,
    /// Those whose status was 2xx, 3xx, 4xx and 5xx.
    pub statuses: [u64; 4],
    /// Bytes of the bodies of answers.
    pub bytes_out: u64,
    /// How many answers began within which time; nothing is none of all.
    pub(crate) times: Vec<u64>,
    /// Processor time of its program, in microseconds; none if it had no program, or none that tells.
    pub cpu_micros: Option<u64>,
    /// Memory of its program at the most, in bytes.
    pub memory_bytes: Option<u64>,
    /// Processes of its program at the most.
    pub processes: Option<u64>,
}

impl Tally {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what was counted within another time, or elsewhere.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.statuses.iter_mut().zip(other.statuses).for_each(|(own, more)| *own += more);
        self.bytes_out += other.bytes_out;
        if self.times.len() < other.times.len() {
            self.times.resize(other.times.len(), 0);
        }
        self.times.iter_mut().zip(&other.times).for_each(|(own, more)| *own += more);
        self.cpu_micros = either(self.cpu_micros, other.cpu_micros, |own, more| own + more);
        self.memory_bytes = either(self.memory_bytes, other.memory_bytes, u64::max);
        self.processes = either(self.processes, other.processes, u64::max);
    }

    /// Within which time this part of a thousand of all answers began, in milliseconds. Between two bounds it is told as if
    /// answers were spread evenly.
    #[expect(clippy::cast_precision_loss, reason = "counts of a minute are far below 2^52")]
    pub fn within(&self, thousandths: u64) -> Option<f64> {
        let all: u64 = self.times.iter().sum();
        let wanted = (all * thousandths).div_ceil(1000).max(1);
        let mut before = 0;
        for (place, count) in self.times.iter().enumerate() {
            if before + count >= wanted {
                let bound = |place: usize| f64::from(BOUNDS[place.min(BOUNDS.len() - 1)]);
                let (from, to) = (place.checked_sub(1).map_or(0.0, bound), bound(place));
                let micros = from + (to - from) * (wanted - before) as f64 / *count as f64;
                return Some((micros / 10.0).round() / 100.0);
            }
            before += count;
        }
        None
    }
}

fn either(own: Option<u64>, other: Option<u64>, both: impl Fn(u64, u64) -> u64) -> Option<u64> {
    match (own, other) {
        (Some(own), Some(other)) => Some(both(own, other)),
        (own, other) => own.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[u64]) -> Tally {
        let mut tally = Tally::default();
        for millis in times {
            let place = place_of(Duration::from_millis(*millis));
            tally.times.resize(BOUNDS.len() + 1, 0);
            tally.times[place] += 1;
        }
        tally
    }

    #[test]
    fn a_percentile_lies_within_the_bounds_of_the_answer_that_it_falls_on() {
        assert_eq!(Tally::default().within(500), None);
        let tally = of(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 400]);
        let (half, most) = (tally.within(500).expect("one"), tally.within(990).expect("one"));
        assert!((0.5..=1.0).contains(&half), "{half}");
        assert!((300.0..=500.0).contains(&most), "{most}");
        assert_eq!(of(&[600_000]).within(500), Some(60_000.0), "whatever is later is told as the last bound");
    }

    #[test]
    fn what_two_counted_is_added_and_of_memory_the_most_counts() {
        let mut one = Tally { requests: 1, statuses: [1, 0, 0, 0], memory_bytes: Some(5), ..of(&[1]) };
        let other = Tally { requests: 2, cpu_micros: Some(7), memory_bytes: Some(3), ..of(&[1, 20]) };
        one.add(&other);
        assert_eq!((one.requests, one.statuses[0], one.cpu_micros, one.memory_bytes), (3, 1, Some(7), Some(5)));
        assert_eq!(one.times.iter().sum::<u64>(), 3);
        let mut none = Tally::default();
        none.add(&one);
        assert_eq!(none, one);
    }
}
