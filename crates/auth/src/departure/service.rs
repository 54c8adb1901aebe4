//! The front door out.

use crate::error::AuthError;
use crate::model::Login;
use async_trait::async_trait;
use mainstay_kernel::Secret;

/// Deletes accounts.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait DepartureService: Send + Sync {
    /// Deletes the account of whoever is logged in with all that is theirs alone, here and in every other domain: their
    /// sessions, what they allowed applications, applications of their own, devices, the second factor, addresses, API
    /// keys, seats, and the workspaces and projects that nobody else is in. It happens in one transaction or not at all;
    /// they are told by mail. Their addresses are free from then on.
    ///
    /// # Errors
    /// [`AuthError::WrongPassword`] ([`AuthError::Throttled`] after too many such), also when somebody else replaced it
    /// in this very moment; [`AuthError::StillNeeded`] naming what has other people in it and no other owner, which
    /// leaves everything as it is; [`AuthError::OwnerStays`] for the installation's owner;
    /// [`AuthError::Unauthenticated`] when the account has gone meanwhile.
    async fn depart(&self, login: Login, password: &Secret<String>) -> Result<(), AuthError>;
}
