//! Credits, and how they are paid.

use crate::config::{PaymentSettings, Settings};
use crate::stripe::Stripe;
use anyhow::Context as _;
use mainstay_entitlements::credits::packages::Packages;
use mainstay_entitlements::credits::payments::{Manual, Payments};
use mainstay_entitlements::credits::purchases::{PurchaseParts, Purchases};
use mainstay_entitlements::credits::{CreditParts, Credits};
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use std::sync::Arc;

/// Credits, and who sells them.
pub(crate) struct Selling {
    pub(crate) credits: Arc<Credits>,
    pub(crate) purchases: Arc<Purchases>,
    /// Where Stripe takes payments.
    pub(crate) stripe: Option<Arc<Stripe>>,
}

/// What selling stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) outbound: &'g Arc<dyn Outbound>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

impl Selling {
    /// Sells these packages as the settings say.
    ///
    /// # Errors
    /// When Stripe's address cannot be used.
    pub(super) fn new(settings: &Settings, packages: Packages, ground: &Ground<'_>) -> anyhow::Result<Self> {
        let stripe = stripe(settings, ground)?;
        let payments: Arc<dyn Payments> = match &stripe {
            Some(stripe) => Arc::clone(stripe) as _,
            None => Arc::new(Manual),
        };
        let Ground { database, clock, ids, .. } = ground;
        let parts = || (Database::clone(database), Arc::clone(clock), Arc::clone(ids));
        let (database, clock, ids) = parts();
        let purchases = Purchases::open(PurchaseParts { database, packages, payments, clock, ids });
        let (database, clock, ids) = parts();
        let credits = Credits::open(CreditParts { database, clock, ids });
        Ok(Self { credits: Arc::new(credits), purchases: Arc::new(purchases), stripe })
    }
}

fn stripe(settings: &Settings, ground: &Ground<'_>) -> anyhow::Result<Option<Arc<Stripe>>> {
    let PaymentSettings::Stripe(of_stripe) = &settings.payments else { return Ok(None) };
    let (outbound, clock) = (Arc::clone(ground.outbound), Arc::clone(ground.clock));
    let stripe = Stripe::new(of_stripe, &settings.mail.app_url, outbound, clock);
    Ok(Some(Arc::new(stripe.context("MAINSTAY_STRIPE_URL cannot be used")?)))
}
