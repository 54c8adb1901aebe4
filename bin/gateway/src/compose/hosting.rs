//! Sites, and those who visit them.

use super::outbound;
use crate::config::Settings;
use anyhow::Context as _;
use mainstay_hosting::driver::ProcessDriver;
use mainstay_hosting::{Allowed, Hosting, HostingParts};
use mainstay_kernel::{Clock, Ids, Keyring, Secret};
use mainstay_outbound::SystemNames;
use mainstay_sandbox::Launcher;
use mainstay_store::Database;
use mainstay_store::limits::Limits;
use std::sync::Arc;
use std::thread;
use url::Url;

/// What it stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) keyring: &'g Arc<Keyring>,
    pub(super) limits: &'g Arc<dyn Limits>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// Half the cores make deployments, so that the other half answers; two at least, since most of a clone is waiting.
fn builders() -> u32 {
    let half = thread::available_parallelism().map_or(1, |cores| cores.get() / 2);
    u32::try_from(half).unwrap_or(u32::MAX).max(2)
}

/// Opens it below the data directory.
///
/// # Errors
/// When its folder cannot be made, or the database not be read.
pub(super) async fn open(settings: &Settings, ground: &Ground<'_>) -> anyhow::Result<Hosting> {
    let own_host = Url::parse(&settings.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let allowed =
        Allowed { files: settings.hosting.allow_file_repositories, plain_http: settings.webhooks.allow_private };
    let opened = Hosting::open(HostingParts {
        database: ground.database.clone(),
        keyring: Arc::clone(ground.keyring),
        limits: Arc::clone(ground.limits),
        folder: settings.data_dir.join("hosting"),
        domain: settings.hosting.domain.clone(),
        own_host: own_host.unwrap_or_default(),
        allowed,
        names: Arc::new(SystemNames),
        reach: outbound::reach(settings),
        builders: builders(),
        driver: Arc::new(ProcessDriver::new(Launcher::this_executable())),
        postgres_url: settings.hosting.postgres_url.as_ref().map(|url| Secret::new(url.expose().to_owned())),
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    });
    opened.await.context("sites cannot be opened")
}
