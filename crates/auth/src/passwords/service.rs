//! The front door to one's password.

use crate::error::AuthError;
use crate::model::Login;
use async_trait::async_trait;
use mainstay_kernel::Secret;

/// Replaces passwords.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait PasswordService: Send + Sync {
    /// Replaces the password of whoever is logged in, ends all their other sessions and tells them by mail.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] naming `password` when the new one breaks the rules or is the old one; [`AuthError::WrongPassword`] when
    /// `old` is another ([`AuthError::Throttled`] after too many such), also when somebody else replaced it in this very moment.
    async fn change(&self, login: Login, old: &Secret<String>, new: &Secret<String>) -> Result<(), AuthError>;

    /// Mails a link that sets a new password, if a person has this verified address. Whether anybody has is looked
    /// up later, so that answer and time are the same for all.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] when `email` is no address.
    async fn forgot(&self, email: &str) -> Result<(), AuthError>;

    /// The address of the person whose password such a link sets; the link stays as it is.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] and [`AuthError::TokenExpired`] as [`PasswordService::reset`] tells them.
    async fn whose_link(&self, token: &str) -> Result<String, AuthError>;

    /// Sets a new password with the token of such a link, ends all sessions of the person and tells them by mail.
    /// The link stands for 15 minutes and for one use.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] for a token that was never given out, is used, or was replaced by a newer one;
    /// [`AuthError::TokenExpired`] for one that is too old; [`AuthError::Invalid`] naming `password`, which leaves
    /// the link as it is.
    async fn reset(&self, token: &str, new: &Secret<String>) -> Result<(), AuthError>;
}
