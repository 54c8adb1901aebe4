//! A rendered mail.

use lettre::address::Envelope;
use mainstay_kernel::Timestamp;
use std::fmt;
use uuid::Uuid;

/// A mail as it is handed to a mail server.
pub struct Message {
    pub(crate) id: Uuid,
    pub(crate) date: Timestamp,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) mime: lettre::Message,
}

impl Message {
    /// The same for every attempt to send this mail.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// When it was written.
    pub const fn date(&self) -> Timestamp {
        self.date
    }

    /// The address it goes to.
    pub fn to(&self) -> &str {
        self.mime.envelope().to().first().map_or("", AsRef::as_ref)
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What a reader without HTML sees. It may hold a code or a link.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What a reader with HTML sees. It may hold a code or a link.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The whole mail in the Internet Message Format (RFC 5322).
    pub fn formatted(&self) -> Vec<u8> {
        self.mime.formatted()
    }

    /// Sender and recipient for the mail server (RFC 5321 §2.3.1).
    pub(crate) fn envelope(&self) -> &Envelope {
        self.mime.envelope()
    }
}

/// Shows neither code nor link.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("subject", &self.subject).finish_non_exhaustive()
    }
}
