//! What second factors need kept. Each method is one atomic step.
//!
//! Every change holds the row of its person first, as logins and changes of the password do, so that they follow
//! each other.

mod challenges;
mod factors;

use super::challenge::NewChallenge;
use super::service::SecondFactorStatus;
use crate::devices::Kept;
use crate::one_time::LinkKey;
use crate::sessions::Beginning;
use crate::store::Ending;
use async_trait::async_trait;
use mainstay_kernel::{Event, SessionId, Timestamp, UserId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::NewJob;

/// Second factors and recovery codes.
#[async_trait]
pub trait SecondFactorStore: Send + Sync {
    /// Whether the person has a second factor.
    async fn has_second_factor(&self, person: UserId) -> StoreResult<bool>;

    /// Whether the person has one, and how many recovery codes.
    async fn second_factor_status(&self, person: UserId) -> StoreResult<SecondFactorStatus>;

    /// The secrets of a person, as they are sealed.
    async fn second_factor(&self, person: UserId) -> StoreResult<SealedSecrets>;

    /// Keeps a secret that waits, in place of an older one; says whether it did, which it does not for whoever has a
    /// second factor.
    async fn put_pending_second_factor(&self, pending: PendingSecret) -> StoreResult<bool>;

    /// Makes the secret that waits the person's second factor.
    async fn enable_second_factor(&self, enabling: Enabling) -> StoreResult<Enabled>;

    /// Uses a proof up and deletes all that belongs to the second factor.
    async fn disable_second_factor(&self, disabling: Disabling) -> StoreResult<Proven>;

    /// Uses a proof up and replaces the recovery codes.
    async fn renew_recovery_codes(&self, renewal: Renewal) -> StoreResult<Proven>;
}

/// Logins that wait for their code.
#[async_trait]
pub trait ChallengeStore: Send + Sync {
    /// Whose the challenge is, and the secret that its codes are made with, if it may stand.
    async fn challenged(&self, key: LinkKey, now: Timestamp) -> StoreResult<Option<Challenged>>;

    /// Counts a try, and on a proof that holds uses up both and begins the session.
    async fn answer_challenge(&self, answer: Answer) -> StoreResult<Answered>;
}

/// The secrets of a person, sealed.
#[derive(Debug, Clone, Default)]
pub struct SealedSecrets {
    /// The one that codes are made with.
    pub enabled: Option<Vec<u8>>,
    /// The one that waits for its first code, with its end.
    pub pending: Option<(Vec<u8>, Timestamp)>,
}

/// A secret that waits for its first code.
pub struct PendingSecret {
    /// Whose.
    pub person: UserId,
    /// The secret.
    pub sealed_secret: Vec<u8>,
    /// Since when.
    pub at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A second factor to be turned on.
pub struct Enabling {
    /// The secret, which must still wait.
    pub sealed_secret: Vec<u8>,
    /// The time step of its first code.
    pub step: i64,
    /// The recovery codes.
    pub recovery_hashes: Vec<Vec<u8>>,
    /// Whose it is, and which sessions end.
    pub ending: Ending,
    /// What tells of it.
    pub event: Event,
    /// What tells the person.
    pub mail: NewJob,
}

/// What became of turning it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enabled {
    /// It is on, and these sessions ended.
    Done(Vec<SessionId>),
    /// It was on.
    Already,
    /// The secret does not wait any more.
    NotPending,
}

/// What a code that was shown may be.
#[derive(Debug, Clone)]
pub enum Shown {
    /// The one of this time step.
    Totp(i64),
    /// The recovery code with one of these hashes.
    RecoveryCode(Vec<Vec<u8>>),
    /// Nothing.
    Wrong,
}

/// A code, looked at. Whether it holds is known when it is used.
pub struct Proof {
    /// Whose.
    pub person: UserId,
    /// The secret that it was looked at with.
    pub sealed_secret: Vec<u8>,
    /// What it may be.
    pub shown: Shown,
    /// What tells of the use of a recovery code.
    pub recovery_event: Event,
    /// When.
    pub at: Timestamp,
}

/// What became of a change that wants a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// It is done.
    Done,
    /// The person has no second factor.
    NotEnabled,
    /// The code is wrong or used.
    Wrong,
}

/// A second factor to be turned off.
pub struct Disabling {
    /// The code.
    pub proof: Proof,
    /// What tells of it.
    pub event: Event,
    /// What tells the person.
    pub mail: NewJob,
}

/// Recovery codes to be replaced.
pub struct Renewal {
    /// The code.
    pub proof: Proof,
    /// The new ones.
    pub recovery_hashes: Vec<Vec<u8>>,
    /// What tells of it.
    pub event: Event,
}

/// Whom a challenge asks.
#[derive(Debug, Clone)]
pub struct Challenged {
    /// The person.
    pub person: UserId,
    /// The secret that their codes are made with.
    pub sealed_secret: Vec<u8>,
}

/// A try at a challenge.
pub struct Answer {
    /// The challenge.
    pub key: LinkKey,
    /// The code.
    pub proof: Proof,
    /// The session it would begin.
    pub beginning: Beginning,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// The session has begun, and what became of its device.
    Begun(Option<Kept>),
    /// The code is wrong or used.
    Wrong,
    /// The challenge does not stand.
    Void,
}

/// Second factors on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait UseFactor {
    /// Holds the row of a person; gives the hash of their password.
    async fn hold_person(&mut self, person: UserId) -> StoreResult<Option<String>>;

    /// Whether the person has a second factor.
    async fn has_second_factor(&mut self, person: UserId) -> StoreResult<bool>;

    /// Uses a code up, by one statement: of many callers one finds that it holds.
    async fn use_proof(&mut self, proof: &Proof) -> StoreResult<bool>;
}

/// Challenges on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait KeepChallenge {
    /// Keeps a challenge in place of the person's older one, with no tries.
    async fn put_challenge(&mut self, challenge: &NewChallenge) -> StoreResult<()>;

    /// Deletes the challenge of a person, if there is one.
    async fn drop_challenge(&mut self, person: UserId) -> StoreResult<()>;
}
