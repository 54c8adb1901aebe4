//! Letters to people: who writes them is not this crate's matter.

use mainstay_kernel::{Secret, Timestamp};
use mainstay_store::jobs::NewJob;

/// What a person is told by mail. Codes and tokens in it are not kept anywhere else.
#[derive(Debug, Clone)]
pub enum Letter {
    /// The code that finishes the first step of a sign-up.
    SignUpCode {
        /// The address, as it was written.
        to: String,
        /// Six digits, good for ten minutes.
        code: Secret<String>,
    },
    /// The code that shows that an added address is read.
    AddressCode {
        /// The address, as it was written.
        to: String,
        /// Six digits, good for ten minutes.
        code: Secret<String>,
    },
    /// The link that sets a new password.
    PasswordReset {
        /// The address that was asked for.
        to: String,
        /// The token in the link, good for 15 minutes.
        token: Secret<String>,
    },
    /// The password is another now.
    PasswordChanged {
        /// The person's default address.
        to: String,
    },
    /// Mail goes to another address now.
    DefaultAddressChanged {
        /// The address it went to until now.
        to: String,
        /// The address it goes to from now on.
        new_address: String,
    },
    /// Logins ask for a code from now on.
    SecondFactorOn {
        /// The person's default address.
        to: String,
        /// Since when.
        at: Timestamp,
    },
    /// Logins ask for a password alone from now on.
    SecondFactorOff {
        /// The person's default address.
        to: String,
        /// Since when.
        at: Timestamp,
    },
    /// The account is gone.
    AccountDeleted {
        /// What was the person's default address.
        to: String,
        /// Since when.
        at: Timestamp,
    },
    /// Somebody logged in from a device that was not known.
    NewDevice {
        /// The person's default address.
        to: String,
        /// A short name, such as `Firefox on Linux`.
        device: String,
        /// Where from; a phrase where that is not known.
        address: String,
        /// When.
        at: Timestamp,
    },
}

/// Turns a letter into the job that sends it. The job is added in the transaction of the change
/// that the letter tells of, so that neither happens without the other.
pub trait Post: Send + Sync {
    /// The job that sends this letter.
    fn job(&self, letter: Letter, now: Timestamp) -> NewJob;
}
