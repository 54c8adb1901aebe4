//! The rules of purchases.

use super::model::{NewPurchase, Purchase, PurchaseStatus};
use super::service::{Noted, PurchaseService};
use super::store::{self, Draft, NotSettled, PurchaseStore, Settling};
use crate::credits::error::CreditError;
use crate::credits::packages::{Package, Packages};
use crate::credits::payments::{Checkout, Order, PaymentNotice, PaymentOutcome, Payments};
use crate::credits::public_id;
use crate::credits::rules::Wrong;
use crate::credits::store::Moment;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Page, PageRequest, WorkspaceId};
use mainstay_store::Database;
use std::sync::Arc;
use std::time::Duration;

/// Most of a package that is bought at once.
const MOST_QUANTITY: i64 = 1_000;
/// How long somebody who asks for the same once more probably means the same.
const PROBABLY_THE_SAME: Duration = Duration::from_mins(10);

/// What the rules stand on.
pub struct PurchaseParts {
    /// Where purchases are kept.
    pub database: Database,
    /// What is sold.
    pub packages: Packages,
    /// How it is paid.
    pub payments: Arc<dyn Payments>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where names come from.
    pub ids: Arc<dyn Ids>,
}

/// The purchases of an installation.
pub struct Purchases {
    store: Arc<dyn PurchaseStore>,
    packages: Packages,
    payments: Arc<dyn Payments>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Purchases {
    /// The rules over these parts.
    pub fn open(parts: PurchaseParts) -> Self {
        let PurchaseParts { database, packages, payments, clock, ids } = parts;
        Self { store: store::open(&database), packages, payments, clock, ids }
    }

    fn moment(&self) -> Moment {
        Moment { at: self.clock.now(), ids: Arc::clone(&self.ids) }
    }

    fn draft(&self, workspace: WorkspaceId, package: &Package, quantity: i64) -> Purchase {
        Purchase {
            id: public_id::draw(&*self.ids),
            workspace,
            package: package.id.clone(),
            quantity,
            credits: package.credits * quantity,
            bonus_credits: package.bonus_credits * quantity,
            amount: package.price * quantity,
            currency: package.currency.clone(),
            expires_after_days: package.expires_after_days,
            provider: self.payments.provider().to_owned(),
            checkout_url: None,
            status: PurchaseStatus::Pending,
            reason: None,
            created_at: self.clock.now(),
            settled_at: None,
        }
    }
}

#[async_trait]
impl PurchaseService for Purchases {
    fn packages(&self) -> &[Package] {
        self.packages.all()
    }

    async fn begin(&self, workspace: WorkspaceId, wanted: NewPurchase) -> Result<Purchase, CreditError> {
        let mut wrong = Wrong::default();
        if !(1..=MOST_QUANTITY).contains(&wanted.quantity) {
            wrong.add("quantity", "range", format!("A quantity is a whole number from 1 to {MOST_QUANTITY}."));
        }
        wrong.end()?;
        let package = self.packages.for_sale(&wanted.package).ok_or(CreditError::NotFound("Package"))?;
        let mut purchase = self.draft(workspace, package, wanted.quantity);
        let alone_since = (!wanted.is_deliberate).then(|| purchase.created_at.minus(PROBABLY_THE_SAME));
        if let Some(since) = alone_since
            && let Some(pending) = self.store.pending(workspace, package.id.clone(), since).await?
        {
            return Err(CreditError::PurchasePending(pending));
        }
        // The provider first: whoever dies in between leaves a checkout that nobody was told of, and no purchase that cannot
        // be paid.
        let begun = self.payments.begin(Order { purchase: &purchase, name: &package.name }).await;
        let Checkout { session, url } = begun.map_err(|cause| CreditError::PaymentsAway(cause.0))?;
        purchase.checkout_url = url;
        let begun = self.store.begin(Draft { purchase, session, alone_since }, self.moment()).await?;
        begun.map_err(CreditError::PurchasePending)
    }

    async fn list(&self, workspace: WorkspaceId, page: PageRequest) -> Result<Page<Purchase>, CreditError> {
        Ok(self.store.list(workspace, page).await?)
    }

    async fn get(&self, workspace: WorkspaceId, id: &str) -> Result<Purchase, CreditError> {
        self.store.find(workspace, id.to_owned()).await?.ok_or(CreditError::NotFound("Purchase"))
    }

    async fn settle(&self, id: &str) -> Result<Purchase, CreditError> {
        let settled = self.store.settle(Settling::by_hand(id.to_owned()), self.moment()).await?;
        settled.map(|(purchase, _)| purchase).map_err(|why| match why {
            NotSettled::NotThere | NotSettled::OtherAmount => CreditError::NotFound("Purchase"),
            NotSettled::Over => CreditError::PurchaseOver,
            NotSettled::Full => CreditError::Full,
        })
    }

    async fn note(&self, notice: PaymentNotice) -> Result<Noted, CreditError> {
        let PaymentNotice { provider, id, purchase, outcome } = notice;
        let settling = Settling { purchase, notice: Some((provider, id)), paid: None };
        match outcome {
            PaymentOutcome::Failed { reason } => {
                let failed = self.store.fail(settling, reason, self.moment()).await?;
                Ok(match failed {
                    None => Noted::Unknown,
                    Some(true) => Noted::Failed,
                    Some(false) => Noted::Unchanged,
                })
            }
            PaymentOutcome::Paid { amount, currency } => {
                let settling = Settling { paid: Some((amount, currency)), ..settling };
                match self.store.settle(settling, self.moment()).await? {
                    Ok((_, is_new)) => Ok(if is_new { Noted::Settled } else { Noted::Unchanged }),
                    Err(NotSettled::OtherAmount) => Ok(Noted::OtherAmount),
                    Err(NotSettled::Full) => Err(CreditError::Full),
                    Err(NotSettled::NotThere | NotSettled::Over) => Ok(Noted::Unknown),
                }
            }
        }
    }
}
