//! A letter on its way.

use crate::letter::{Letter, micros};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::seal::SealError;
use mainstay_kernel::{Ids, Keyring, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a sealed letter is sealed for: it cannot be opened as anything else.
const CONTEXT: &str = "mail letter";
const FIELD: &str = "sealed";

/// A letter that was handed in: the same for every attempt to send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Becomes the left half of its `Message-ID`.
    pub id: Uuid,
    /// When it was handed in: its `Date`, and the instant that lifetimes count from.
    #[serde(with = "micros")]
    pub at: Timestamp,
    /// What was handed in.
    pub letter: Letter,
}

/// Why a job's payload gives no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("the job holds no sealed letter")]
    NotSealed,
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the sealed letter is of another version")]
    Unknown,
}

impl Posted {
    /// A letter that is handed in now.
    pub fn new(letter: Letter, ids: &dyn Ids, now: Timestamp) -> Self {
        Self { id: ids.uuid(), at: now, letter }
    }

    /// When its code or link stops working, after which it is not worth sending.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.letter.content.lifetime().map(|span| self.at.plus(span))
    }

    /// A job's payload, which shows nothing of the letter.
    pub(crate) fn seal(&self, keyring: &Keyring, ids: &dyn Ids) -> Value {
        let plain = Secret::new(serde_json::to_vec(self).expect("a letter has only texts and numbers"));
        json!({ FIELD: STANDARD.encode(keyring.seal(CONTEXT, plain.expose(), ids)) })
    }

    /// The letter in a job's payload.
    pub(crate) fn open(payload: &Value, keyring: &Keyring) -> Result<Self, OpenError> {
        let sealed = payload[FIELD].as_str().and_then(|text| STANDARD.decode(text).ok());
        let plain = keyring.open(CONTEXT, &sealed.ok_or(OpenError::NotSealed)?)?;
        serde_json::from_slice(plain.expose()).map_err(|_| OpenError::Unknown)
    }
}
