//! What becomes of a domain whose certificate is ordered.

use super::model::{Certificate, Domain, Ordering};
use mainstay_kernel::Timestamp;
use std::time::Duration;

/// How long after the first failure it is tried again; twice as long after each further one, so that no authority has to
/// tell us to be patient.
const FIRST: Duration = Duration::from_mins(5);
/// The longest that is waited.
const LONGEST: Duration = Duration::from_hours(24);

impl Domain {
    /// It has what was ordered; another is ordered in good time.
    pub(super) fn fulfil(&mut self, certificate: Certificate, now: Timestamp) {
        // One that is good for minutes alone is not ordered without end.
        let renew_at = certificate.renew_at.max(now.plus(FIRST));
        self.certificate = Some(Certificate { is_ordered: true, ..certificate });
        self.order = Ordering { at: Some(renew_at), ..Ordering::default() };
    }

    /// It could not be had; it is tried again later.
    pub(super) fn postpone(&mut self, fault: String, now: Timestamp) {
        let doublings = u32::try_from(self.order.failures).unwrap_or(u32::MAX).min(16);
        let pause = LONGEST.min(FIRST * 2u32.pow(doublings));
        let failures = self.order.failures + 1;
        self.order = Ordering { at: Some(now.plus(pause)), failures, fault: Some(fault), challenge: None };
    }

    /// What its tenant gave it is not ordered; what they took away is ordered where there is an authority.
    pub(super) fn order_nothing(&mut self) {
        self.order = Ordering::default();
    }
}
