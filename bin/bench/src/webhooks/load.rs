//! The kinds of load.

use super::publication::Audience;
use std::time::Duration;

/// How events are published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// What it is called in the report.
    pub(crate) name: &'static str,
    /// Who hears each event.
    pub(crate) audience: Audience,
    /// How many connections publish.
    pub(crate) connections: u32,
    /// How often.
    pub(crate) pace: Pace,
    /// The shortest round that its figures can be taken from.
    pub(crate) least: Duration,
}

/// When an event is published.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// When the one before on the same connection is accepted.
    Eager,
    /// The same, but no more than so many for each second of the round: what waits behind them is to be delivered too.
    Rationed(u32),
    /// One at a time, so far apart.
    Every(Duration),
}

/// Each event for another endpoint, as fast as they are accepted.
pub(crate) const SPREAD: Load =
    Load { name: "an event an endpoint", audience: Audience::One, connections: 32, pace: Pace::Eager, least: ANY };
/// Each event for every endpoint: twice as many as can be delivered when the goal is just met.
pub(crate) const FAN_OUT: Load =
    Load { name: "an event for all", audience: Audience::All, connections: 32, pace: Pace::Rationed(40), least: ANY };
/// So few that each finds the gateway idle; as many in a round as a 99th percentile needs to be not the slowest of them.
pub(crate) const IDLE: Load = Load {
    name: "paced, 20 events/s",
    audience: Audience::One,
    connections: 1,
    pace: Pace::Every(Duration::from_millis(50)),
    least: Duration::from_secs(5),
};
/// What a gateway carries with ease.
pub(crate) const STEADY: Load = Load {
    name: "paced, 200 events/s",
    audience: Audience::One,
    connections: 32,
    pace: Pace::Every(Duration::from_millis(5)),
    least: ANY,
};
/// What a busy gateway carries all day.
pub(crate) const SOAK: Load =
    Load { name: "paced, 500 events/s", pace: Pace::Every(Duration::from_millis(2)), ..STEADY };

const ANY: Duration = Duration::ZERO;

impl Load {
    /// How long a round lasts that was asked to last so long.
    pub(crate) fn span(&self, asked: Duration) -> Duration {
        asked.max(self.least)
    }

    /// How many events a second it is, where it keeps a pace.
    pub(crate) fn rate(&self) -> Option<f64> {
        match self.pace {
            Pace::Every(interval) => Some(1.0 / interval.as_secs_f64()),
            Pace::Eager | Pace::Rationed(_) => None,
        }
    }

    /// The most events of a round of this length.
    pub(crate) fn most(&self, span: Duration) -> u64 {
        match self.pace {
            Pace::Rationed(rate) => u64::from(rate) * u64::try_from(span.as_millis()).unwrap_or(u64::MAX) / 1000,
            Pace::Eager | Pace::Every(_) => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ration_is_as_long_as_the_round() {
        assert_eq!(FAN_OUT.most(Duration::from_millis(1_500)), 60);
        assert_eq!(SPREAD.most(Duration::from_secs(1)), u64::MAX);
    }

    #[test]
    fn a_pace_is_a_rate_and_the_name_says_it() {
        for (load, rate) in [(IDLE, 20.0), (STEADY, 200.0), (SOAK, 500.0)] {
            assert!(
                load.rate().is_some_and(|own| (own - rate).abs() < 1e-9) && load.name.contains(&format!(" {rate} "))
            );
        }
        assert!(SPREAD.rate().is_none() && FAN_OUT.rate().is_none());
    }

    #[test]
    fn a_round_is_long_enough_for_its_figures() {
        assert_eq!(IDLE.span(Duration::from_secs(1)), Duration::from_secs(5));
        assert_eq!(STEADY.span(Duration::from_secs(1)), Duration::from_secs(1));
    }
}
