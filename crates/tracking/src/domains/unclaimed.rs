//! The domain that stands for all that nobody registered.

use super::directory::Directory;
use super::events::DOMAIN_CREATED;
use super::model::{Domain, Settings};
use super::name::DomainName;
use super::rules::{Domains, event_of};
use super::store::{Born, DomainStore};
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, WorkspaceId};
use mainstay_store::{StoreError, StoreResult};
use std::sync::Arc;

/// Who gets what nobody registered: decided by whoever knows the installation.
#[async_trait]
pub trait Finder: Send + Sync {
    /// The workspace of the installation's owner; none where there is none.
    async fn workspace(&self) -> StoreResult<Option<WorkspaceId>>;
}

/// Makes that domain when it is first needed.
pub(crate) struct Unclaimed {
    pub(crate) finder: Arc<dyn Finder>,
    pub(crate) store: Arc<dyn DomainStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Unclaimed {
    /// The domain; none where nobody owns the installation.
    pub(crate) async fn domain(&self, directory: &Directory) -> Result<Option<Arc<Domain>>, TrackingError> {
        if let Some(known) = directory.of_host(&DomainName::any()).await? {
            return Ok(Some(known));
        }
        let Some(workspace) = self.finder.workspace().await? else { return Ok(None) };
        let (name, at) = (DomainName::any(), self.clock.now());
        let pixel_key = Domains::new_key(&*self.ids);
        let ids = Arc::clone(&self.ids);
        let tell = move |domain: &Domain| event_of(DOMAIN_CREATED, domain, &*ids, at);
        let born = Born { workspace, name, pixel_key, settings: Settings::default(), at };
        match self.store.insert(born, Box::new(tell)).await {
            // Another made it at the same moment, or the workspace is just going.
            Ok(_) | Err(StoreError::NotUnique(_) | StoreError::MissingReference) => {}
            Err(cause) => return Err(cause.into()),
        }
        directory.forget();
        Ok(directory.of_host(&DomainName::any()).await?)
    }
}
