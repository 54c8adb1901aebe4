//! How often an address is written to at somebody's asking.

use super::purpose::Purpose;
use mainstay_kernel::Timestamp;
use std::time::Duration;

/// The pause between two mails.
const COOLDOWN: Duration = Duration::from_mins(1);
/// Most mails in any hour. Without it three tries a code would add up.
const MOST: usize = 5;
const WINDOW: Duration = Duration::from_hours(1);

/// Whose quota: mails of one kind to one address.
#[derive(Debug, Clone)]
pub struct QuotaKey {
    pub(super) kind: &'static str,
    pub(super) address: String,
}

impl QuotaKey {
    /// Codes of all purposes to this address share one quota.
    pub(crate) fn codes(address_key: &str) -> Self {
        Self { kind: "codes", address: address_key.to_owned() }
    }

    /// Links of one purpose to this address.
    pub(crate) fn links<P: Purpose>(address_key: &str) -> Self {
        Self { kind: P::NAME, address: address_key.to_owned() }
    }
}

/// The mails of the last hour with one more, or the seconds to wait for it.
pub(super) fn one_more(sent: &[i64], now: Timestamp) -> Result<Vec<i64>, u64> {
    let sent = sent.iter().copied().map(Timestamp::from_micros);
    let mut recent: Vec<_> = sent.filter(|at| now.since(*at) < WINDOW).collect();
    recent.sort_unstable();
    let pause_ends = recent.last().map(|last| last.plus(COOLDOWN));
    let window_frees = recent.len().checked_sub(MOST).map(|spare| recent[spare].plus(WINDOW));
    match pause_ends.max(window_frees).filter(|free| *free > now) {
        Some(free) => Err(free.since(now).as_micros().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)),
        None => Ok(recent.into_iter().chain([now]).map(Timestamp::micros).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGIN: i64 = 1_768_473_000;

    #[test]
    fn the_next_mail_goes_out_a_minute_after_the_last_one() {
        let first = one_more(&[], Timestamp::from_seconds(BEGIN)).expect("the first");
        assert_eq!(one_more(&first, Timestamp::from_seconds(BEGIN + 1)), Err(59));
        assert_eq!(one_more(&first, Timestamp::from_micros(BEGIN * 1_000_000 + 59_999_999)), Err(1));
        assert!(one_more(&first, Timestamp::from_seconds(BEGIN + 60)).is_ok());
    }

    #[test]
    fn the_sixth_mail_waits_until_the_first_is_an_hour_old() {
        let mut sent = Vec::new();
        for minute in 0..5 {
            sent = one_more(&sent, Timestamp::from_seconds(BEGIN + minute * 60)).expect("one of five");
        }
        assert_eq!(one_more(&sent, Timestamp::from_seconds(BEGIN + 600)), Err(3_000));
        assert!(one_more(&sent, Timestamp::from_seconds(BEGIN + 3_600)).is_ok());
    }

    proptest! {
        #[test]
        fn whoever_keeps_asking_gets_five_mails_in_any_hour(steps in prop::collection::vec(0i64..900, 1..80)) {
            let (mut sent, mut granted, mut now) = (Vec::new(), Vec::new(), BEGIN);
            for step in steps {
                now += step;
                match one_more(&sent, Timestamp::from_seconds(now)) {
                    Ok(more) => {
                        sent = more;
                        granted.push(now);
                    }
                    Err(wait) => {
                        let wait = i64::try_from(wait).expect("a wait of an hour at most");
                        prop_assert!(one_more(&sent, Timestamp::from_seconds(now + wait)).is_ok());
                        prop_assert!(one_more(&sent, Timestamp::from_seconds(now + wait - 1)).is_err());
                    }
                }
            }
            prop_assert!(granted.windows(2).all(|pair| pair[1] - pair[0] >= 60));
            prop_assert!(granted.windows(6).all(|six| six[5] - six[0] >= 3_600));
        }
    }
}
