//! The front door.

use crate::error::AuthError;
use crate::model::{Login, Person};
use async_trait::async_trait;
use mainstay_kernel::{Secret, SessionId, UserId};
use std::sync::Arc;

/// People: who they are, and how they prove it.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait AuthService: Send + Sync {
    /// Makes the owner of this installation, whose address counts as verified. It happens once, also
    /// when several callers try at the same moment.
    ///
    /// # Errors
    /// [`AuthError::AlreadyInstalled`] when there is an owner; [`AuthError::Invalid`] naming `email` and
    /// `password`, whichever break their rules.
    async fn install_owner(&self, email: &str, password: &Secret<String>) -> Result<Person, AuthError>;

    /// Whether the owner has been made.
    async fn is_installed(&self) -> Result<bool, AuthError>;

    /// The owner of this installation; none before there is one.
    async fn installation_owner(&self) -> Result<Option<UserId>, AuthError>;

    /// Ends a session with all its tokens. One that is over already, or never was, is no error.
    async fn log_out(&self, session: SessionId) -> Result<(), AuthError>;

    /// Whom an access token of either form stands for, which is a use of its session. One seen before costs no signature
    /// check and no database.
    ///
    /// # Errors
    /// [`AuthError::Unauthenticated`].
    async fn identify(&self, access: &str) -> Result<Login, AuthError>;

    /// The person with this id.
    async fn person(&self, id: UserId) -> Result<Option<Arc<Person>>, AuthError>;

    /// The people with these ids, in the order asked; those who do not exist are left out.
    async fn people(&self, ids: &[UserId]) -> Result<Vec<Arc<Person>>, AuthError>;

    /// The person whose verified address this is, whatever its case.
    async fn by_email(&self, email: &str) -> Result<Option<Arc<Person>>, AuthError>;
}
