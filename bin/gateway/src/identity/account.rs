//! `/auth`: a person's own account, from sign-up to the second factor.

mod departure;
mod emails;
mod login;
mod opened;
mod password;
mod profile;
mod registration;
mod second_factor;
mod sessions;

use mainstay_auth::Login;
use mainstay_edge::{Identity, LoggedIn, Surface};

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Identity>) {
    registration::declare(surface);
    login::declare(surface);
    profile::declare(surface);
    password::declare(surface);
    second_factor::declare(surface);
    emails::declare(surface);
    sessions::declare(surface);
    departure::declare(surface);
}

const TAG: &str = "Account";

/// The caller as the domain knows them.
pub(super) fn login(caller: LoggedIn) -> Login {
    Login { person: caller.user, session: caller.session }
}
