//! Notices of what changed about an account, each with a way to undo what a stranger did.

use super::line::{name, plain};
use super::{Action, Wording};
use crate::brand::Brand;
use mainstay_kernel::Timestamp;

pub(super) fn password_changed(at: Timestamp, brand: &Brand) -> Wording {
    notice(
        format!("Your password for {brand} was changed"),
        format!("The password of your {brand} account was changed on {}.", instant(at)),
        brand,
    )
}

pub(super) fn new_device(device: &str, address: &str, at: Timestamp, brand: &Brand) -> Wording {
    notice(
        format!("A new device logged in to {brand}"),
        format!(
            "Somebody logged in to your {brand} account on {}: {}, from the network address {}.",
            instant(at),
            name(device),
            name(address)
        ),
        brand,
    )
}

pub(super) fn second_factor_on(at: Timestamp, brand: &Brand) -> Wording {
    notice(
        format!("Two-factor authentication is on for {brand}"),
        format!("Two-factor authentication was turned on for your {brand} account on {}.", instant(at)),
        brand,
    )
}

pub(super) fn second_factor_off(at: Timestamp, brand: &Brand) -> Wording {
    notice(
        format!("Two-factor authentication is off for {brand}"),
        format!("Two-factor authentication was turned off for your {brand} account on {}.", instant(at)),
        brand,
    )
}

pub(super) fn default_address_changed(to: &str, brand: &Brand) -> Wording {
    notice(
        format!("Mail from {brand} now goes to another address"),
        format!("The default address of your {brand} account is now {}.", plain(to)),
        brand,
    )
}

pub(super) fn account_deleted(at: Timestamp, brand: &Brand) -> Wording {
    let gone = format!(
        "Your {brand} account was deleted on {}. Its sessions and API keys have ended, and so have the logins of \
         applications that you had let in.",
        instant(at)
    );
    let again = "Whoever did it knew your password. The account cannot be brought back, but your address is free: you can \
        sign up with it again.";
    Wording {
        subject: format!("Your {brand} account is deleted"),
        paragraphs: vec![gone, again.to_owned()],
        action: Action::link("Sign up again", &brand.link("/sign-up")),
        reason: format!("You get this mail because it was the address of an account at {brand}. It is the last one."),
    }
}

fn notice(subject: String, what_happened: String, brand: &Brand) -> Wording {
    let advice = "If that was you, there is nothing to do. If not, choose a new password now; that ends all sessions.";
    Wording {
        subject,
        paragraphs: vec![what_happened, advice.to_owned()],
        action: Action::link("Choose a new password", &brand.recovery_link()),
        reason: format!("You get this mail because it concerns the safety of your account at {brand}."),
    }
}

/// As people write it: `15 January 2026 at 10:30 UTC`.
fn instant(at: Timestamp) -> String {
    at.utc().format("%-d %B %Y at %H:%M UTC").to_string()
}
