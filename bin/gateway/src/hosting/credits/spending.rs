//! Spending credits, and giving them back.

use super::dto::TransactionResponse;
use super::{Credits, CreditsWrite, doc, failing};
use crate::hosting::ids::OpaqueId;
use mainstay_edge::{Can, Created, Failure, Hosting, PathIds, Rejection, Surface, Valid, ValidOrEmpty};
use mainstay_entitlements::credits::{NewRefund, NewSpend, Resource};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "All that is wanted or none. Under a `reference` it is booked once, however often it is asked for: then the \
        answer is the transaction of the first time.";
    let fails = &[
        (Kind::PaymentRequired, "There are not so many credits."),
        (Kind::Conflict, "`REFERENCE_TAKEN`: something else was booked under this reference."),
    ];
    surface.post("/spend", spend, failing(doc("spendCredits", "Spend credits", text), fails));
    let text = "Gives back what a transaction spent, to where it came from: what expires meanwhile has expired.";
    let fails = &[(
        Kind::Conflict,
        "`REFUND_TOO_GREAT`: so much of it is not left; `NOT_REFUNDABLE`: nothing was spent; `REFERENCE_TAKEN`.",
    )];
    surface.post(
        "/transactions/{id}/refund",
        refund,
        failing(doc("refundCredits", "Refund a transaction", text), fails),
    );
}

/// What is to be spent.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "spend_example")]
struct SpendRequest {
    /// How many credits.
    #[validate(range(min = 1, max = 1_000_000_000_000_i64))]
    amount: i64,
    /// What for, in words.
    #[validate(length(min = 1, max = 500))]
    description: Option<String>,
    /// What sort of thing it is for.
    #[validate(length(min = 1, max = 255))]
    resource_type: Option<String>,
    /// Which one.
    #[validate(length(min = 1, max = 255))]
    resource_id: Option<String>,
    /// What you call it, so that you can ask for it again.
    #[validate(length(min = 1, max = 255))]
    reference: Option<String>,
}

fn spend_example() -> Value {
    json!({ "amount": 5, "description": "Hour 10", "resourceType": "site", "resourceId": "cm1234abcd" })
}

/// What is to be given back.
#[derive(Deserialize, JsonSchema, Validate)]
struct RefundRequest {
    /// How many credits; all that is left of them if absent.
    #[validate(range(min = 1, max = 1_000_000_000_000_i64))]
    amount: Option<i64>,
    /// Why, in words.
    #[validate(length(min = 1, max = 500))]
    description: Option<String>,
    /// What you call it, so that you can ask for it again.
    #[validate(length(min = 1, max = 255))]
    reference: Option<String>,
}

impl TryFrom<SpendRequest> for NewSpend {
    type Error = Rejection;

    fn try_from(request: SpendRequest) -> Result<Self, Rejection> {
        let SpendRequest { amount, description, resource_type, resource_id, reference } = request;
        let resource = match (resource_type, resource_id) {
            (Some(kind), id) => Some(Resource { kind, id }),
            (None, None) => None,
            (None, Some(_)) => {
                return Err(Rejection::field("resourceType", "required", "A resourceId needs a resourceType."));
            }
        };
        Ok(Self { amount, description, resource, reference })
    }
}

async fn spend(
    caller: Can<CreditsWrite>,
    Valid(request): Valid<SpendRequest>,
    credits: Credits,
) -> Result<Created<TransactionResponse>, Failure> {
    Ok(Created(credits.spend(caller.workspace, request.try_into()?).await?.transaction.into()))
}

async fn refund(
    caller: Can<CreditsWrite>,
    PathIds(OpaqueId(transaction)): PathIds<OpaqueId>,
    ValidOrEmpty(request): ValidOrEmpty<RefundRequest>,
    credits: Credits,
) -> Result<Created<TransactionResponse>, Failure> {
    let RefundRequest { amount, description, reference } = request;
    let refund = NewRefund { transaction, amount, description, reference };
    Ok(Created(credits.refund(caller.workspace, refund).await?.transaction.into()))
}
