//! The rules of credits.

use super::error::CreditError;
use super::model::{Balance, NewGrant, NewRefund, NewSpend, Resource, Transaction, TransactionQuery};
use super::pace::Pace;
use super::service::{Booked, CreditService};
use super::store::{self, CreditStore, Moment, NotGranted, NotRefunded, NotSpent, Spend};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Page, WorkspaceId};
use mainstay_store::{Database, StoreError, StoreResult};
use std::sync::Arc;

/// Most credits of one movement: so many that no sum of them is too great for the databases.
const MOST_AT_ONCE: i64 = 1_000_000_000_000;
/// Most characters of a description, and of a name.
const MOST_TEXT: usize = 500;
const MOST_NAME: usize = 255;
/// The last of all priorities.
const LAST_PRIORITY: i32 = 1000;

/// What the rules stand on.
pub struct CreditParts {
    /// Where credits are kept.
    pub database: Database,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where names come from.
    pub ids: Arc<dyn Ids>,
}

/// The credits of an installation.
pub struct Credits {
    pub(super) store: Arc<dyn CreditStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
}

impl Credits {
    /// The rules over this database.
    pub fn open(parts: CreditParts) -> Self {
        let CreditParts { database, clock, ids } = parts;
        Self { store: store::open(&database), clock, ids }
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { at: self.clock.now(), ids: Arc::clone(&self.ids) }
    }

    /// Books what has expired, so that what is read next is true.
    pub(crate) async fn settle_expired(&self, workspace: WorkspaceId) -> StoreResult<Balance> {
        let moment = self.moment();
        let (balance, has_expired) = self.store.balance(workspace, moment.at).await?;
        if !has_expired {
            return Ok(balance);
        }
        let now = moment.at;
        self.store.expire(workspace, moment).await?;
        Ok(self.store.balance(workspace, now).await?.0)
    }
}

#[async_trait]
impl CreditService for Credits {
    async fn balance(&self, workspace: WorkspaceId) -> Result<Balance, CreditError> {
        Ok(self.settle_expired(workspace).await?)
    }

    async fn pace(&self, workspace: WorkspaceId) -> Result<Pace, CreditError> {
        Ok(Pace { spent: self.store.used_since(workspace, Pace::since(self.clock.now())).await? })
    }

    async fn transactions(
        &self,
        workspace: WorkspaceId,
        query: TransactionQuery,
    ) -> Result<Page<Transaction>, CreditError> {
        self.settle_expired(workspace).await?;
        Ok(self.store.list(workspace, query).await?)
    }

    async fn spend(&self, workspace: WorkspaceId, spend: NewSpend) -> Result<Booked, CreditError> {
        let mut wrong = Wrong::default();
        wrong.amount(spend.amount);
        wrong.text("description", spend.description.as_deref(), MOST_TEXT);
        wrong.text("reference", spend.reference.as_deref(), MOST_NAME);
        wrong.resource(spend.resource.as_ref());
        wrong.end()?;
        let needed = spend.amount;
        let booked = self.store.spend(Spend::new(workspace, spend), self.moment()).await?;
        booked.map_err(|why| match why {
            NotSpent::Short { balance } => CreditError::Short { balance, needed },
            NotSpent::ReferenceTaken => CreditError::ReferenceTaken,
        })
    }

    async fn refund(&self, workspace: WorkspaceId, refund: NewRefund) -> Result<Booked, CreditError> {
        let mut wrong = Wrong::default();
        wrong.amount(refund.amount.unwrap_or(1));
        wrong.text("description", refund.description.as_deref(), MOST_TEXT);
        wrong.text("reference", refund.reference.as_deref(), MOST_NAME);
        wrong.end()?;
        let booked = self.store.refund(workspace, refund, self.moment()).await?;
        booked.map_err(|why| match why {
            NotRefunded::NotThere => CreditError::NotFound("Transaction"),
            NotRefunded::NotUsage => CreditError::NotUsage,
            NotRefunded::TooGreat(left) => CreditError::RefundTooGreat { left },
            NotRefunded::ReferenceTaken => CreditError::ReferenceTaken,
        })
    }

    async fn grant(&self, workspace: WorkspaceId, grant: NewGrant) -> Result<Booked, CreditError> {
        let moment = self.moment();
        let mut wrong = Wrong::default();
        wrong.amount(grant.amount);
        wrong.text("description", grant.description.as_deref(), MOST_TEXT);
        wrong.text("reference", grant.reference.as_deref(), MOST_NAME);
        if !(0..=LAST_PRIORITY).contains(&grant.priority) {
            wrong.add("priority", "range", format!("A priority is a number from 0 to {LAST_PRIORITY}."));
        }
        if grant.expires_at.is_some_and(|at| at <= moment.at) {
            wrong.add("expiresAt", "range", "Credits must expire in the future.".to_owned());
        }
        wrong.end()?;
        let booked = self.store.grant(workspace, grant, moment).await.map_err(|cause| match cause {
            StoreError::MissingReference => CreditError::NotFound("Workspace"),
            cause => cause.into(),
        })?;
        booked.map_err(|why| match why {
            NotGranted::Full => CreditError::Full,
            NotGranted::ReferenceTaken => CreditError::ReferenceTaken,
        })
    }
}

/// The fields that are wrong.
#[derive(Default)]
pub(crate) struct Wrong(Vec<FieldError>);

impl Wrong {
    pub(crate) fn add(&mut self, field: &str, rule: &str, message: String) {
        self.0.push(FieldError::new(field, rule, message));
    }

    fn amount(&mut self, amount: i64) {
        if !(1..=MOST_AT_ONCE).contains(&amount) {
            self.add("amount", "range", format!("An amount is a whole number from 1 to {MOST_AT_ONCE}."));
        }
    }

    fn text(&mut self, field: &str, text: Option<&str>, most: usize) {
        if text.is_some_and(|text| text.is_empty() || text.chars().count() > most) {
            self.add(field, "length", format!("It must have 1 to {most} characters."));
        }
    }

    fn resource(&mut self, resource: Option<&Resource>) {
        self.text("resourceType", resource.map(|resource| resource.kind.as_str()), MOST_NAME);
        self.text("resourceId", resource.and_then(|resource| resource.id.as_deref()), MOST_NAME);
    }

    pub(crate) fn end(self) -> Result<(), CreditError> {
        if self.0.is_empty() { Ok(()) } else { Err(CreditError::Invalid(self.0)) }
    }
}
