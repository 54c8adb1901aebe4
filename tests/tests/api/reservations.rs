//! `/api/v1/entitlements/reservations`, and why an answer is what it is.

use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

const RESERVATIONS: &str = "/api/v1/entitlements/reservations";
const CONSUME: &str = "/api/v1/entitlements/consume";

#[test]
fn units_are_reserved_and_then_used_or_given_back() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let units = json!({ "feature": "posts", "quantity": 60, "metadata": { "job": "import" } });
        let reserved = key.post(RESERVATIONS, &units).await.is(201);
        assert_eq!((reserved.number("/current_usage"), reserved.number("/available")), (0, 40));
        assert!(reserved.text("/data/id").starts_with("res_"));
        assert_eq!(reserved.at("/data/metadata"), json!({ "job": "import" }));
        let refused = key.post(RESERVATIONS, &units).await.is(403);
        assert_eq!(refused.text("/error"), "feature_limit_reached");
        let _ = key.post(CONSUME, &json!({ "feature": "posts", "quantity": 41 })).await.is(403);

        let one = |id: &str, what: &str| format!("{RESERVATIONS}/{id}{what}");
        let id = reserved.text("/data/id");
        let used = key.post(&one(&id, "/commit"), &json!({ "quantity": 50 })).await.is(200);
        assert_eq!((used.text("/data/status"), used.number("/current_usage")), ("committed".into(), 50));
        let again = key.post(&one(&id, "/commit"), &json!({ "quantity": 50 })).await.is(200);
        assert_eq!(again.at(""), used.at(""), "the same said again changes nothing");
        let other = key.post(&one(&id, "/commit"), &json!({ "quantity": 49 })).await.is(409);
        assert_eq!(other.text("/error"), "reservation_committed");
        assert_eq!(key.call("POST", &one(&id, "/release")).await.is(409).text("/error"), "reservation_committed");

        let all = key.post(RESERVATIONS, &json!({ "feature": "posts", "quantity": 50 })).await.is(201);
        let id = all.text("/data/id");
        let released = key.call("POST", &one(&id, "/release")).await.is(200);
        assert_eq!((released.text("/data/status"), released.number("/available")), ("released".into(), 50));
        let late = key.call("POST", &one(&id, "/commit")).await.is(409);
        assert_eq!(late.text("/error"), "reservation_released");
        assert_eq!(key.get(&one(&id, "")).await.is(200).text("/data/status"), "released");
        let listed = key.get(&format!("{RESERVATIONS}?status=committed&sort=-created_at")).await.is(200);
        assert_eq!((listed.number("/meta/total"), listed.number("/data/0/used")), (1, 50));
        let foreign = gateway.tenant_on("free").await.key;
        for what in ["/commit", "/release"] {
            let _ = foreign.call("POST", &one(&id, what)).await.is(404);
        }
        let _ = foreign.get(&one(&id, "")).await.is(404);
    });
}

#[test]
fn what_is_wrong_with_a_reservation_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        for (field, body) in [
            ("feature", json!({})),
            ("feature", json!({ "feature": "nothing" })),
            ("quantity", json!({ "feature": "posts", "quantity": 0 })),
            ("quantity", json!({ "feature": "posts", "quantity": "many" })),
            ("expires_in", json!({ "feature": "posts", "expires_in": 0 })),
            ("expires_in", json!({ "feature": "posts", "expires_in": 86_401 })),
            ("metadata", json!({ "feature": "posts", "metadata": 7 })),
        ] {
            let refused = key.post(RESERVATIONS, &body).await.is(422);
            assert!(refused.at("/errors").get(field).is_some(), "{body}: {}", refused.at(""));
        }
        let refused = key.get(&format!("{RESERVATIONS}?status=lost")).await.is(422);
        assert!(refused.at("/errors/status").is_array(), "{}", refused.at(""));
        let made = key.post(RESERVATIONS, &json!({ "feature": "posts" })).await.is(201);
        let more = key.post(&format!("{RESERVATIONS}/{}/commit", made.text("/data/id")), &json!({ "quantity": 2 }));
        assert!(more.await.is(422).at("/errors/quantity").is_array());
    });
}

#[test]
fn a_reservation_outlives_a_gateway_that_is_killed() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let key = gateway.tenant_on("free").await.key;
            let made = key.post(RESERVATIONS, &json!({ "feature": "posts", "quantity": 30 })).await.is(201);
            gateway.start_again(|launch| launch).await;
            let again = key.at(gateway.door());
            let check = again.get("/api/v1/entitlements/check?feature=posts").await.is(200);
            assert_eq!((check.number("/current_usage"), check.number("/available")), (0, 70));
            let path = format!("{RESERVATIONS}/{}/commit", made.text("/data/id"));
            assert_eq!(again.call("POST", &path).await.is(200).number("/current_usage"), 30);
            gateway.start_again(|launch| launch).await;
            let again = key.at(gateway.door());
            assert_eq!(again.call("POST", &path).await.is(200).number("/current_usage"), 30, "it is used once");
        },
    );
}

#[test]
fn an_audit_tells_what_an_answer_stands_on() {
    on_each_gateway(async |gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let more = json!({ "feature": "posts", "limit_value": 20, "duration_type": "permanent" });
        let boost = owner.post(&tenant.path("/boosts"), &more).await.is(201).number("/data/id");
        let _ = tenant.key.post(CONSUME, &json!({ "feature": "posts", "quantity": 100 })).await.is(200);
        let _ = tenant.key.post(RESERVATIONS, &json!({ "feature": "posts", "quantity": 15 })).await.is(201);
        let audit = tenant.key.get("/api/v1/entitlements/audit?feature=posts&quantity=6").await.is(200);
        assert_eq!((audit.at("/data/allowed"), audit.text("/data/reason")), (json!(false), "LIMIT_EXCEEDED".into()));
        assert_eq!(audit.text("/data/plan"), "free");
        let told = |name: &str| audit.at(&format!("/data/grounds/{name}"));
        assert_eq!((told("granted"), told("allowance")), (json!(100), json!(120)));
        assert_eq!((told("used"), told("held"), told("available")), (json!(100), json!(15), json!(5)));
        assert_eq!((told("boosts/0/id"), told("boosts/0/active")), (json!(boost), json!(true)));
        assert_eq!((told("window_from"), told("window_until")), (json!("1970-01-01T00:00:00Z"), json!(null)));
        let unknown = tenant.key.get("/api/v1/entitlements/audit?feature=nothing").await.is(200);
        assert_eq!(
            (unknown.text("/data/reason"), unknown.at("/data/grounds")),
            ("FEATURE_NOT_FOUND".into(), json!(null))
        );
        let _ = tenant.key.get("/api/v1/entitlements/audit").await.is(422);
    });
}

#[test]
fn owners_are_told_by_mail_when_usage_comes_near_to_a_limit() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let _ = tenant.key.post(CONSUME, &json!({ "feature": "posts", "quantity": 80 })).await.is(200);
        let told = gateway.letter_to(&tenant.owner.email).await;
        assert!(told.subject.contains("80 %") && told.text.contains("Posts: 80. The limit: 100"), "{told:?}");
        let _ = tenant.key.post(CONSUME, &json!({ "feature": "posts", "quantity": 20 })).await.is(200);
        let told = gateway.letter_to(&tenant.owner.email).await;
        assert!(told.subject.contains("all of its Posts"), "{told:?}");
    });
}
