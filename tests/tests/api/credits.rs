//! `/api/credits`: what a workspace pays with.

use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor, Answer, Gateway, Tenant, on_each_gateway};
use serde_json::{Value, json};

pub(crate) const CREDITS: &str = "/api/credits";
pub(crate) const PURCHASE: &str = "/api/credits/purchase";
const SPEND: &str = "/api/credits/spend";
const TRANSACTIONS: &str = "/api/credits/transactions";

/// The owner of the installation gives the workspace credits.
async fn give(gateway: &Gateway, tenant: &Tenant, more: Value) -> Answer {
    let mut gift = json!({ "workspaceId": tenant.id, "amount": 100 });
    gift.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    gateway.setup_key().post("/api/credits/grants", &gift).await
}

async fn balance(by: &impl Actor) -> i64 {
    by.get(CREDITS).await.is(200).number("/balance")
}

async fn settle(gateway: &Gateway, purchase: &Answer) -> Answer {
    let path = format!("/api/credits/purchases/{}/settle", purchase.text("/id"));
    gateway.setup_key().call("POST", &path).await
}

#[test]
fn a_balance_is_what_the_seed_shows() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let empty = tenant.key.get(CREDITS).await.is(200);
        let nothing = json!({
            "balance": 0, "lastPurchase": null, "currency": "credits", "burnPerDay": 0.0, "estimatedDaysLeft": null
        });
        assert_eq!(empty.at(""), nothing);
        let packages = tenant.key.get("/api/credits/packages/").await.is(200);
        let names = ["active", "bonusCredits", "credits", "currency", "expiresAfterDays", "id", "name", "price"];
        assert_eq!((packages.fields("/0"), packages.text("/1/id")), (names.map(str::to_owned).into(), "medium".into()));
        let begun = tenant.key.post(PURCHASE, &json!({ "packageId": "medium" })).await.is(202);
        assert_eq!(
            (begun.text("/status"), begun.number("/amount"), begun.text("/provider")),
            ("PENDING".into(), 4500, "manual".into())
        );
        assert_eq!(balance(&tenant.key).await, 0, "nobody has paid");
        let settled = settle(gateway, &begun).await.is(200);
        assert_eq!(settle(gateway, &begun).await.is(200).at(""), settled.at(""), "once");
        let full = tenant.owner.get(CREDITS).await.is(200);
        assert_eq!((full.number("/balance"), full.text("/lastPurchase")), (525, settled.text("/settledAt")));
    });
}

#[test]
fn every_movement_is_a_transaction_and_the_newest_is_the_first() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let _ = give(gateway, &tenant, json!({ "description": "Welcome" })).await.is(201);
        let wish =
            json!({ "amount": 30, "description": "Hour 10", "resourceType": "site", "resourceId": "cm1234abcd" });
        let spent = tenant.key.post(SPEND, &wish).await.is(201);
        let refund = format!("{TRANSACTIONS}/{}/refund", spent.text("/id"));
        let refunded = tenant.key.post(&refund, &json!({ "amount": 10 })).await.is(201);
        let pace = tenant.key.get(CREDITS).await.is(200);
        let left = pace.number("/balance") * 7 / 20;
        assert_eq!((pace.at("/burnPerDay"), pace.number("/estimatedDaysLeft")), (json!(2.85), left));
        let list = tenant.key.get(TRANSACTIONS).await.is(200);
        assert_eq!((list.at("/0"), list.at("/1")), (refunded.at(""), spent.at("")));
        let names = ["amount", "balanceAfter", "createdAt", "description", "id", "resourceId", "resourceType", "type"];
        assert_eq!((list.fields("/2"), list.header("x-total-count")), (names.map(str::to_owned).into(), Some("3")));
        let seen = |index: usize| (list.text(&format!("/{index}/type")), list.number(&format!("/{index}/amount")));
        assert_eq!([seen(0), seen(1), seen(2)], [("REFUND".into(), 10), ("USAGE".into(), -30), ("BONUS".into(), 100)]);
        assert_eq!((list.number("/0/balanceAfter"), balance(&tenant.key).await), (80, 80));
        let usage = tenant.key.get(&format!("{TRANSACTIONS}?type=USAGE&from=2020-01-01&to=2100-01-01")).await.is(200);
        assert_eq!(
            (usage.at("").as_array().map(Vec::len), usage.text("/0/resourceId")),
            (Some(1), "cm1234abcd".into())
        );
        let none = tenant.key.get(&format!("{TRANSACTIONS}?to=2020-01-01")).await.is(200);
        assert_eq!(none.at(""), json!([]));
        let second = tenant.key.get(&format!("{TRANSACTIONS}?perPage=1&page=2")).await.is(200);
        assert_eq!(second.at("/0"), spent.at(""));
        let link = second.header("link").expect("there is one more").to_owned();
        assert!(link.ends_with("/api/credits/transactions?perPage=1&page=3>; rel=\"next\""), "{link}");
        let end = tenant.key.get(&format!("{TRANSACTIONS}?perPage=1&page=3")).await.is(200);
        assert_eq!((end.text("/0/type"), end.header("link")), ("BONUS".into(), None));
    });
}

#[test]
fn more_than_there_is_needs_payment_and_takes_nothing() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let _ = give(gateway, &tenant, json!({ "amount": 3 })).await.is(201);
        let refused = tenant.key.post(SPEND, &json!({ "amount": 4 })).await.is(402);
        assert_eq!(
            refused.at(""),
            json!({
                "error": "PAYMENT_REQUIRED",
                "message": "Not enough credits: 4 are needed, 3 are there.",
                "statusCode": 402,
                "reason": "INSUFFICIENT_CREDITS",
            })
        );
        let many =
            join_all((0..8).map(|_| async { tenant.key.post(SPEND, &json!({ "amount": 1 })).await.status })).await;
        assert_eq!(many.iter().filter(|status| **status == 201).count(), 3, "{many:?}");
        assert_eq!(balance(&tenant.key).await, 0);
    });
}

