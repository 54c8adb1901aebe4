//! What is heard from an upstream before its answer.

// The newest revision deprecates logs (SEP-2577); the older ones have them, and are spoken.
#![expect(deprecated)]

use rmcp::model::{LoggingMessageNotificationParam, ProgressNotificationParam};
use std::fmt;
use std::sync::Arc;

/// Something an upstream says while it works on a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// How far it is. The token is the one it was given, whatever that is.
    Progress(ProgressNotificationParam),
    /// A line of its log, where the revision of the protocol ties it to the request.
    Log(LoggingMessageNotificationParam),
}

type Ear = dyn Fn(Heard) + Send + Sync;

/// Who listens while a request is worked on; by default nobody.
#[derive(Clone, Default)]
pub struct Hearing(Option<Arc<Ear>>);

impl Hearing {
    /// Passes on all that is heard. `ear` must not block.
    pub fn by(ear: impl Fn(Heard) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(ear)))
    }

    /// Whether anybody listens: an upstream is asked for progress only then.
    pub const fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Passes something on.
    pub fn hear(&self, heard: Heard) {
        if let Some(ear) = &self.0 {
            ear(heard);
        }
    }
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hearing").field(&self.is_wanted()).finish()
    }
}
