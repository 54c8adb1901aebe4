//! Mails on the way into an account.

use super::line::counted;
use super::{Action, Wording};
use crate::brand::Brand;
use mainstay_kernel::Secret;

pub(super) fn sign_up_code(code: &Secret<String>, minutes: u32, brand: &Brand) -> Wording {
    Wording {
        subject: format!("Confirm your address for {brand}"),
        paragraphs: vec![format!(
            "Enter this code to go on signing up for {brand}. It works for {}.",
            counted(minutes, "minute")
        )],
        action: Action::code(code),
        reason: format!(
            "You get this mail because somebody signed up for {brand} with this address. If it was not you, ignore it: \
             without the code nothing happens."
        ),
    }
}

pub(super) fn address_code(code: &Secret<String>, minutes: u32, brand: &Brand) -> Wording {
    Wording {
        subject: format!("Confirm this address for {brand}"),
        paragraphs: vec![format!(
            "Enter this code to add the address to your {brand} account. It works for {}.",
            counted(minutes, "minute")
        )],
        action: Action::code(code),
        reason: format!(
            "You get this mail because somebody added this address to an account at {brand}. If it was not you, ignore \
             it: without the code the address is not added."
        ),
    }
}

pub(super) fn already_registered(link: &Secret<String>, brand: &Brand) -> Wording {
    Wording {
        subject: format!("You already have an account at {brand}"),
        paragraphs: vec![
            format!("Somebody tried to sign up for {brand} with this address, which already has an account."),
            "If it was you, log in instead; there you can also choose a new password.".to_owned(),
        ],
        action: Action::link("Log in", link.expose()),
        reason: format!(
            "You get this mail because this address was used to sign up for {brand}. If it was not you, there is \
             nothing to do: your account has not changed."
        ),
    }
}

pub(super) fn password_reset(link: &Secret<String>, minutes: u32, brand: &Brand) -> Wording {
    Wording {
        subject: format!("Choose a new password for {brand}"),
        paragraphs: vec![
            format!("Follow the link to choose a new password. It works once, for {}.", counted(minutes, "minute")),
            "All your sessions end when the password changes.".to_owned(),
        ],
        action: Action::link("Choose a new password", link.expose()),
        reason: format!(
            "You get this mail because somebody asked for a new password for your account at {brand}. If it was not \
             you, ignore it: your password stays as it is."
        ),
    }
}