#[test]
fn what_is_asked_for_again_by_reference_or_by_key_is_booked_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let _ = give(gateway, &tenant, json!({ "reference": "welcome" })).await.is(201);
        let _ = give(gateway, &tenant, json!({ "reference": "welcome" })).await.is(201);
        assert_eq!(balance(&tenant.key).await, 100);
        let spend = json!({ "amount": 30, "reference": "c1:10h" });
        let first = tenant.key.post(SPEND, &spend).await.is(201);
        assert_eq!(tenant.key.post(SPEND, &spend).await.is(201).at(""), first.at(""));
        let other = tenant.key.post(SPEND, &json!({ "amount": 31, "reference": "c1:10h" })).await.is(409);
        assert_eq!((other.text("/error"), other.text("/reason")), ("CONFLICT".into(), "REFERENCE_TAKEN".into()));
        let keyed = || tenant.key.post(SPEND, &json!({ "amount": 5 })).once("k1");
        let (first, again) = (keyed().await.is(201), keyed().await.is(201));
        assert_eq!((first.at(""), again.header("idempotent-replayed")), (again.at(""), Some("true")));
        let other = tenant.key.post(SPEND, &json!({ "amount": 6 })).once("k1").await.is(409);
        assert_eq!(other.text("/reason"), "IDEMPOTENCY_KEY_MISMATCH");
        assert_eq!(balance(&tenant.key).await, 65);
    });
}

#[test]
fn the_same_package_twice_in_a_row_is_bought_once_unless_it_is_meant() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let small = json!({ "packageId": "small", "quantity": 2 });
        let begun = tenant.key.post(PURCHASE, &small).await.is(202);
        let hasty = tenant.key.post(PURCHASE, &small).await.is(409);
        assert_eq!((hasty.text("/error"), hasty.text("/reason")), ("CONFLICT".into(), "PURCHASE_PENDING".into()));
        assert!(hasty.text("/message").contains(&begun.text("/id")), "{hasty:?}");
        let meant = tenant.key.post(PURCHASE, &small).once("k").await.is(202);
        assert_eq!(tenant.key.post(PURCHASE, &small).once("k").await.is(202).at(""), meant.at(""));
        let list = tenant.key.get("/api/credits/purchases").await.is(200);
        assert_eq!(
            (list.header("x-total-count"), list.at("/0"), list.at("/1")),
            (Some("2"), meant.at(""), begun.at(""))
        );
        let got = tenant.key.get(&format!("/api/credits/purchases/{}/", begun.text("/id"))).await.is(200);
        assert_eq!((got.number("/credits"), got.number("/amount")), (200, 2000));
        let _ = tenant.key.post(PURCHASE, &json!({ "packageId": "huge" })).await.is(404);
    });
}

#[test]
fn another_tenants_purchase_and_what_is_no_id_are_not_found_in_the_same_words() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let begun = tenant.key.post(PURCHASE, &json!({ "packageId": "small" })).await.is(202).text("/id");
        let absent = json!({
            "error": "NOT_FOUND",
            "message": "Purchase not found or you don't have access",
            "statusCode": 404,
        });
        for id in [begun.as_str(), "cm1234abcd", "7", "%00", "..%2f", &"c".repeat(500)] {
            let answer = other.key.get(&format!("/api/credits/purchases/{id}")).await.is(404);
            assert_eq!(answer.at(""), absent, "{id}");
        }
    });
}

#[test]
fn only_the_owner_of_the_installation_settles_and_grants() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let gift = json!({ "workspaceId": tenant.id, "amount": 5 });
        let refused = tenant.owner.post("/api/credits/grants", &gift).await.is(403);
        assert_eq!((refused.text("/error"), refused.text("/reason")), ("FORBIDDEN".into(), "FORBIDDEN_OWNER".into()));
        let nobody = json!({ "workspaceId": 999_999_999, "amount": 5 });
        let _ = gateway.setup_key().post("/api/credits/grants", &nobody).await.is(404);
        let given = give(gateway, &tenant, json!({ "type": "ADJUSTMENT", "priority": 1, "expiresAt": "2100-01-01" }));
        assert_eq!(given.await.is(201).text("/type"), "ADJUSTMENT");
    });
}

#[test]
fn those_who_want_to_are_told_of_purchases_refunds_and_the_last_credit() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let begun = tenant.key.post(PURCHASE, &json!({ "packageId": "small" })).await.is(202);
        let _ = settle(gateway, &begun).await.is(200);
        let spent = tenant.key.post(SPEND, &json!({ "amount": 100 })).await.is(201);
        let _ = tenant.key.call("POST", &format!("{TRANSACTIONS}/{}/refund", spent.text("/id"))).await.is(201);
        let log = tenant.owner.get("/api/v1/audit-log?per_page=50").await.is(200).json();
        let names: Vec<_> = log["data"].as_array().into_iter().flatten().map(ToString::to_string).collect();
        for name in ["credits.purchased", "credits.exhausted", "credits.refunded"] {
            assert_eq!(names.iter().filter(|entry| entry.contains(name)).count(), 1, "{name}: {names:#?}");
        }
        let types = tenant.owner.get("/api/v1/event-types?per_page=100").await.is(200).json();
        assert!(types.to_string().contains("credits.expired"));
    });
}
