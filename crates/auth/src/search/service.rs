//! The front door to other people.

use crate::error::AuthError;
use async_trait::async_trait;
use mainstay_kernel::UserId;

/// A person as others find them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who it is.
    pub id: UserId,
    /// Their default address.
    pub email: String,
    /// What to call them.
    pub display_name: String,
    /// Their username.
    pub username: Option<String>,
}

/// Looks people up by what is known of them.
///
/// Every method may also fail with [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait SearchService: Send + Sync {
    /// The person to whom exactly this verified address belongs, and those of `among` whose name, a part of it or
    /// username begins with `text`, whatever the case: ten at most, by name.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] naming `q` when `text` has fewer than 2 characters or more than 254.
    async fn search(&self, text: &str, among: Vec<UserId>) -> Result<Vec<Found>, AuthError>;

    /// The same, of `among` alone: an address finds none but theirs.
    ///
    /// # Errors
    /// Those of [`SearchService::search`].
    async fn search_among(&self, text: &str, among: Vec<UserId>) -> Result<Vec<Found>, AuthError>;
}
