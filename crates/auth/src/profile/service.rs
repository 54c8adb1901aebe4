//! The front door to one's profile.

use super::name::{NameOrder, formatted};
use crate::emails::Address;
use crate::error::AuthError;
use async_trait::async_trait;
use mainstay_kernel::{Patch, Timestamp, UserId};

/// A person as they see themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who it is.
    pub id: UserId,
    /// The default address, which is verified.
    pub email: String,
    /// The family's part of the name.
    pub surname: Option<String>,
    /// The person's part of the name.
    pub given_names: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// The name in its own script.
    pub native_script: Option<String>,
    /// In which order the parts of the name stand.
    pub preferred_order: Option<NameOrder>,
    /// How others find them.
    pub username: Option<String>,
    /// All addresses, oldest first.
    pub emails: Vec<Address>,
    /// When the account began.
    pub created_at: Timestamp,
    /// When the account last changed.
    pub updated_at: Timestamp,
}

impl Profile {
    /// The name as it is shown: the parts in the preferred order; without them what to call the person, then their
    /// username, then their address up to the `@`.
    pub fn name(&self) -> String {
        formatted(self.given_names.as_deref(), self.surname.as_deref(), self.preferred_order)
            .or_else(|| self.display_name.clone())
            .or_else(|| self.username.clone())
            .unwrap_or_else(|| self.email.rsplit_once('@').map_or(&*self.email, |(local, _)| local).to_owned())
    }

    /// Whether the default address is verified.
    pub fn is_email_verified(&self) -> bool {
        self.emails.iter().any(|address| address.is_default && address.is_verified)
    }
}

/// A change of a profile; a field that is `Clear` becomes none.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// The family's part of the name, 1 to 100 characters.
    pub surname: Patch<String>,
    /// The person's part of the name, 1 to 100 characters.
    pub given_names: Patch<String>,
    /// What to call them, 1 to 100 characters.
    pub display_name: Patch<String>,
    /// The name in its own script, 1 to 100 characters.
    pub native_script: Patch<String>,
    /// In which order the parts of the name stand.
    pub preferred_order: Patch<NameOrder>,
    /// How others find them.
    pub username: Patch<String>,
}

/// Shows and changes a profile.
///
/// Every method may also fail with [`AuthError::Unauthenticated`] when the person is gone, and with
/// [`AuthError::Store`] when the database is away.
#[async_trait]
pub trait ProfileService: Send + Sync {
    /// A person as they see themselves.
    async fn me(&self, person: UserId) -> Result<Profile, AuthError>;

    /// Changes what the change names and gives the profile as it is then.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] naming each text that breaks its rules; [`AuthError::UsernameInvalid`];
    /// [`AuthError::UsernameReserved`]; [`AuthError::UsernameTaken`] when somebody has the username, whatever its
    /// case.
    async fn update(&self, person: UserId, change: ProfileChange) -> Result<Profile, AuthError>;
}
