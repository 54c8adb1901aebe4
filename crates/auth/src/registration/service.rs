//! The front door of those who have no account.

use crate::error::AuthError;
use crate::model::{Person, TokenPair};
use crate::sessions::Client;
use async_trait::async_trait;
use mainstay_kernel::Secret;

/// An account that has just begun.
#[derive(Debug, Clone)]
pub struct SignedUp {
    /// Whose.
    pub person: Person,
    /// Their first session.
    pub tokens: TokenPair,
}

/// Sign-up in three steps: start, verify, complete.
///
/// Every method may also fail with [`AuthError::Invalid`] when `email` is no address, and with
/// [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait RegistrationService: Send + Sync {
    /// Mails a code of six digits, good for ten minutes and three wrong tries. An older code is void; whoever has
    /// verified the address stays so.
    ///
    /// # Errors
    /// [`AuthError::EmailAlreadyVerified`] when the address belongs to an account; [`AuthError::ResendCooldown`]
    /// within a minute of the last mail to it, and after five in an hour.
    async fn start(&self, email: &str) -> Result<(), AuthError>;

    /// Takes the code, and gives a token that completes the registration within 15 minutes. The same client address
    /// may complete it without the token.
    ///
    /// # Errors
    /// In this order: [`AuthError::EmailAlreadyVerified`], also within those 15 minutes;
    /// [`AuthError::NoCode`]; [`AuthError::TooManyAttempts`] after three wrong tries, whatever the code;
    /// [`AuthError::CodeExpired`]; [`AuthError::InvalidCode`].
    async fn verify(&self, email: &str, code: &str, client: &Client) -> Result<Secret<String>, AuthError>;

    /// Mails another code in place of the last one.
    ///
    /// # Errors
    /// Those of [`RegistrationService::start`]; [`AuthError::EmailAlreadyVerified`] also for an address that was
    /// verified in the last 15 minutes; [`AuthError::NoCode`] when no registration was started.
    async fn resend(&self, email: &str) -> Result<(), AuthError>;

    /// Makes the account and its first session, once for each verification: proven by the token, or
    /// without one by the client address that verified.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] naming `password`; [`AuthError::EmailAlreadyVerified`] when the account is made;
    /// [`AuthError::EmailNotVerified`] when the proof does not hold or is older than 15 minutes.
    async fn complete(
        &self,
        email: &str,
        password: &Secret<String>,
        token: Option<&str>,
        client: &Client,
    ) -> Result<SignedUp, AuthError>;

    /// Makes an account and its first session for whoever holds an invite that was mailed to this address, which
    /// the caller has checked.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] naming `email` or `password`; [`AuthError::EmailAlreadyInUse`].
    async fn register_invited(
        &self,
        email: &str,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<SignedUp, AuthError>;
}
