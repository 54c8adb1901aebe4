//! Why an answer is what it is.

use crate::allowance::Allowance;
use crate::benefits::Boosted;
use crate::catalogue::Grant;
use crate::feature::Feature;
use crate::price::Price;
use crate::reset::Window;
use crate::verdict::{Taken, Verdict};
use mainstay_kernel::Timestamp;

/// All that a judgement stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// The feature whose limit and usage count: the pool of the one that was asked for, or itself.
    pub counted: Feature,
    /// What the plan grants of it; none where it leaves it out.
    pub grant: Option<Grant>,
    /// All boosts of it, those that are over too, the newest first.
    pub boosts: Vec<Boosted>,
    /// What both come to.
    pub allowance: Allowance,
    /// At which instant a billing month begins, where it is not the calendar's.
    pub anchor: Option<Timestamp>,
    /// The window that is open.
    pub window: Window,
    /// What is used and what is held in it.
    pub taken: Taken,
    /// What is beyond the limit costs, where it is sold.
    pub price: Option<Price>,
    /// The credits that there are, where it is sold.
    pub balance: Option<i64>,
    /// The judgement.
    pub verdict: Verdict,
    /// The instant of which all of this is true.
    pub at: Timestamp,
}
