//! The front door to one's addresses.

use crate::error::AuthError;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, UserId};
use uuid::Uuid;

/// An address that a person claims. Only when it is verified is it theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Which.
    pub id: Uuid,
    /// As the person wrote it.
    pub email: String,
    /// Whether mail goes to it; it is verified then.
    pub is_default: bool,
    /// Whether the person has shown that they read mail there.
    pub is_verified: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Adds, verifies and removes addresses.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away, and those that take an `email`
/// with [`AuthError::Invalid`] when it is no address.
#[async_trait]
pub trait EmailService: Send + Sync {
    /// The person's addresses, oldest first.
    async fn list(&self, person: UserId) -> Result<Vec<Address>, AuthError>;

    /// Claims an address and mails it a code. A claim of somebody else is no hindrance; to claim the same address
    /// again mails another code.
    ///
    /// # Errors
    /// [`AuthError::EmailAlreadyInUse`] when the address is verified, be it by this person;
    /// [`AuthError::ResendCooldown`] within a minute of the last code to it, and after five in an hour.
    async fn add(&self, person: UserId, email: &str) -> Result<Address, AuthError>;

    /// Takes the code: from now on the address is the person's.
    ///
    /// # Errors
    /// In this order: [`AuthError::EmailNotFound`]; [`AuthError::EmailAlreadyVerified`]; [`AuthError::NoCode`];
    /// [`AuthError::TooManyAttempts`]; [`AuthError::CodeExpired`]; [`AuthError::InvalidCode`];
    /// [`AuthError::EmailAlreadyInUse`] when somebody else verified it since.
    async fn verify(&self, person: UserId, email: &str, code: &str) -> Result<Address, AuthError>;

    /// Mails another code in place of the last one.
    ///
    /// # Errors
    /// [`AuthError::EmailNotFound`]; [`AuthError::EmailAlreadyVerified`]; [`AuthError::ResendCooldown`].
    async fn resend(&self, person: UserId, email: &str) -> Result<(), AuthError>;

    /// Makes mail go to this address, and tells the one it went to until now.
    ///
    /// # Errors
    /// [`AuthError::EmailNotFound`]; [`AuthError::EmailNotVerified`].
    async fn make_default(&self, person: UserId, address: Uuid) -> Result<Address, AuthError>;

    /// Removes an address. When it was the default, the one verified longest takes its place, and the removed one
    /// is told.
    ///
    /// # Errors
    /// [`AuthError::EmailNotFound`]; [`AuthError::OnlyVerifiedEmail`].
    async fn delete(&self, person: UserId, address: Uuid) -> Result<(), AuthError>;
}
