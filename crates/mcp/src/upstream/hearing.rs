//! What is heard from an upstream before its answer.

// The newest revision deprecates logs (SEP-2577); the older ones have them, and are spoken.
#![expect(deprecated)]

use rmcp::model::{ClientCapabilities, LoggingMessageNotificationParam, ProgressNotificationParam};
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

/// Who waits for an answer: what they are told while it is worked on, and what they can be asked. By default they are told
/// nothing, and can be asked nothing.
#[derive(Clone, Default)]
pub struct Hearing {
    ear: Option<Arc<Ear>>,
    answers: Option<ClientCapabilities>,
}

impl Hearing {
    /// Passes on all that is heard. `ear` must not block.
    pub fn by(ear: impl Fn(Heard) + Send + Sync + 'static) -> Self {
        Self { ear: Some(Arc::new(ear)), answers: None }
    }

    /// The same for a client that answers what a server asks of it, as far as a result can ask (SEP-2322): people, models
    /// and folders. What else the client can do is between it and the gateway.
    #[must_use]
    pub fn answering(mut self, can: &ClientCapabilities) -> Self {
        let mut answers = ClientCapabilities::default();
        answers.elicitation.clone_from(&can.elicitation);
        answers.sampling.clone_from(&can.sampling);
        answers.roots.clone_from(&can.roots);
        self.answers = Some(answers);
        self
    }

    /// What a server may ask.
    pub(crate) const fn answers(&self) -> Option<&ClientCapabilities> {
        self.answers.as_ref()
    }

    /// Whether anybody listens: an upstream is asked for progress only then.
    pub const fn is_wanted(&self) -> bool {
        self.ear.is_some()
    }

    /// Passes something on.
    pub fn hear(&self, heard: Heard) {
        if let Some(ear) = &self.ear {
            ear(heard);
        }
    }
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hearing").field(&self.is_wanted()).finish()
    }
}
