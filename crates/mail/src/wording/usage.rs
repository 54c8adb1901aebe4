//! Mails about what is used.

use super::line::name;
use super::{Action, Wording};
use crate::brand::Brand;
use mainstay_kernel::Secret;

/// Usage that is near to its limit.
pub(super) struct Near<'l> {
    pub(super) workspace: &'l str,
    pub(super) feature: &'l str,
    pub(super) percent: u8,
    pub(super) used: u64,
    pub(super) limit: u64,
}

pub(super) fn limit_near(near: &Near<'_>, link: &Secret<String>, brand: &Brand) -> Wording {
    let Near { percent, used, limit, .. } = near;
    let (workspace, feature) = (name(near.workspace), name(near.feature));
    let is_reached = *percent >= 100;
    let subject = if is_reached {
        format!("“{workspace}” has used all of its {feature}")
    } else {
        format!("“{workspace}” has used {percent} % of its {feature}")
    };
    let consequence = if is_reached {
        "More of it may be refused until usage starts anew, or until you move to a larger plan."
    } else {
        "Once the limit is reached, more of it may be refused. A larger plan has a higher limit."
    };
    Wording {
        subject,
        paragraphs: vec![format!("Used of {feature}: {used}. The limit: {limit}."), consequence.to_owned()],
        action: Action::link("Open the workspace", link.expose()),
        reason: format!("You get this mail because you own the workspace “{workspace}” at {brand}."),
    }
}
