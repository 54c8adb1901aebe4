//! Mails about what people share with each other.

use super::line::{counted, name};
use super::{Action, Wording};
use crate::brand::Brand;
use mainstay_kernel::Secret;

/// An invitation, into whatever it is.
pub(super) struct Invite<'a> {
    pub(super) into: &'a str,
    pub(super) name: &'a str,
    pub(super) inviter: &'a str,
    pub(super) role: &'a str,
    pub(super) link: &'a Secret<String>,
    pub(super) days: u32,
}

pub(super) fn invite(invite: &Invite<'_>, brand: &Brand) -> Wording {
    let (into, target, inviter, role) = (invite.into, name(invite.name), name(invite.inviter), name(invite.role));
    Wording {
        subject: format!("{inviter} invites you to the {into} “{target}” at {brand}"),
        paragraphs: vec![
            format!("{inviter} invites you to join the {into} “{target}” at {brand} as {role}."),
            format!("The invitation works for {}.", counted(invite.days, "day")),
        ],
        action: Action::link("Accept the invitation", invite.link.expose()),
        reason: format!(
            "You get this mail because {inviter} entered your address at {brand}. If you do not know them, ignore it: \
             you join nothing unless you accept."
        ),
    }
}

pub(super) fn added_to_project(project: &str, by: &str, link: &Secret<String>, brand: &Brand) -> Wording {
    let (project, by) = (name(project), name(by));
    Wording {
        subject: format!("You are now a member of “{project}” at {brand}"),
        paragraphs: vec![format!("{by} made you a member of the project “{project}” at {brand}.")],
        action: Action::link("Open the project", link.expose()),
        reason: format!("You get this mail because you have an account at {brand}. You can leave the project there."),
    }
}

pub(super) fn ownership_received(project: &str, from: &str, link: &Secret<String>, brand: &Brand) -> Wording {
    let (project, from) = (name(project), name(from));
    Wording {
        subject: format!("You now own “{project}” at {brand}"),
        paragraphs: vec![format!(
            "{from} handed the project “{project}” over to you. You now decide about its members and its settings."
        )],
        action: Action::link("Open the project", link.expose()),
        reason: format!("You get this mail because you are a member of this project at {brand}."),
    }
}
