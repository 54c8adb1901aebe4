//! What sites, databases and builds take, counted as what the plan of their workspace limits.

use async_trait::async_trait;
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{EntitlementError, EntitlementService as _, Entitlements, Holder, NewUse, Reason};
use mainstay_hosting::metering::{Leave, Meter, Metered, Run};
use mainstay_kernel::{Plan, Plans, WorkspaceId};
use mainstay_store::{StoreError, StoreResult};
use mainstay_tenancy::Memberships;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Counts minutes in the database, and has paid with credits what a plan does not include.
pub(crate) struct HostingMinutes {
    pub(crate) entitlements: Arc<Entitlements>,
    pub(crate) memberships: Arc<dyn Memberships>,
    pub(crate) plans: Arc<Plans>,
}

impl HostingMinutes {
    /// The plan of a workspace; none of one that has ended.
    async fn plan(&self, workspace: WorkspaceId) -> StoreResult<Option<Arc<Plan>>> {
        let known = self.memberships.workspace(workspace).await?;
        Ok(known.map(|known| self.plans.get_or_free(&known.tier)))
    }
}

#[async_trait]
impl Meter for HostingMinutes {
    async fn leave(&self, workspace: WorkspaceId, what: Metered) -> StoreResult<Leave> {
        let Some(plan) = self.plan(workspace).await? else { return Ok(Leave::LimitReached) };
        let holder = Holder { workspace, plan: &plan };
        let verdict = self.entitlements.check(holder, what.feature(), 1).await.map_err(failed)?;
        Ok(match verdict.reason {
            // Where nobody set a limit there is none.
            None | Some(Reason::FeatureNotFound) => Leave::Given,
            Some(Reason::LimitExceeded) if self.entitlements.is_sold(what.feature()) => Leave::Unpaid,
            Some(Reason::LimitExceeded | Reason::NotInPlan) => Leave::LimitReached,
        })
    }

    async fn count(&self, run: &Run) -> StoreResult<bool> {
        let Some(plan) = self.plan(run.workspace).await? else { return Ok(true) };
        let holder = Holder { workspace: run.workspace, plan: &plan };
        if !self.entitlements.has_feature(run.what.feature()) {
            return Ok(true);
        }
        match self.entitlements.consume(holder, use_of(run)).await {
            Ok(_) => Ok(true),
            Err(EntitlementError::Refused { .. }) => Ok(false),
            Err(cause) => Err(failed(cause)),
        }
    }

    async fn record(&self, run: &Run) -> StoreResult<()> {
        let Some(plan) = self.plan(run.workspace).await? else { return Ok(()) };
        let holder = Holder { workspace: run.workspace, plan: &plan };
        self.entitlements.record(holder, use_of(run)).await.map(drop).map_err(failed)
    }
}

fn use_of(run: &Run) -> NewUse {
    let metadata = [("by", "hosting"), (run.what.name(), run.resource.as_str())];
    let metadata: Map<_, _> = metadata.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
    NewUse {
        feature: run.what.feature().to_owned(),
        quantity: run.minutes(),
        metadata,
        id: Some(UseId::own("hosting", run.name())),
        at: None,
    }
}

/// Features and quantities are ours, so that nothing but the database can fail.
fn failed(cause: EntitlementError) -> StoreError {
    match cause {
        EntitlementError::Store(cause) => cause,
        other => StoreError::Unavailable(other.to_string()),
    }
}
