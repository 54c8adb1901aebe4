//! Where letters are handed in.

use crate::carrier::QUEUE;
use crate::letter::Letter;
use crate::posted::Posted;
use mainstay_kernel::{Ids, Keyring, Timestamp};
use mainstay_store::jobs::NewJob;
use std::sync::Arc;

/// Turns letters into jobs. A domain adds the job in the transaction of the change that causes the mail, with
/// [`Enqueue`](mainstay_store::jobs::Enqueue), so that neither is kept without the other.
pub trait Mailer: Send + Sync {
    /// The job that sends this letter as soon as it can. Nothing in the job can be read.
    fn job(&self, letter: &Letter, now: Timestamp) -> NewJob;
}

/// Seals letters with the installation's master key.
pub struct SealedMail {
    keyring: Arc<Keyring>,
    ids: Arc<dyn Ids>,
}

impl SealedMail {
    /// A mailer whose letters a [`MailCarrier`](crate::MailCarrier) with the same keys opens.
    pub fn new(keyring: Arc<Keyring>, ids: Arc<dyn Ids>) -> Self {
        Self { keyring, ids }
    }
}

impl Mailer for SealedMail {
    fn job(&self, letter: &Letter, now: Timestamp) -> NewJob {
        let posted = Posted::new(letter.clone(), &*self.ids, now);
        let payload = posted.seal(&self.keyring, &*self.ids);
        NewJob { queue: QUEUE, unique_key: None, payload, run_at: now }
    }
}
