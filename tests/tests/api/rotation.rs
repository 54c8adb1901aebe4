//! `POST /api/v1/api-keys/{id}/rotate`.

use crate::workspaces::is_instant;
use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, Gateway, KeyHolder, Tenant, on_each_gateway};
use serde_json::json;

/// A key to be rotated, and its path.
async fn key(gateway: &Gateway, tenant: &Tenant) -> (KeyHolder, String) {
    let body = json!({ "name": "Old", "scopes": ["workspaces:read", "posts:*"] });
    let made = tenant.owner.post("/api/v1/api-keys", &body).await.is(201);
    let holder = gateway.nobody().with_credential(&made.text("/data/key"));
    (holder, format!("/api/v1/api-keys/{}", made.number("/data/id")))
}

#[test]
fn both_keys_work_until_the_grace_is_over() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (old, path) = key(gateway, &tenant).await;
        let rotated = tenant.owner.call("POST", &format!("{path}/rotate")).await.is(200);
        assert_eq!(rotated.fields(""), ["data", "message"]);
        assert_eq!(rotated.text("/message"), "API key rotated successfully.");
        assert_eq!(rotated.fields("/data"), ["grace_period_ends_at", "id", "key", "name", "scopes"]);
        assert!(is_instant(&rotated.text("/data/grace_period_ends_at")));
        assert_eq!(
            (rotated.text("/data/name"), rotated.at("/data/scopes")),
            ("Old".to_owned(), json!(["workspaces:read", "posts:*"]))
        );
        let new = gateway.nobody().with_credential(&rotated.text("/data/key"));
        assert_ne!(new.key, old.key);
        for works in [&old, &new] {
            let _ = works.get("/api/v1/workspaces").await.is(200);
        }
        let shown = tenant.owner.get(&path).await.is(200);
        assert_eq!(
            (shown.text("/data/status"), shown.at("/data/grace_period_ends_at")),
            ("grace".to_owned(), rotated.at("/data/grace_period_ends_at"))
        );
        let in_grace = tenant.owner.get("/api/v1/api-keys?status=grace").await.is(200);
        assert_eq!(in_grace.number("/meta/total"), 1);
    });
}

#[test]
fn no_grace_ends_the_old_key_at_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (old, path) = key(gateway, &tenant).await;
        let _ = old.get("/api/v1/me").await.is(200);
        let rotated = tenant.owner.post(&format!("{path}/rotate"), &json!({ "grace_period_hours": 0 })).await.is(200);
        let _ = old.get("/api/v1/me").await.is(401);
        let _ = gateway.nobody().with_credential(&rotated.text("/data/key")).get("/api/v1/me").await.is(200);
    });
}

#[test]
fn a_key_in_grace_is_not_rotated_again_and_a_revoked_one_not_at_all() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (_, path) = key(gateway, &tenant).await;
        let rotate = format!("{path}/rotate");
        let _ = tenant.owner.post(&rotate, &json!({ "grace_period_hours": 720 })).await.is(200);
        let again = tenant.owner.post(&rotate, &json!({})).await.is(422);
        assert_eq!(
            (again.text("/error"), again.text("/code")),
            ("invalid_status".to_owned(), "invalid_status".to_owned())
        );
        let _ = tenant.owner.delete(&path).await.is(204);
        let _ = tenant.owner.post(&rotate, &json!({})).await.is(404);
    });
}

#[test]
fn a_grace_is_0_to_720_whole_hours() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (_, path) = key(gateway, &tenant).await;
        for hours in [json!(721), json!(-1), json!(1.5), json!("24"), json!(99_999_999_999_i64)] {
            let wrong =
                tenant.owner.post(&format!("{path}/rotate"), &json!({ "grace_period_hours": hours })).await.is(422);
            assert_eq!(wrong.fields("/errors"), ["grace_period_hours"], "{hours}");
        }
    });
}

#[test]
fn of_many_rotations_at_once_one_succeeds() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (_, path) = key(gateway, &tenant).await;
        let rotate = format!("{path}/rotate");
        let tries = (0..8).map(|_| async { tenant.owner.post(&rotate, &json!({})).await.status });
        let mut statuses = join_all(tries).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    });
}
