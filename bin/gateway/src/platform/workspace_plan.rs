//! `/api/v1/workspaces/{id}/plan`: which plan a workspace is on, and when its billing months begin.

use super::{EntitlementsRead, EntitlementsWrite, must_own_installation, owns_installation};
use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::{Data, Doc, Failure, Holds, IsoSeconds, PathIds, Platform, Rejection, Surface, Valid};
use mainstay_entitlements::benefits::{BenefitService, Billing};
use mainstay_kernel::{Patch, Timestamp, UserId, WorkspaceId};
use mainstay_tenancy::{Memberships, TenancyError, Workspace, WorkspaceService};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: "Plans", summary, text, fails: &[] };
    let text = "For everyone in the workspace, and for the owner of the installation.";
    surface.get("/workspaces/{id}/plan", get, doc("getWorkspacePlan", "Get a workspace's plan", text));
    let text = "For the owner of the installation. Billing months begin on the day of the anchor, on the last day of months \
        that are shorter; null makes them those of the calendar. What is absent stays.";
    surface.patch("/workspaces/{id}/plan", change, doc("changeWorkspacePlan", "Change a workspace's plan", text));
}

/// A change of plan; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "change_example")]
struct ChangePlanRequest {
    /// The plan's name.
    #[validate(length(min = 1, max = 100))]
    plan: Option<String>,
    /// An instant at which a billing month begins, in ISO 8601; null for the calendar's months.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    billing_anchor: Patch<String>,
}

fn change_example() -> Value {
    json!({ "plan": "pro", "billing_anchor": "2026-01-31T00:00:00Z" })
}

/// The plan of a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "plan_example")]
struct WorkspacePlanResponse {
    /// The workspace.
    workspace_id: i64,
    /// The plan's name.
    plan: String,
    /// An instant at which a billing month begins; null where the calendar's months count.
    billing_anchor: Option<IsoSeconds>,
    /// When the billing month began that is open.
    month_started_at: IsoSeconds,
    /// When it ends.
    month_ends_at: Option<IsoSeconds>,
}

fn plan_example() -> Value {
    json!({
        "workspace_id": 1,
        "plan": "pro",
        "billing_anchor": "2026-01-31T00:00:00Z",
        "month_started_at": "2026-02-28T00:00:00Z",
        "month_ends_at": "2026-03-31T00:00:00Z",
    })
}

impl WorkspacePlanResponse {
    fn new(id: WorkspaceId, plan: String, Billing { anchor, month }: Billing) -> Self {
        Self {
            workspace_id: id.0,
            plan,
            billing_anchor: anchor.map(Into::into),
            month_started_at: month.from.into(),
            month_ends_at: month.until.map(Into::into),
        }
    }
}

type Benefits = web::Data<dyn BenefitService>;

/// The workspace, if this person may look at what it has: they are in it, or own the installation.
pub(super) async fn visible(
    user: UserId,
    id: WorkspaceId,
    memberships: &dyn Memberships,
    people: &dyn AuthService,
) -> Result<Arc<Workspace>, Failure> {
    let standing = memberships.standing(user, id).await?;
    let seen = match standing {
        Some((workspace, _)) => Some(workspace),
        None if owns_installation(user, people).await? => memberships.workspace(id).await?,
        None => None,
    };
    Ok(seen.ok_or(TenancyError::NotFound)?)
}

async fn get(
    caller: Holds<EntitlementsRead>,
    PathIds(id): PathIds<WorkspaceId>,
    benefits: Benefits,
    (memberships, people): (web::Data<dyn Memberships>, web::Data<dyn AuthService>),
) -> Result<Data<WorkspacePlanResponse>, Failure> {
    let workspace = visible(caller.principal.user, id, &**memberships, &**people).await?;
    let billing = benefits.billing(id).await?;
    Ok(Data { data: WorkspacePlanResponse::new(id, workspace.tier.clone(), billing) })
}

async fn change(
    caller: Holds<EntitlementsWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<ChangePlanRequest>,
    (benefits, workspaces): (Benefits, web::Data<dyn WorkspaceService>),
    (memberships, people): (web::Data<dyn Memberships>, web::Data<dyn AuthService>),
) -> Result<Data<WorkspacePlanResponse>, Failure> {
    let user = caller.principal.user;
    must_own_installation(user, &**people).await?;
    // All that may be wrong before anything is changed.
    let anchor = anchor(request.billing_anchor)?;
    let mut plan = visible(user, id, &**memberships, &**people).await?.tier.clone();
    if let Some(wanted) = request.plan {
        plan = workspaces.put_on_plan(user, id, &wanted).await?.tier;
    }
    let billing = match anchor {
        Patch::Keep => benefits.billing(id).await?,
        Patch::Clear => benefits.anchor(id, None).await?,
        Patch::Set(anchor) => benefits.anchor(id, Some(anchor)).await?,
    };
    Ok(Data { data: WorkspacePlanResponse::new(id, plan, billing) })
}

fn anchor(wanted: Patch<String>) -> Result<Patch<Timestamp>, Rejection> {
    let text = "The billing anchor must be in ISO 8601, such as 2026-01-31T00:00:00Z.";
    let wrong = || Rejection::field("billing_anchor", "date", text);
    Ok(match wanted {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(written) => Patch::Set(Timestamp::parse(&written).ok_or_else(wrong)?),
    })
}
