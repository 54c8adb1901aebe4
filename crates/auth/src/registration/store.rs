//! What sign-up needs kept. Each method is one atomic step.

mod diesel;

use crate::one_time::{CodeMail, Guess, LinkKey, NewLink, Outcome};
use crate::sessions::Beginning;
use crate::store::NewPerson;
use async_trait::async_trait;
use mainstay_kernel::Timestamp;
use mainstay_store::StoreResult;
use std::net::IpAddr;

/// Registrations that are under way.
#[async_trait]
pub trait RegistrationStore: Send + Sync {
    /// Begins a registration, or begins it again, and mails its code.
    async fn start_registration(&self, mail: Mail) -> StoreResult<Mailed>;

    /// Mails another code of a registration.
    async fn resend_registration(&self, mail: Mail) -> StoreResult<Mailed>;

    /// Counts a try, and on the right code keeps who verified and the link that completes.
    async fn verify_registration(&self, verification: Verification) -> StoreResult<Verified>;

    /// Whether the proof holds; nothing is used up.
    async fn is_proven(&self, email_key: String, proof: Proof, now: Timestamp) -> StoreResult<Completed>;

    /// Uses the proof up and adds the account.
    ///
    /// # Errors
    /// `NotUnique` of `user_emails_email_key_key` when the address became somebody's in this very moment.
    async fn complete_registration(&self, account: Account, proof: Proof) -> StoreResult<Completed>;

    /// Adds an account whose address needs no proof, and ends what registration was under way.
    ///
    /// # Errors
    /// `NotUnique` of `user_emails_email_key_key` for an address that is somebody's.
    async fn add_account(&self, account: Account) -> StoreResult<()>;
}

/// A code on its way.
pub struct Mail {
    /// Of which registration.
    pub email_key: String,
    /// The code.
    pub code: CodeMail,
}

/// What became of a code on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailed {
    /// It is waiting to be sent.
    Sent,
    /// The address is verified.
    Verified,
    /// There is no registration.
    NotStarted,
    /// It may be sent in so many seconds.
    TooSoon(u64),
}

/// A try at a code.
pub struct Verification {
    /// Of which registration.
    pub email_key: String,
    /// The try.
    pub guess: Guess,
    /// The link to keep if it is right.
    pub link: NewLink,
    /// Who may complete without the link.
    pub from: Option<IpAddr>,
    /// When.
    pub at: Timestamp,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The address is verified.
    Already,
    /// It was looked at.
    Tried(Outcome),
}

/// What shows that somebody verified the address lately.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The link that verification gave.
    Link(LinkKey),
    /// The address that verified.
    Address(Option<IpAddr>),
}

/// What became of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completed {
    /// It holds.
    Proven,
    /// The address is somebody's.
    Already,
    /// It does not hold.
    NotProven,
}

/// An account to be added.
pub struct Account {
    /// Whose.
    pub person: NewPerson,
    /// Its first session.
    pub beginning: Beginning,
}
