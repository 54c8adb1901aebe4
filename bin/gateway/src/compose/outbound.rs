//! The way out to addresses that others name.

use crate::client_documents::ClientDocuments;
use crate::config::Settings;
use anyhow::Context as _;
use mainstay_auth::DocumentSource;
use mainstay_outbound::{Guarded, Outbound, OutboundFlows, Reach};
use std::sync::Arc;

/// What asks whoever may be asked.
pub(super) fn open(settings: &Settings) -> anyhow::Result<Arc<dyn Outbound>> {
    Ok(Arc::new(Guarded::new(reach(settings)).context("the guarded client cannot be set up")?))
}

/// What asks whoever may be asked, and hears the answer bit by bit.
pub(super) fn flows(settings: &Settings) -> anyhow::Result<Arc<dyn OutboundFlows>> {
    Ok(Arc::new(Guarded::new(reach(settings)).context("the guarded client cannot be set up")?))
}

/// What fetches the documents of clients.
pub(super) fn client_documents(settings: &Settings, outbound: &Arc<dyn Outbound>) -> Arc<dyn DocumentSource> {
    Arc::new(ClientDocuments { outbound: Arc::clone(outbound), reach: reach(settings) })
}

/// Which addresses may be reached.
pub(super) fn reach(settings: &Settings) -> Reach {
    if settings.webhooks.allow_private {
        Reach::anything()
    } else {
        Reach::public_and(settings.outbound_allow.iter().copied())
    }
}

/// Which addresses builds may reach. What is permitted for the development of webhooks is nothing to them: they would meet
/// this very machine.
pub(super) fn reach_of_boxes(settings: &Settings) -> Reach {
    Reach::public_and(settings.outbound_allow.iter().copied())
}
