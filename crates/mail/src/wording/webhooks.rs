//! Mails about webhooks.

use super::line::name;
use super::{Action, Wording};
use crate::brand::Brand;
use mainstay_kernel::Secret;

pub(super) fn disabled(workspace: &str, host: &str, is_gone: bool, link: &Secret<String>, brand: &Brand) -> Wording {
    let (workspace, host) = (name(workspace), name(host));
    let what_happened = if is_gone {
        format!("The webhook endpoint at {host} answered that it is gone (410).")
    } else {
        format!("The webhook endpoint at {host} failed ten times in a row.")
    };
    let consequence = "It was turned off, and is told of no further event. Once it works again, turn it on and replay what \
        it missed.";
    Wording {
        subject: format!("A webhook endpoint of “{workspace}” was turned off"),
        paragraphs: vec![what_happened, consequence.to_owned()],
        action: Action::link("Open the workspace", link.expose()),
        reason: format!("You get this mail because you own the workspace “{workspace}” at {brand}."),
    }
}
