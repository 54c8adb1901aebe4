//! Buying credits.

use super::dto::PurchaseResponse;
use super::{CreditsGrant, CreditsPurchase, CreditsRead, Purchases, doc, failing};
use crate::hosting::ids::OpaqueId;
use crate::hosting::pages::{Array, Paging};
use crate::platform::must_own_installation;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_auth::AuthService;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Accepted, Can, Failure, Holds, Hosting, PathIds, Plain, Surface, Valid};
use mainstay_entitlements::credits::purchases::NewPurchase;
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::future::{Ready, ready};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "Begins a purchase: it is paid at `checkoutUrl`, or the installation's owner settles it. Its credits are \
        booked when it is settled. Send an `Idempotency-Key`: without one, the same package is not bought twice within 10 \
        minutes while the first purchase is pending.";
    let fails = &[
        (Kind::NotFound, "No such package is for sale."),
        (Kind::Conflict, "`PURCHASE_PENDING`: the same was begun a few minutes ago, and is not paid."),
    ];
    surface.post("/purchase", purchase, failing(doc("purchaseCredits", "Purchase credits", text), fails));
    surface.get("/purchases", list, doc("listCreditPurchases", "List purchases", "The newest first."));
    surface.get("/purchases/{id}", get, doc("getCreditPurchase", "Get a purchase", ""));
    let text = "For the installation's owner: books the credits of a purchase that was paid in some other way, of whatever \
        workspace. One that is settled stays as it is.";
    let fails = &[(Kind::Conflict, "`PURCHASE_OVER`: it has failed.")];
    let settle_doc = failing(doc("settleCreditPurchase", "Settle a purchase", text), fails);
    surface.post("/purchases/{id}/settle", settle, settle_doc);
}

/// What is to be bought.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "purchase_example")]
struct PurchaseRequest {
    /// Which package.
    #[validate(length(min = 1, max = 64))]
    package_id: String,
    /// How many of it.
    #[validate(range(min = 1, max = 1000))]
    #[serde(default = "one")]
    quantity: i64,
}

const fn one() -> i64 {
    1
}

fn purchase_example() -> Value {
    json!({ "packageId": "medium", "quantity": 1 })
}

/// Whether the caller sees to it that nothing is asked twice.
struct HasKey(bool);

impl FromRequest for HasKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.headers().contains_key("idempotency-key"))))
    }
}

impl Argument for HasKey {
    fn describe(_: &mut Description<'_>) {}
}

async fn purchase(
    caller: Can<CreditsPurchase>,
    HasKey(is_deliberate): HasKey,
    Valid(request): Valid<PurchaseRequest>,
    purchases: Purchases,
) -> Result<Accepted<PurchaseResponse>, Failure> {
    let wanted = NewPurchase { package: request.package_id, quantity: request.quantity, is_deliberate };
    Ok(Accepted(purchases.begin(caller.workspace, wanted).await?.into()))
}

async fn list(
    caller: Can<CreditsRead>,
    paging: Paging,
    purchases: Purchases,
) -> Result<Array<PurchaseResponse>, Failure> {
    let page = purchases.list(caller.workspace, paging.page).await?;
    Ok(Array::new(page.map(Into::into), &paging))
}

async fn get(
    caller: Can<CreditsRead>,
    PathIds(OpaqueId(id)): PathIds<OpaqueId>,
    purchases: Purchases,
) -> Result<Plain<PurchaseResponse>, Failure> {
    Ok(Plain(purchases.get(caller.workspace, &id).await?.into()))
}

async fn settle(
    caller: Holds<CreditsGrant>,
    PathIds(OpaqueId(id)): PathIds<OpaqueId>,
    purchases: Purchases,
    people: web::Data<dyn AuthService>,
) -> Result<Plain<PurchaseResponse>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    Ok(Plain(purchases.settle(&id).await?.into()))
}
