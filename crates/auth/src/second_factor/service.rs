//! The front door to one's second factor.

use super::setup::Setup;
use crate::error::AuthError;
use crate::model::{Login, TokenPair};
use crate::sessions::Client;
use async_trait::async_trait;
use mainstay_kernel::{Secret, UserId};

/// How a person's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SecondFactorStatus {
    /// Whether a login asks for a code.
    pub is_enabled: bool,
    /// Recovery codes that are not used yet, 0 to 10.
    pub recovery_codes_left: usize,
}

/// Turns the second factor on and off, and asks for it.
///
/// A code is that of an authenticator: six digits (RFC 6238), right for its own half minute and the ones before and
/// after, and good for one use wherever it is shown. Where a recovery code will do as well, it is said.
///
/// Those that take a code of a secret in use may also fail with [`AuthError::Throttled`] after too many wrong ones, and
/// every method with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait SecondFactorService: Send + Sync {
    /// How the person's second factor stands.
    async fn status(&self, person: UserId) -> Result<SecondFactorStatus, AuthError>;

    /// Whether the person's logins ask for a code; one look-up by key.
    async fn is_enabled(&self, person: UserId) -> Result<bool, AuthError>;

    /// A new secret, which waits 15 minutes for its first code, in place of one that waited before.
    ///
    /// # Errors
    /// [`AuthError::SecondFactorAlreadyEnabled`].
    async fn setup(&self, login: Login) -> Result<Setup, AuthError>;

    /// Turns the second factor on with the first code of the secret that waits, ends the person's other sessions and
    /// tells them by mail; gives ten recovery codes, which are not shown again.
    ///
    /// # Errors
    /// [`AuthError::SecondFactorAlreadyEnabled`]; [`AuthError::SetupNotInitiated`] when no secret waits;
    /// [`AuthError::InvalidCode`].
    async fn enable(&self, login: Login, code: &str) -> Result<Vec<Secret<String>>, AuthError>;

    /// Turns the second factor off with a code or a recovery code, voids what belonged to it and tells the person by
    /// mail.
    ///
    /// # Errors
    /// [`AuthError::SecondFactorNotEnabled`]; [`AuthError::InvalidCode`].
    async fn disable(&self, login: Login, code: &str) -> Result<(), AuthError>;

    /// Ten new recovery codes for all old ones. A recovery code will not do here.
    ///
    /// # Errors
    /// Those of [`SecondFactorService::disable`].
    async fn renew_recovery_codes(&self, login: Login, code: &str) -> Result<Vec<Secret<String>>, AuthError>;

    /// Begins the session that a challenge stands for, with a code or a recovery code. It is used up by that.
    ///
    /// # Errors
    /// [`AuthError::InvalidChallenge`] for one that was never given out, is older than five minutes, used, replaced by
    /// a newer login or by a change of the password, or has borne five wrong codes; [`AuthError::InvalidCode`].
    async fn verify(&self, challenge: &str, code: &str, client: &Client) -> Result<TokenPair, AuthError>;
}
