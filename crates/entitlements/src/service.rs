//! The front door.

use crate::audit::Audit;
use crate::error::EntitlementError;
use crate::feature::Feature;
use crate::price::Payment;
use crate::usage::UseId;
use crate::verdict::Verdict;
use async_trait::async_trait;
use mainstay_kernel::{Plan, Timestamp, WorkspaceId};
use serde_json::{Map, Value};

/// All that can be asked and told of what workspaces may use. Every method may fail with [`EntitlementError::Store`].
#[async_trait]
pub trait EntitlementService: Send + Sync {
    /// Whether so much more of a feature may be used. Reads memory only, once the feature has been asked for; what other
    /// nodes count is seen within a second.
    ///
    /// # Errors
    /// [`EntitlementError::Invalid`] for a quantity below 1.
    async fn check(&self, holder: Holder<'_>, feature: &str, quantity: u64) -> Result<Verdict, EntitlementError>;

    /// What [`EntitlementService::check`] answers, and all that it stands on; none where there is no such feature. Reads
    /// the database.
    ///
    /// # Errors
    /// As for [`EntitlementService::check`].
    async fn audit(&self, holder: Holder<'_>, feature: &str, quantity: u64) -> Result<Option<Audit>, EntitlementError>;

    /// When the count of a feature begins anew; none where it never does, or there is no such feature.
    ///
    /// # Errors
    /// None of its own.
    async fn resets_at(&self, holder: Holder<'_>, feature: &str) -> Result<Option<Timestamp>, EntitlementError>;

    /// Every feature that the plan includes, and how much of it is used.
    ///
    /// # Errors
    /// None of its own.
    async fn summary(&self, holder: Holder<'_>) -> Result<Vec<Standing>, EntitlementError>;

    /// Records what was used, be it beyond a limit. A use that was told of before under the same id is not counted again.
    ///
    /// # Errors
    /// [`EntitlementError::Invalid`] naming the wrong field: a feature that is none, a quantity below 1 or too great, a
    /// time outside the window that is open.
    async fn record(&self, holder: Holder<'_>, told: NewUse) -> Result<Used, EntitlementError>;

    /// Records several uses, all of them or none; an answer for each, in their order.
    ///
    /// # Errors
    /// As for [`EntitlementService::record`], naming each wrong field; and for none of them, or more than
    /// [`MOST_AT_ONCE`](crate::MOST_AT_ONCE).
    async fn record_all(&self, holder: Holder<'_>, told: Vec<NewUse>) -> Result<Vec<Used>, EntitlementError>;

    /// Uses so much of a feature, if there is so much of it left: it is judged and recorded in one step, and whatever
    /// runs beside it, the limit is not passed. What is beyond it is paid with credits in the same step, where that is
    /// sold.
    ///
    /// # Errors
    /// [`EntitlementError::Refused`] when there is not, and nothing is recorded; [`EntitlementError::Invalid`] as for
    /// [`EntitlementService::record`].
    async fn consume(&self, holder: Holder<'_>, wanted: NewUse) -> Result<Used, EntitlementError>;
}

/// Who uses something, and on which plan.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'p> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The plan that it is on.
    pub plan: &'p Plan,
}

/// A use that is told of.
#[derive(Debug, Clone, Default)]
pub struct NewUse {
    /// Of what.
    pub feature: String,
    /// How much, 1 at least.
    pub quantity: u64,
    /// What its teller says of it.
    pub metadata: Map<String, Value>,
    /// Under which id it is told, so that it can be told again.
    pub id: Option<UseId>,
    /// When it took place; now if that is not said.
    pub at: Option<Timestamp>,
}

/// A use that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Of what.
    pub feature: String,
    /// How things stand now.
    pub verdict: Verdict,
    /// Whether it had been counted before.
    pub is_repeated: bool,
    /// What was paid for what is beyond the limit.
    pub payment: Option<Payment>,
}

/// A feature of a plan, and how much of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The feature.
    pub feature: Feature,
    /// How things stand.
    pub verdict: Verdict,
    /// When usage starts anew; none where that is no one instant.
    pub resets_at: Option<Timestamp>,
}
