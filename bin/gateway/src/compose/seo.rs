//! Reports on pages, their issues, and audits.

use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_tracking::seo::{Seo, SeoParts};
use std::sync::Arc;

/// What it stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) outbound: &'g Arc<dyn Outbound>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// Opens all of it.
pub(super) fn open(ground: &Ground<'_>) -> Seo {
    Seo::open(SeoParts {
        database: ground.database.clone(),
        outbound: Arc::clone(ground.outbound),
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    })
}
