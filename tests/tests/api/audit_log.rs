//! `GET /api/v1/audit-log`.

use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const LOG: &str = "/api/v1/audit-log";
const FIELDS: [&str; 8] = ["action", "actor", "created_at", "credential", "data", "id", "ip_address", "request_id"];

#[test]
fn a_change_is_shown_with_who_made_it_by_which_credential_and_in_which_request() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let made = tenant.key.post("/api/v1/api-keys", &json!({ "name": "New" })).await.is(201);
        let log = tenant.owner.get(LOG).await.is(200);
        assert_eq!(log.fields("/data/0"), FIELDS);
        assert_eq!(log.text("/data/0/action"), "api_key.created");
        assert_eq!(log.at("/data/0/data/id"), made.at("/data/id"));
        assert_eq!(log.text("/data/0/actor/id"), tenant.owner.id);
        assert_eq!(log.text("/data/0/actor/email"), tenant.owner.email);
        assert_eq!(log.text("/data/0/credential/type"), "api_key");
        assert_eq!(log.text("/data/0/ip_address"), "127.0.0.1");
        assert_eq!(log.at("/data/0/request_id"), json!(made.header("x-request-id")));
        assert!(log.text("/data/0/id").starts_with("evt_") && is_instant(&log.text("/data/0/created_at")));
    });
}

#[test]
fn a_request_that_runs_once_is_logged_once_and_as_its_callers() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for _ in 0..2 {
            let body = json!({ "name": "Once" });
            let call = tenant.owner.call("POST", "/api/v1/api-keys").header("idempotency-key", "once");
            let _ = call.body("application/json", body.to_string()).await.is(201);
        }
        let log = tenant.owner.get(&format!("{LOG}?action=api_key.*&search=created")).await.is(200);
        let once =
            log.at("/data").as_array().expect("entries").iter().filter(|entry| entry["data"]["name"] == "Once").count();
        assert_eq!(once, 1);
        assert_eq!(log.text("/data/0/credential/type"), "session");
        assert_eq!(log.text("/data/0/actor/id"), tenant.owner.id);
    });
}

#[test]
fn only_owners_and_admins_see_the_log_and_only_their_workspaces() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        for (role, status) in [("admin", 200), ("member", 403), ("viewer", 403)] {
            let person = tenant.member(gateway, role).await;
            let path = format!("{LOG}?workspace_id={}", tenant.id);
            let _ = person.get(&path).await.is(status);
        }
        let reader = tenant.key_of(&tenant.owner, &["*:read"]).await;
        assert_eq!(reader.get(LOG).await.is(403).text("/required_scope"), "audit-log:view");
        let theirs = other.owner.get(&format!("{LOG}?actor={}", tenant.owner.id)).await.is(200);
        assert_eq!(theirs.number("/meta/total"), 0);
    });
}

#[test]
fn the_log_narrows_by_action_actor_and_time() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let admin = tenant.member(gateway, "admin").await;
        let path = tenant.path("");
        let _ = admin.patch(&path, &json!({ "name": "Renamed" })).await.is(200);
        let ask = async |query: &str| tenant.owner.get(&format!("{LOG}?{query}")).await;
        let renamed = ask(&format!("actor={}", admin.id)).await.is(200);
        assert_eq!(
            (renamed.number("/meta/total"), renamed.text("/data/0/action")),
            (1, "workspace.updated".to_owned())
        );
        assert!(ask("action=workspace.*").await.is(200).number("/meta/total") >= 2);
        assert_eq!(ask("action=workspace").await.is(200).number("/meta/total"), 0);
        assert_eq!(ask("created_after=2099-01-01T00:00:00Z").await.is(200).number("/meta/total"), 0);
        assert_eq!(ask("action=a%00b").await.is(200).number("/meta/total"), 0);
        let _ = ask("actor=nobody").await.is(422).at("/errors/actor");
    });
}
