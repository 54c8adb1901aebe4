//! `/api/v1/features` and `/api/v1/plans`: what is offered, and how the installation's owner changes it.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

pub(crate) const FEATURES: &str = "/api/v1/features";
pub(crate) const PLANS: &str = "/api/v1/plans";
const CONSUME: &str = "/api/v1/entitlements/consume";

/// Plays a story on gateways of its own: what is offered is everybody's.
fn on_gateways(story: impl AsyncFn(&mut Gateway)) {
    on_own_gateways(|launch| launch, story);
}

fn codes(listed: &Answer, member: &str) -> Vec<String> {
    let listed = listed.at("/data");
    let items = listed.as_array().expect("a list").iter();
    items.map(|one| one[member].as_str().expect("a text").to_owned()).collect()
}

async fn consume(by: &KeyHolder, feature: &str, quantity: u64) -> Answer {
    by.post(CONSUME, &json!({ "feature": feature, "quantity": quantity })).await
}

#[test]
fn what_the_plans_file_offers_is_shown_to_whoever_may_read_entitlements() {
    on_each_gateway(async |gateway| {
        let reader = gateway.tenant_on("free").await.key_with(&["entitlements:read"]).await;
        let listed = reader.get(FEATURES).await.is(200);
        assert_eq!(codes(&listed, "code")[..3], ["posts", "api_calls", "storage"], "in the order of the catalogue");
        let expected = json!({
            "code": "storage", "name": "Storage", "kind": "limit", "unit": "bytes", "pool": null, "reset": "none",
            "rolling_days": null, "aggregation": "sum", "unique_by": null, "overage": null, "source": "file",
            "created_at": null, "updated_at": null,
        });
        assert_eq!(reader.get(&format!("{FEATURES}/storage")).await.is(200).at("/data"), expected);
        let listed = reader.get(&format!("{PLANS}?per_page=100")).await.is(200);
        assert_eq!(codes(&listed, "name")[..4], ["free", "solo", "starter", "studio"]);
        let pro = reader.get(&format!("{PLANS}/pro")).await.is(200).at("/data");
        assert_eq!((&pro["requests_per_minute"], &pro["burst_percent"]), (&json!(5_000), &json!(30)));
        assert_eq!((&pro["grants"]["posts"], &pro["max_api_keys"]), (&json!(1_000), &json!(50)));
        let enterprise = reader.get(&format!("{PLANS}/enterprise")).await.is(200).at("/data");
        assert_eq!((&enterprise["grants"]["posts"], &enterprise["max_api_keys"]), (&json!("unlimited"), &Value::Null));
        for path in [format!("{FEATURES}/gone"), format!("{PLANS}/gone"), format!("{FEATURES}/a%00b")] {
            assert_eq!(reader.get(&path).await.is(404).text("/code"), "not_found", "{path}");
        }
    });
}

#[test]
fn lists_are_searched_sorted_and_paged_as_others_are() {
    on_own_gateways(crate::limits::on_tiny_plans, async |gateway: &mut Gateway| {
        let owner = gateway.setup_key();
        for code in ["b.one", "b.two", "a.three"] {
            let _ = owner.post(FEATURES, &json!({ "code": code, "kind": "boolean" })).await.is(201);
        }
        let ask = async |query: &str| owner.get(&format!("{FEATURES}{query}")).await.is(200);
        assert_eq!(codes(&ask("").await, "code"), ["b.one", "b.two", "a.three"]);
        assert_eq!(codes(&ask("?sort=code").await, "code"), ["a.three", "b.one", "b.two"]);
        assert_eq!(codes(&ask("?sort=-name").await, "code"), ["b.two", "b.one", "a.three"]);
        assert_eq!(codes(&ask("?search=B.").await, "code"), ["b.one", "b.two"]);
        let second = ask("?per_page=2&page=2&fields=code").await;
        assert_eq!((codes(&second, "code"), second.number("/meta/total")), (vec!["a.three".to_owned()], 3));
        assert_eq!(second.fields("/data/0"), ["code"]);
        assert_eq!(ask("?created_before=2020-01-01").await.number("/meta/total"), 0);
        assert_eq!(ask("?updated_after=2020-01-01").await.number("/meta/total"), 3);
        let plans = owner.get(&format!("{PLANS}?sort=-requests_per_minute")).await.is(200);
        assert_eq!(codes(&plans, "name"), ["enterprise", "pro", "free"]);
        let timed = owner.get(&format!("{PLANS}?created_after=2020-01-01")).await.is(200);
        assert_eq!(timed.number("/meta/total"), 0, "nobody knows when the file was written");
        assert_eq!(owner.get(&format!("{PLANS}?sort=price")).await.is(422).fields("/errors"), ["sort"]);
    });
}

#[test]
fn a_feature_that_is_added_is_consumed_as_soon_as_a_plan_grants_it() {
    on_gateways(async |gateway| {
        let (owner, key) = (gateway.setup_key(), gateway.tenant_on("free").await.key);
        let _ = consume(&key, "exports", 1).await.is(422);
        let terms = json!({ "code": "exports", "name": "Exports", "kind": "limit", "reset": "monthly" });
        let made = owner.post(FEATURES, &terms).await.is(201);
        assert_eq!(
            (made.text("/message"), made.text("/data/source")),
            ("Feature created successfully.".into(), "api".into())
        );
        assert!(crate::workspaces::is_instant(&made.text("/data/created_at")));
        assert_eq!(consume(&key, "exports", 1).await.is(403).text("/code"), "feature_limit_reached");
        let granted = owner.patch(&format!("{PLANS}/free"), &json!({ "grants": { "exports": 3 } })).await.is(200);
        assert_eq!((granted.at("/data/grants/exports"), granted.at("/data/grants/posts")), (json!(3), json!(100)));
        assert_eq!(granted.text("/data/source"), "api");
        assert_eq!(consume(&key, "exports", 3).await.is(200).at("/available"), json!(0));
        let _ = consume(&key, "exports", 1).await.is(403);
        let more = json!({ "grants": { "exports": "unlimited", "posts": null } });
        let _ = owner.patch(&format!("{PLANS}/free"), &more).await.is(200);
        assert_eq!(consume(&key, "exports", 9).await.is(200).at("/limit"), json!(null));
        assert_eq!(consume(&key, "posts", 1).await.is(403).text("/feature"), "posts");
    });
}

