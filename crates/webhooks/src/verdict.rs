//! What a receiver's answer means for the delivery.

use std::time::Duration;

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived.
    Delivered,
    /// It did not, and may the next time.
    Retry {
        /// For how long the receiver asked to be left alone.
        hint: Option<Duration>,
    },
    /// It never will: the receiver does not take it.
    Final,
    /// Nothing ever will: the receiver wants no more deliveries.
    Gone,
}

/// What an answer of this status means (RFC 9110 section 15), with what its `Retry-After` asked for.
///
/// Of the refusals, 408, 409, 425 and 429 are about the moment and are tried again, while all other 4xx are about the
/// message. Whatever is neither a success nor a refusal is tried again: a redirect, which is not followed, is a mistake of
/// the receiver that it may mend.
pub const fn of_status(status: u16, retry_after: Option<Duration>) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        410 => Verdict::Gone,
        408 | 409 | 425 | 429 => Verdict::Retry { hint: retry_after },
        400..=499 => Verdict::Final,
        _ => Verdict::Retry { hint: retry_after },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HINT: Option<Duration> = Some(Duration::from_mins(2));
    const AGAIN: Verdict = Verdict::Retry { hint: HINT };

    #[test]
    fn every_2xx_is_a_delivery() {
        assert!((200..300).all(|status| of_status(status, HINT) == Verdict::Delivered));
    }

    #[test]
    fn a_refusal_is_final_unless_it_is_about_the_moment() {
        for status in 400..500 {
            let expected = match status {
                408 | 409 | 425 | 429 => AGAIN,
                410 => Verdict::Gone,
                _ => Verdict::Final,
            };
            assert_eq!(of_status(status, HINT), expected, "{status}");
        }
    }

    #[test]
    fn faults_redirects_and_nonsense_are_tried_again() {
        for status in (0..200).chain(300..400).chain(500..1_000).chain([u16::MAX]) {
            assert_eq!(of_status(status, HINT), AGAIN, "{status}");
        }
        assert_eq!(of_status(503, None), Verdict::Retry { hint: None });
    }
}
