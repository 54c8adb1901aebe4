//! How long is waited before a connection that failed is tried again.

use mainstay_kernel::Ids;
use std::time::Duration;

/// The wait after this many failures in a row: the first one doubled by each further failure, up to the longest, of
/// which half is left to chance, so that those who lost the same server do not come back at the same instant.
pub(super) fn wait(failures: u32, first: Duration, longest: Duration, ids: &dyn Ids) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
    let full = first.saturating_mul(2_u32.saturating_pow(doublings)).min(longest);
    let mut roll = [0];
    ids.fill(&mut roll);
    let [roll] = roll;
    full / 2 + full.saturating_mul(u32::from(roll)) / (2 * u32::from(u8::MAX))
}
