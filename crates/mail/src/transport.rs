//! Ways to send a mail, chosen by a URL.

mod file;
mod log;
mod smtp;

use crate::message::Message;
use async_trait::async_trait;
use std::sync::Arc;

/// A way to send mails.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a mail; when this returns, the next one in the chain has taken it over.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again. It tells nothing of what is in the mail.
    async fn send(&self, message: &Message) -> Result<(), SendError>;

    /// Looks whether mails could be sent now, without sending one.
    ///
    /// # Errors
    /// [`SendError::Later`] with the reason.
    async fn check(&self) -> Result<(), SendError>;
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was not sent now, and may be later: a sentence that says why.
    #[error("{0}")]
    Later(String),
    /// It will never be sent: the reply code of the mail server (RFC 5321 §4.2.1), 500 to 599.
    #[error("the mail server refuses it with code {0}")]
    Refused(String),
}

/// What is wrong with the URL of a mail transport. No variant shows the URL, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not one of the schemes.
    #[error("mail goes to log:, file://DIR, smtp://HOST or smtps://HOST")]
    Scheme,
    /// `file://` without a folder.
    #[error("the folder for mails is missing: write file://DIR")]
    Folder,
    /// No URL of a server.
    #[error("the mail server is written smtp://USER:PASSWORD@HOST:PORT, with special characters percent-encoded")]
    Server,
    /// A path or an option that nothing reads.
    #[error("the only option of a mail server is ?tls=required or ?tls=none, with smtp:// alone")]
    Option,
    /// The host's name cannot be verified, or the system's certificates cannot be read.
    #[error("TLS cannot be set up for this mail server")]
    Tls,
}

/// The transport that a URL names:
///
/// - `log:` writes mails to the log, with their codes and links: for development on one's own machine.
/// - `file://DIR` puts each mail into a file of its own.
/// - `smtp://USER:PASSWORD@HOST:PORT` submits to a mail server (RFC 6409; port 587 where none is given), encrypted
///   where the server offers STARTTLS. A password is never sent unencrypted. `?tls=required` sends nothing
///   unencrypted, `?tls=none` everything.
/// - `smtps://USER:PASSWORD@HOST:PORT` does so encrypted from the start (RFC 8314 §3.3; port 465).
///
/// # Errors
/// [`UrlError`], a sentence for whoever wrote the setting.
pub fn open(url: &str) -> Result<Arc<dyn Transport>, UrlError> {
    match url.split_once(':') {
        Some(("log", "")) => Ok(Arc::new(log::Log)),
        Some(("file", rest)) => match rest.strip_prefix("//").filter(|folder| !folder.is_empty()) {
            Some(folder) => Ok(Arc::new(file::Folder::new(folder))),
            None => Err(UrlError::Folder),
        },
        Some(("smtp" | "smtps", _)) => Ok(Arc::new(smtp::Smtp::parse(url)?)),
        _ => Err(UrlError::Scheme),
    }
}
