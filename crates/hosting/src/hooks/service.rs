//! The front door to hooks.

use super::model::{Delivery, Opened, Shown};
use super::posted::Posted;
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::sites::Actor;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be done with hooks. Every method may fail with [`HostingError::Store`], and those that name a site with
/// [`HostingError::SiteNotFound`].
#[async_trait]
pub trait HookService: Send + Sync {
    /// The hook of a site, and what it was told last.
    ///
    /// # Errors
    /// [`HostingError::SealedHook`] when it was sealed with a key that is gone.
    async fn get(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Shown, HostingError>;

    /// Gives a site a hook, in place of the one that it has, if it has one: that is refused from now on.
    ///
    /// # Errors
    /// [`HostingError::Deleting`].
    async fn rotate(&self, workspace: WorkspaceId, site: &SiteId, actor: Option<Actor>)
    -> Result<Opened, HostingError>;

    /// Hears what was posted to a hook, and deploys its site if that is due. What was told before is answered as before.
    ///
    /// # Errors
    /// [`HostingError::HookRefused`] for a token that no hook has, and for what is not signed with its secret, which cannot be
    /// told apart. [`HostingError::UnreadablePush`] when it is signed, and is no push of the form that its provider has.
    async fn hear(&self, token: &str, posted: Posted) -> Result<Delivery, HostingError>;
}