#[test]
fn a_changed_plan_holds_for_keys_that_are_in_use() {
    on_own_gateways(crate::limits::on_tiny_plans, async |gateway: &mut Gateway| {
        let (owner, tenant) = (gateway.setup_key(), gateway.tenant_on("free").await);
        for left in [2, 1, 0] {
            let answer = tenant.key.get("/api/v1/me").await.is(200);
            assert_eq!(answer.header("x-ratelimit-remaining"), Some(left.to_string().as_str()));
        }
        let _ = tenant.key.get("/api/v1/me").await.is(429);
        let change = json!({ "requests_per_minute": 8, "burst_percent": 25 });
        let _ = owner.patch(&format!("{PLANS}/free"), &change).await.is(200);
        let answer = tenant.key.get("/api/v1/me").await.is(200);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("8"));
        assert_eq!(answer.header("x-ratelimit-remaining"), Some("6"));
        let _ = owner.patch(&format!("{PLANS}/free"), &json!({ "api_access": false })).await.is(200);
        assert_eq!(tenant.key.get("/api/v1/me").await.is(402).text("/code"), "forbidden_plan");
        assert!(owner.delete(&format!("{PLANS}/free")).await.is(204).body.is_empty());
        let refused = tenant.key.get("/api/v1/me").await.is(429);
        assert_eq!(refused.number("/limit"), 3, "what the file says holds again");
    });
}

#[test]
fn a_plan_that_is_added_is_one_that_workspaces_can_be_on() {
    on_gateways(async |gateway| {
        let owner = gateway.setup_key();
        let grants = json!({ "posts": 7, "storage": "unlimited", "members": 5, "api_calls": "unlimited" });
        let terms = json!({ "name": "team", "requests_per_minute": 2_000, "max_api_keys": 1, "grants": grants });
        let made = owner.post(PLANS, &terms).await.is(201);
        assert_eq!((made.at("/data/api_access"), made.at("/data/burst_percent")), (json!(true), json!(0)));
        let tenant = gateway.tenant_on("team").await;
        assert_eq!(consume(&tenant.key, "posts", 7).await.is(200).at("/available"), json!(0));
        let summary = tenant.key.get("/api/v1/entitlements/summary").await.is(200);
        let included = ["api_access", "api_calls", "api_keys", "members", "posts", "storage", "webhooks"];
        assert_eq!(summary.fields("/data/entitlements"), included);
        let another = tenant.key.post("/api/v1/api-keys", &json!({ "name": "Another" })).await;
        assert_eq!(another.is(403).text("/code"), "feature_limit_reached");
        let refused = owner.delete(&format!("{PLANS}/team")).await.is(409);
        assert_eq!(refused.text("/code"), "plan_needed");
        // A person keeps one workspace, so that there must be another.
        let _ = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let _ = tenant.owner.delete(&tenant.path("")).await.is(204);
        let _ = owner.delete(&format!("{PLANS}/team")).await.is(204);
        let _ = owner.get(&format!("{PLANS}/team")).await.is(404);
    });
}

#[test]
fn what_was_set_is_there_after_the_gateway_was_killed() {
    on_gateways(async |gateway| {
        let terms = json!({
            "code": "searches", "kind": "limit", "reset": "rolling", "rolling_days": 7, "aggregation": "unique",
            "unique_by": "term", "unit": "terms"
        });
        let owner = gateway.setup_key();
        let feature = owner.post(FEATURES, &terms).await.is(201).at("/data");
        gateway.start_again(|launch| launch).await;
        let owner = gateway.setup_key();
        assert_eq!(owner.get(&format!("{FEATURES}/searches")).await.is(200).at("/data"), feature);
        assert_eq!((&feature["rolling_days"], &feature["unique_by"]), (&json!(7), &json!("term")));
        let grants = json!({ "grants": { "searches": 2, "storage": 5 }, "max_webhooks": null });
        let plan = owner.patch(&format!("{PLANS}/free"), &grants).await.is(200).at("/data");
        gateway.start_again(|launch| launch).await;
        let owner = gateway.setup_key();
        assert_eq!(owner.get(&format!("{PLANS}/free")).await.is(200).at("/data"), plan);
        let key = gateway.tenant_on("free").await.key;
        let search = |term: &str| json!({ "feature": "searches", "metadata": { "term": term } });
        for (term, status) in [("a", 200), ("b", 200), ("a", 200), ("c", 403)] {
            let _ = key.post(CONSUME, &search(term)).await.is(status);
        }
    });
}

#[test]
fn the_same_request_with_a_key_of_idempotency_changes_it_once() {
    on_gateways(async |gateway| {
        let owner = gateway.setup_key();
        let terms = json!({ "code": "exports", "kind": "boolean" });
        let first = owner.post(FEATURES, &terms).once("exports").await.is(201);
        let again = owner.post(FEATURES, &terms).once("exports").await.is(201);
        assert_eq!((again.header("idempotent-replayed"), again.at("/data")), (Some("true"), first.at("/data")));
        assert_eq!(owner.post(FEATURES, &terms).await.is(409).text("/code"), "feature_exists");
    });
}
