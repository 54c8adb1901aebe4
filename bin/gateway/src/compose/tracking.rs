//! What happens on pages.

use crate::config::Settings;
use crate::tracked_events::TrackedEvents;
use anyhow::Context as _;
use async_trait::async_trait;
use mainstay_auth::{Auth, AuthError, AuthService as _};
use mainstay_kernel::{Clock, Ids, Keyring, WorkspaceId};
use mainstay_store::{Database, StoreError, StoreResult};
use mainstay_tenancy::{Memberships as _, Tenancy};
use mainstay_tracking::domains::Finder;
use mainstay_tracking::intake::{Meter, Places};
use mainstay_tracking::{Tracking, TrackingParts};
use std::sync::Arc;

/// What tracking stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) keyring: &'g Arc<Keyring>,
    pub(super) people: &'g Arc<Auth>,
    pub(super) tenancy: &'g Arc<Tenancy>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// Tracking, as the settings say.
///
/// # Errors
/// When the file of places cannot be used.
pub(super) fn open(settings: &Settings, ground: &Ground<'_>, events: &Arc<TrackedEvents>) -> anyhow::Result<Tracking> {
    let places = match &settings.tracking.geo_file {
        None => Places::unknown(),
        Some(file) => {
            Places::open(file).with_context(|| format!("MAINSTAY_GEO_FILE {} cannot be used", file.display()))?
        }
    };
    let owner = OwnersWorkspace { people: Arc::clone(ground.people), tenancy: Arc::clone(ground.tenancy) };
    Ok(Tracking::open(TrackingParts {
        database: ground.database.clone(),
        keyring: Arc::clone(ground.keyring),
        meter: Arc::clone(events) as Arc<dyn Meter>,
        finder: Arc::new(owner),
        strangers: settings.tracking.unknown_domains,
        places,
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    }))
}

/// Knows whose the installation is.
struct OwnersWorkspace {
    people: Arc<Auth>,
    tenancy: Arc<Tenancy>,
}

#[async_trait]
impl Finder for OwnersWorkspace {
    async fn workspace(&self) -> StoreResult<Option<WorkspaceId>> {
        let owner = self.people.installation_owner().await.map_err(|cause| match cause {
            AuthError::Store(cause) => cause,
            other => StoreError::Unavailable(other.to_string()),
        })?;
        match owner {
            Some(owner) => self.tenancy.default_of(owner).await,
            None => Ok(None),
        }
    }
}
