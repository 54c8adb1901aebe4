//! What it takes to let sites run: room in the plan, or credits.

use crate::dice::{Dice, rounds};
use crate::sites::visit;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Engine, Gateway, KeyHolder, Launch, on_each_gateway, on_own_gateways};
use serde_json::json;
use std::time::Duration;

fn on_plans_that_cost(launch: Launch) -> Launch {
    launch.set("PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/hosting_plans.toml"))
}

/// Pays for 100 credits.
async fn buy(gateway: &Gateway, key: &KeyHolder) {
    let begun = key.post("/api/credits/purchase", &json!({ "packageId": "small" })).await.is(202);
    let settle = format!("/api/credits/purchases/{}/settle", begun.text("/id"));
    let _ = gateway.setup_key().call("POST", &settle).await.is(200);
}

/// Lets sixty sites have run for an hour, two hours ago.
async fn let_sixty_sites_have_run(gateway: &Gateway) {
    let sql = match gateway.engine() {
        Engine::Sqlite => {
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60), \
             h(h) AS (SELECT (strftime('%s', 'now') / 3600 - 2) * 3600 * 1000000) \
             INSERT INTO hosting_runs (kind, resource_id, hour, workspace_id, seconds, noted_at) \
             SELECT 'site', 'c' || n, h, w.id, 3600, h FROM n, h, workspaces w WHERE w.tier = 'free'"
        }
        Engine::Postgres => {
            "INSERT INTO hosting_runs (kind, resource_id, hour, workspace_id, seconds, noted_at) \
             SELECT 'site', 'c' || n, h, w.id, 3600, h FROM generate_series(1, 60) n, \
             (SELECT date_trunc('hour', now()) - interval '2 hours' AS h) hours, workspaces w WHERE w.tier = 'free'"
        }
    };
    gateway.run(sql).await;
}

/// Has what ran counted as soon as somebody looks.
async fn count_now(gateway: &Gateway) {
    let sql = match gateway.engine() {
        Engine::Sqlite => {
            "UPDATE jobs SET run_at = 0, lease_until = NULL, leased_by = NULL WHERE queue = 'hosting.metering'"
        }
        Engine::Postgres => {
            "UPDATE jobs SET run_at = to_timestamp(0), lease_until = NULL, leased_by = NULL WHERE queue = 'hosting.metering'"
        }
    };
    gateway.run(sql).await;
}

#[test]
fn an_hour_is_paid_for_once_however_often_the_gateway_dies_over_counting_it() {
    on_own_gateways(on_plans_that_cost, async |gateway: &mut Gateway| {
        let (key, dice) = (gateway.tenant_on("free").await.key, Dice::new());
        buy(gateway, &key).await;
        let_sixty_sites_have_run(gateway).await;
        for _ in 0..rounds("METERING_CRASHES", 5) {
            count_now(gateway).await;
            gateway.kill();
            gateway.start_again(on_plans_that_cost).await;
            tokio::time::sleep(dice.moment_within(400)).await;
        }
        let (key, mut balance) = (key.at(gateway.door()), 0);
        for _ in 0..100 {
            count_now(gateway).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            balance = key.get("/api/credits").await.is(200).number("/balance");
            if balance <= 40 {
                break;
            }
        }
        // Once more over all of it, which pays for nothing.
        count_now(gateway).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let spent = key.get("/api/credits/transactions?type=USAGE&perPage=100").await.is(200);
        let spent = spent.at("");
        let amounts = spent.as_array().expect("a list").iter().map(|own| own["amount"].as_i64().expect("an amount"));
        let (count, sum) = amounts.fold((0, 0), |(count, sum), amount| (count + 1, sum + amount));
        assert_eq!((balance, count, sum), (40, 60, -60));
        assert_eq!(key.get("/api/credits").await.is(200).number("/balance"), 40);
    });
}

#[test]
fn what_costs_credits_is_refused_without_them_and_goes_on_with_them() {
    on_own_gateways(on_plans_that_cost, async |gateway: &mut Gateway| {
        let tenant = gateway.tenant_on("free").await;
        let repository = TestRepository::new(&[("index.html", "paid for")]);
        let site = json!({ "name": "shop", "type": "git", "repository": repository.url() });
        let refused = tenant.key.post("/api/sites", &site).await.is(402);
        assert_eq!(refused.text("/error"), "PAYMENT_REQUIRED");
        assert_eq!((refused.text("/reason"), refused.number("/statusCode")), ("INSUFFICIENT_CREDITS".into(), 402));
        assert_eq!(tenant.key.get("/api/sites").await.is(200).at(""), json!([]), "nothing was made");

        buy(gateway, &tenant.key).await;
        let site = tenant.key.post("/api/sites?wait=30", &site).await.is(201);
        assert_eq!((site.text("/status"), site.at("/stopReason")), ("RUNNING".into(), json!(null)));
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"paid for");
    });
}

#[test]
fn a_plan_that_includes_no_builds_lets_none_begin() {
    on_own_gateways(on_plans_that_cost, async |gateway: &mut Gateway| {
        let tenant = gateway.tenant_on("pro").await;
        let repository = TestRepository::new(&[("index.html", "one")]);
        let site = json!({ "name": "shop", "type": "git", "repository": repository.url() });
        let refused = tenant.key.post("/api/sites", &site).await.is(403);
        assert_eq!((refused.text("/error"), refused.text("/reason")), ("FORBIDDEN".into(), "QUOTA_EXCEEDED".into()));
        assert_eq!(refused.text("/message"), "Your plan's build minutes are used up");
    });
}

#[test]
fn nobody_tells_of_usage_in_the_installations_own_name() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let told = json!({ "feature": "posts", "id": "site:x:2026-01-15T10:00:00Z", "source": "mainstay:hosting" });
        let refused = key.post("/api/v1/entitlements/usage", &told).await.is(422);
        assert!(refused.at("/errors").get("source").is_some(), "{}", refused.at(""));
        let event = json!({
            "specversion": "1.0", "type": "posts", "source": "mainstay:hosting", "id": "1",
        });
        let sent = key.post("/api/v1/entitlements/usage", &event).await;
        assert_eq!(sent.status, 422, "{sent:?}");
    });
}
