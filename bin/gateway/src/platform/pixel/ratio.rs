//! Numbers that are not whole.

/// To four places.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// How much of a whole a part is, from 0 to 1; of nothing it is 0.
#[expect(clippy::cast_precision_loss, reason = "a share")]
pub(super) fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { rounded(part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_none() {
        assert!(share(0, 0).abs() < f64::EPSILON);
        assert!((share(1, 3) - 0.333_3).abs() < f64::EPSILON);
    }
}
