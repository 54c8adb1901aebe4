//! Webhooks, as the settings have them.

use crate::config::Settings;
use mainstay_kernel::{Clock, Ids, Keyring};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_store::limits::Limits;
use mainstay_webhooks::{Schedule, WebhookParts, Webhooks};
use std::sync::Arc;

/// How much longer than scheduled a wait between attempts may be, so that those who failed together do not come back
/// together.
const JITTER_PERCENT: u32 = 10;

/// What it stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) outbound: &'g Arc<dyn Outbound>,
    pub(super) keyring: &'g Arc<Keyring>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// Opens all of it.
pub(super) fn open(settings: &Settings, ground: &Ground<'_>, limits: Arc<dyn Limits>) -> Webhooks {
    let settings = &settings.webhooks;
    Webhooks::open(WebhookParts {
        database: ground.database.clone(),
        keyring: Arc::clone(ground.keyring),
        outbound: Arc::clone(ground.outbound),
        schedule: Schedule::new(settings.retry_schedule.clone(), JITTER_PERCENT),
        limits,
        retention: settings.retention,
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    })
}
