//! Calls of MCP tools, counted as what the plan limits.

use async_trait::async_trait;
use mainstay_entitlements::reservations::{NewReservation, ReservationService};
use mainstay_entitlements::{EntitlementError, EntitlementService, Entitlements, Holder, Reason, Ticker, Verdict};
use mainstay_mcp::{Caller, McpError, Meter, Quota, TOOL_CALLS, Ticket};
use mainstay_store::StoreError;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// How long a call may be under way before what it took goes back by itself: longer than any call takes.
const LIFE: Duration = Duration::from_mins(2);

/// Counts calls. Where a plan limits them, or sells more of them for credits, each is reserved before its server is asked,
/// and used or given back when it is over. Where it does not, they are counted in memory and written every few seconds.
pub(crate) struct ToolCalls {
    entitlements: Arc<Entitlements>,
    unlimited: Ticker,
}

impl ToolCalls {
    pub(crate) fn new(entitlements: &Arc<Entitlements>) -> Self {
        let unlimited = Ticker::new(Arc::clone(entitlements), TOOL_CALLS);
        Self { entitlements: Arc::clone(entitlements), unlimited }
    }

    /// Writes what was counted since the last time.
    pub(crate) async fn write(&self) {
        if let Err(cause) = self.unlimited.write().await {
            tracing::warn!(%cause, "calls of MCP tools could not be counted yet");
        }
    }

    async fn verdict(&self, caller: &Caller) -> Result<Verdict, McpError> {
        self.entitlements.check(holder(caller), TOOL_CALLS, 1).await.map_err(failed)
    }

    /// What a verdict says, with when the cycle ends as far as that is known.
    async fn quota(&self, caller: &Caller, Verdict { used, limit, .. }: Verdict) -> Quota {
        let resets_at = self.entitlements.resets_at(holder(caller), TOOL_CALLS).await.unwrap_or_default();
        Quota { used, limit, resets_at }
    }

    async fn count(&self, caller: &Caller) {
        if self.unlimited.count(caller.workspace, &caller.plan).is_none() {
            if let Err(cause) = self.unlimited.learn(caller.workspace, &caller.plan).await {
                tracing::warn!(%cause, "it is not known how many tool calls are left");
            }
            self.unlimited.count(caller.workspace, &caller.plan);
        }
    }
}

#[async_trait]
impl Meter for ToolCalls {
    async fn take(&self, caller: &Caller) -> Result<Ticket, McpError> {
        let verdict = self.verdict(caller).await?;
        // Limits are for those whose plan has the feature: others call as they like.
        let is_counted = !matches!(verdict.reason, Some(Reason::FeatureNotFound | Reason::NotInPlan));
        if !is_counted || verdict.limit.is_none() {
            return Ok(Ticket::default());
        }
        let metadata = Map::from_iter([("by".to_owned(), Value::from("mcp"))]);
        let one = NewReservation { feature: TOOL_CALLS.to_owned(), quantity: 1, metadata, life: Some(LIFE) };
        match self.entitlements.reserve(holder(caller), one).await {
            Ok(reserved) => Ok(Ticket { reservation: Some(reserved.reservation.id) }),
            Err(EntitlementError::Refused { payment: Some(_), .. }) => Err(McpError::NotPaid),
            Err(EntitlementError::Refused { verdict, .. }) => {
                Err(McpError::QuotaExceeded(self.quota(caller, verdict).await))
            }
            Err(cause) => Err(failed(cause)),
        }
    }

    async fn settle(&self, caller: &Caller, ticket: Ticket, is_used: bool) {
        let Some(id) = ticket.reservation else {
            if is_used {
                self.count(caller).await;
            }
            return;
        };
        let settled = if is_used {
            self.entitlements.commit(holder(caller), &id, None).await
        } else {
            self.entitlements.release(holder(caller), &id).await
        };
        if let Err(cause) = settled {
            tracing::warn!(%cause, "what an MCP tool call took could not be settled; it goes back when it expires");
        }
    }

    async fn standing(&self, caller: &Caller) -> Option<Quota> {
        let verdict = self.verdict(caller).await.ok()?;
        let is_counted = !matches!(verdict.reason, Some(Reason::FeatureNotFound | Reason::NotInPlan));
        if is_counted { Some(self.quota(caller, verdict).await) } else { None }
    }
}

fn holder(caller: &Caller) -> Holder<'_> {
    Holder { workspace: caller.workspace, plan: &caller.plan }
}

/// The feature's code and the quantity are ours, so that nothing but the database can fail.
fn failed(cause: EntitlementError) -> McpError {
    match cause {
        EntitlementError::Store(cause) => McpError::Store(cause),
        other => McpError::Store(StoreError::Unavailable(other.to_string())),
    }
}
