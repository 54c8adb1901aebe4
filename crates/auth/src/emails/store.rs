//! What addresses need kept. Each method is one atomic step.

mod diesel;

use super::service::Address;
use crate::one_time::{CodeMail, Guess, Outcome};
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::NewJob;
use uuid::Uuid;

/// The addresses of people.
#[async_trait]
pub trait EmailStore: Send + Sync {
    /// The addresses of a person, oldest first.
    async fn addresses(&self, person: UserId) -> StoreResult<Vec<Address>>;

    /// Adds a claim, or finds the person's own earlier one, and mails a code.
    async fn claim_address(&self, claim: Claim) -> StoreResult<Added>;

    /// Mails another code for a claim that is there.
    async fn resend_address_code(&self, claim: Claim) -> StoreResult<Added>;

    /// Counts a try, and on the right code makes the address the person's.
    ///
    /// # Errors
    /// `NotUnique` of `user_emails_email_key_key` when it became somebody else's in this very moment.
    async fn confirm_address(&self, confirmation: Confirmation) -> StoreResult<Confirmed>;

    /// Makes an address the default.
    async fn make_address_default(&self, change: Change) -> StoreResult<Changed>;

    /// Removes an address, tells of it, and makes another the default where it was.
    async fn remove_address(&self, change: Change, removed: Event) -> StoreResult<Changed>;
}

/// A person's claim of an address.
pub struct Claim {
    /// Whose.
    pub person: UserId,
    /// The row, if it is new.
    pub id: Uuid,
    /// The address as it was written.
    pub email: String,
    /// What it is compared by.
    pub email_key: String,
    /// The code on its way.
    pub mail: CodeMail,
    /// What tells of a new claim.
    pub event: Event,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It stands, and its code is waiting to be sent.
    Claimed(Address),
    /// The address is verified, by whomever.
    Owned,
    /// It may be written to in so many seconds.
    TooSoon(u64),
    /// There is no such claim.
    NotFound,
}

/// A try at the code of an address.
pub struct Confirmation {
    /// Whose claim.
    pub person: UserId,
    /// Of which address.
    pub email_key: String,
    /// The try.
    pub guess: Guess,
    /// What tells of the verification.
    pub event: Event,
    /// When.
    pub at: Timestamp,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// The address is the person's.
    Verified(Address),
    /// There is no such claim.
    NotFound,
    /// It was the person's before.
    Already,
    /// It is somebody else's.
    Owned,
    /// It was looked at, and was not right.
    Tried(Outcome),
}

/// What tells of a new default address: given the old one and the new one, an event and a mail to the old one.
pub(super) type Letters = Box<dyn Fn(String, String) -> (Event, NewJob) + Send + Sync>;

/// A change of one address.
pub struct Change {
    /// Whose.
    pub person: UserId,
    /// Which.
    pub address: Uuid,
    /// When.
    pub at: Timestamp,
    /// What tells of a new default address.
    pub letters: Letters,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done; the address as it is, or was.
    Done(Address),
    /// The person has no such address.
    NotFound,
    /// It is not verified.
    NotVerified,
    /// The person has no other verified one.
    OnlyOne,
}
