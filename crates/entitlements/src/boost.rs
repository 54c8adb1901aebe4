//! What a workspace has beside its plan.

use mainstay_kernel::Timestamp;

/// What a boost gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoostKind {
    /// So much more than the plan's limit.
    Add(u64),
    /// The feature at all, with whatever limit it has otherwise, or none of it.
    Enable,
    /// The feature without a limit.
    Unlimited,
}

impl BoostKind {
    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Add(_) => "add_limit",
            Self::Enable => "enable",
            Self::Unlimited => "unlimited",
        }
    }
}

/// One boost of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boost {
    /// What it gives.
    pub kind: BoostKind,
    /// From when on.
    pub starts_at: Timestamp,
    /// The first instant without it; none for one that stays. A boost for one cycle has the end of that cycle here.
    pub ends_at: Option<Timestamp>,
    /// When it was called off.
    pub cancelled_at: Option<Timestamp>,
}

impl Boost {
    /// Whether it gives anything at that instant.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        self.starts_at <= now && !over(self.ends_at) && !over(self.cancelled_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boost_gives_from_its_start_to_the_instant_before_its_end() {
        let seconds = Timestamp::from_seconds;
        let boost =
            Boost { kind: BoostKind::Enable, starts_at: seconds(10), ends_at: Some(seconds(20)), cancelled_at: None };
        let usable = |boost: Boost| [9, 10, 19, 20].map(|now| boost.is_usable(seconds(now)));
        assert_eq!(usable(boost), [false, true, true, false]);
        assert_eq!(usable(Boost { ends_at: None, ..boost }), [false, true, true, true]);
        assert_eq!(usable(Boost { cancelled_at: Some(seconds(15)), ..boost }), [false, true, false, false]);
    }
}
