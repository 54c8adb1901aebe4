//! Credits that nobody pays for.

use super::dto::TransactionResponse;
use super::{Credits, CreditsGrant, doc, failing};
use crate::platform::must_own_installation;
use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::{Created, Failure, Holds, Hosting, Rejection, Surface, Valid};
use mainstay_entitlements::credits::{GrantKind, NewGrant};
use mainstay_kernel::{Kind, Timestamp, WorkspaceId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "For the installation's owner: gives a workspace credits, as a gift or to put something right.";
    let fails = &[
        (Kind::NotFound, "There is no such workspace."),
        (Kind::Conflict, "`REFERENCE_TAKEN`: something else was booked under this reference."),
    ];
    surface.post("/grants", grant, failing(doc("grantCredits", "Grant credits", text), fails));
}

/// What is to be given.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "grant_example")]
struct GrantRequest {
    /// To whom.
    #[validate(range(min = 1))]
    workspace_id: i64,
    /// How many credits.
    #[validate(range(min = 1, max = 1_000_000_000_000_i64))]
    amount: i64,
    /// `BONUS` or `ADJUSTMENT`.
    #[serde(rename = "type", default = "bonus")]
    kind: String,
    /// Which grants are spent first: those of the lowest number.
    #[validate(range(min = 0, max = 1000))]
    #[serde(default = "usual")]
    priority: i32,
    /// When they expire, in ISO 8601; never if absent.
    expires_at: Option<String>,
    /// What you say of them.
    #[validate(length(min = 1, max = 500))]
    description: Option<String>,
    /// What you call it, so that you can ask for it again.
    #[validate(length(min = 1, max = 255))]
    reference: Option<String>,
}

fn bonus() -> String {
    "BONUS".to_owned()
}

const fn usual() -> i32 {
    100
}

fn grant_example() -> Value {
    json!({ "workspaceId": 7, "amount": 100, "type": "BONUS", "description": "Welcome" })
}

impl TryFrom<GrantRequest> for NewGrant {
    type Error = Rejection;

    fn try_from(request: GrantRequest) -> Result<Self, Rejection> {
        let kind = match request.kind.as_str() {
            "BONUS" => GrantKind::Bonus,
            "ADJUSTMENT" => GrantKind::Adjustment,
            _ => return Err(Rejection::field("type", "in", "type must be one of BONUS, ADJUSTMENT.")),
        };
        let not_a_date = || Rejection::field("expiresAt", "date", "expiresAt must be an ISO 8601 date.");
        let read = |text: String| Timestamp::parse(&text).ok_or_else(not_a_date);
        let GrantRequest { amount, priority, description, reference, .. } = request;
        let expires_at = request.expires_at.map(read).transpose()?;
        Ok(Self { kind, amount, priority, expires_at, description, reference })
    }
}

async fn grant(
    caller: Holds<CreditsGrant>,
    Valid(request): Valid<GrantRequest>,
    credits: Credits,
    people: web::Data<dyn AuthService>,
) -> Result<Created<TransactionResponse>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    let workspace = WorkspaceId(request.workspace_id);
    Ok(Created(credits.grant(workspace, request.try_into()?).await?.transaction.into()))
}
