//! The words of each kind of mail.

mod account;
mod line;
mod security;
mod sharing;
mod usage;
mod webhooks;

use crate::brand::Brand;
use crate::letter::Content;
use line::plain;
use mainstay_kernel::Secret;

/// What the templates fill in. Each text is one line, whatever people put into their names.
pub(crate) struct Wording {
    pub(crate) subject: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) action: Action,
    /// Why one gets this mail.
    pub(crate) reason: String,
}

/// What the reader can do.
pub(crate) enum Action {
    /// Type in a code.
    Code(String),
    /// Follow a link.
    Link { label: &'static str, url: String },
}

impl Action {
    fn code(code: &Secret<String>) -> Self {
        Self::Code(plain(code.expose()))
    }

    fn link(label: &'static str, url: &str) -> Self {
        Self::Link { label, url: plain(url) }
    }
}

impl Wording {
    /// The words for this content.
    pub(crate) fn of(content: &Content, brand: &Brand) -> Self {
        match content {
            Content::SignUpCode { code, minutes } => account::sign_up_code(code, *minutes, brand),
            Content::AddressCode { code, minutes } => account::address_code(code, *minutes, brand),
            Content::AlreadyRegistered { link } => account::already_registered(link, brand),
            Content::PasswordReset { link, minutes } => account::password_reset(link, *minutes, brand),
            Content::PasswordChanged { at } => security::password_changed(*at, brand),
            Content::NewDevice { device, address, at } => security::new_device(device, address, *at, brand),
            Content::SecondFactorOn { at } => security::second_factor_on(*at, brand),
            Content::SecondFactorOff { at } => security::second_factor_off(*at, brand),
            Content::AccountDeleted { at } => security::account_deleted(*at, brand),
            Content::DefaultAddressChanged { to } => security::default_address_changed(to, brand),
            Content::ProjectInvite { project, inviter, role, link, days } => sharing::invite(
                &sharing::Invite { into: "project", name: project, inviter, role, link, days: *days },
                brand,
            ),
            Content::WorkspaceInvite { workspace, inviter, role, link, days } => {
                let invite = sharing::Invite { into: "workspace", name: workspace, inviter, role, link, days: *days };
                sharing::invite(&invite, brand)
            }
            Content::AddedToProject { project, by, link } => sharing::added_to_project(project, by, link, brand),
            Content::OwnershipReceived { project, from, link } => {
                sharing::ownership_received(project, from, link, brand)
            }
            Content::WebhookDisabled { workspace, host, is_gone, link } => {
                webhooks::disabled(workspace, host, *is_gone, link, brand)
            }
            Content::LimitNear { workspace, feature, percent, used, limit, link } => {
                let near = usage::Near { workspace, feature, percent: *percent, used: *used, limit: *limit };
                usage::limit_near(&near, link, brand)
            }
        }
    }
}
