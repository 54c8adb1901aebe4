//! Who takes letters to the mail server.

use crate::brand::Brand;
use crate::posted::Posted;
use crate::render::{RenderError, render};
use crate::transport::{SendError, Transport};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Keyring};
use mainstay_store::jobs::{Done, Handler};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The queue of letters.
pub const QUEUE: &str = "mail.send";

/// Opens, renders and sends the letters of the queue [`QUEUE`].
///
/// What may yet succeed fails as a job and is tried again; what never will (an address that the server refuses, a
/// code that has expired meanwhile) ends the job with a line in the log.
pub struct MailCarrier {
    keyring: Arc<Keyring>,
    brand: Brand,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl MailCarrier {
    /// A carrier that opens with these keys and sends this way.
    pub fn new(keyring: Arc<Keyring>, brand: Brand, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { keyring, brand, transport, clock }
    }

    async fn carry(&self, posted: &Posted) -> Result<(), Undelivered> {
        if posted.expires_at().is_some_and(|end| end <= self.clock.now()) {
            return Err(Undelivered::Never("it expired before it could be sent".to_owned()));
        }
        let message = render(posted, &self.brand)?;
        Ok(self.transport.send(&message).await?)
    }
}

#[async_trait]
impl Handler for MailCarrier {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, payload: &Value) -> Result<Done, String> {
        let posted = Posted::open(payload, &self.keyring).map_err(|cause| cause.to_string())?;
        match self.carry(&posted).await {
            Ok(()) => {}
            Err(Undelivered::Yet(cause)) => return Err(cause),
            Err(Undelivered::Never(cause)) => {
                let (id, kind) = (posted.id, posted.letter.content.kind());
                tracing::warn!(%id, kind, cause, "a mail was given up");
            }
        }
        Ok(Done::ForGood)
    }

    /// A worker takes letters by the dozen. All of them are tried within the lease, even when the mail server keeps
    /// each waiting, so that none spends its attempts on being taken and not tried.
    fn lease(&self) -> Duration {
        Duration::from_mins(5)
    }
}

/// Why a letter did not arrive, in words that tell nothing of what is in it.
enum Undelivered {
    /// It may yet.
    Yet(String),
    /// It never will.
    Never(String),
}

impl From<RenderError> for Undelivered {
    fn from(cause: RenderError) -> Self {
        match cause {
            RenderError::Address => Self::Never(cause.to_string()),
            RenderError::Template(_) | RenderError::Build(_) => Self::Yet(cause.to_string()),
        }
    }
}

impl From<SendError> for Undelivered {
    fn from(cause: SendError) -> Self {
        match cause {
            SendError::Later(_) => Self::Yet(cause.to_string()),
            SendError::Refused(_) => Self::Never(cause.to_string()),
        }
    }
}
