//! What is offered, and how this node hears of what others change about it.

use anyhow::Context as _;
use mainstay_entitlements::offer::{CHANGED, OfferEntries, OfferError, OfferParts, Offers};
use mainstay_entitlements::{EntitlementParts, Entitlements};
use mainstay_kernel::{Clock, Ids};
use mainstay_keys::KeyGauge;
use mainstay_store::limits::Gauge;
use mainstay_store::{Changes, Database};
use mainstay_tenancy::MemberGauge;
use mainstay_webhooks::endpoints::EndpointGauge;
use std::sync::Arc;
use std::time::Duration;

/// How soon it is looked again, after the database was away.
const AGAIN: Duration = Duration::from_millis(250);

/// What the plans file and the database offer together.
///
/// # Errors
/// When they contradict each other, or the database cannot be read.
pub(super) async fn open(
    database: &Database,
    file: OfferEntries,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn Ids>,
) -> anyhow::Result<Arc<Offers>> {
    let parts = OfferParts { database: database.clone(), file, clock: Arc::clone(clock), ids: Arc::clone(ids) };
    Ok(Arc::new(Offers::open(parts).await.context("the plans and features cannot be used")?))
}

/// Takes on from now on what is announced to have changed.
pub(super) fn listen(offers: &Arc<Offers>, changes: &mut Changes) {
    let offers = Arc::clone(offers);
    let take_on = move |_: &str| drop(tokio::spawn(take_on(Arc::clone(&offers))));
    changes.listen(CHANGED, Arc::new(take_on));
}

async fn take_on(offers: Arc<Offers>) {
    while let Err(cause) = offers.refresh().await {
        if let OfferError::Store(_) = cause {
            tracing::warn!(%cause, "changed plans and features cannot be read; trying again");
            tokio::time::sleep(AGAIN).await;
        } else {
            tracing::error!(%cause, "changed plans and features are not taken on");
            return;
        }
    }
}

/// What workspaces may use, and have used. What nobody tells of as it is used is counted by those who keep it.
pub(super) fn entitlements(
    database: &Database,
    offers: &Offers,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn Ids>,
) -> Arc<Entitlements> {
    let gauges: Vec<Arc<dyn Gauge>> = vec![
        Arc::new(KeyGauge::new(mainstay_keys::store::open(database), Arc::clone(clock))),
        Arc::new(EndpointGauge::new(database)),
        Arc::new(MemberGauge::new(mainstay_tenancy::open(database))),
    ];
    Arc::new(Entitlements::open(EntitlementParts {
        database: database.clone(),
        catalogue: offers.live_catalogue(),
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
        gauges,
    }))
}
