//! `GET /api/v1/me`: what a credential is worth.

use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const FIELDS: [&str; 7] = ["key", "orgName", "plan", "role", "scopes", "user", "workspace"];

#[test]
fn a_key_shows_its_workspace_its_creator_and_itself() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let made =
            tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Mine", "scopes": ["posts:read"] })).await.is(201);
        let me = gateway.nobody().with_credential(&made.text("/data/key")).get("/api/v1/me").await.is(200);
        assert_eq!(me.fields(""), ["data"]);
        assert_eq!(me.fields("/data"), FIELDS);
        assert_eq!(
            (me.text("/data/orgName"), me.text("/data/role"), me.text("/data/plan")),
            ("Tenant".into(), "owner".into(), "enterprise".into())
        );
        assert_eq!(me.at("/data/scopes"), json!(["posts:read"]));
        let workspace = json!({ "id": tenant.id, "name": "Tenant", "slug": tenant.slug, "tier": "enterprise" });
        assert_eq!(me.at("/data/workspace"), workspace);
        assert_eq!(me.at("/data/user"), json!({ "id": tenant.owner.id, "email": tenant.owner.email, "name": "owner" }));
        assert_eq!(me.fields("/data/key"), ["environment", "expires_at", "id", "name", "prefix"]);
        assert_eq!(
            (me.number("/data/key/id"), me.text("/data/key/name")),
            (made.number("/data/id"), "Mine".to_owned())
        );
        assert!(!String::from_utf8_lossy(&me.body).contains(&made.text("/data/key")));
    });
}

#[test]
fn a_person_shows_what_their_role_gives_and_no_key() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let viewer = tenant.member(gateway, "viewer").await;
        let me = viewer.get("/api/v1/me").await.is(200);
        assert_eq!(me.fields("/data"), FIELDS);
        assert_eq!((me.text("/data/role"), me.at("/data/key")), ("viewer".to_owned(), json!(null)));
        assert_eq!(me.at("/data/scopes"), json!(["*:read"]));
    });
}

#[test]
fn a_key_shows_its_own_scopes_beside_the_role_that_its_creator_has_today() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let admin = tenant.member(gateway, "admin").await;
        let key = tenant.key_of(&admin, &["*:read", "api-keys:*"]).await;
        let seat = tenant.path(&format!("/members/{}", admin.id));
        let _ = tenant.owner.patch(&seat, &json!({ "role": "viewer" })).await.is(200);
        let me = key.get("/api/v1/me").await.is(200);
        assert_eq!(
            (me.text("/data/role"), me.at("/data/scopes")),
            ("viewer".to_owned(), json!(["*:read", "api-keys:*"]))
        );
    });
}

#[test]
fn a_person_in_no_workspace_is_somebody_all_the_same() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("alone").await;
        let me = person.get("/api/v1/me").await.is(200);
        assert_eq!(me.fields("/data"), FIELDS);
        for nothing in ["orgName", "workspace", "role", "key"] {
            assert_eq!(me.at(&format!("/data/{nothing}")), json!(null), "{nothing}");
        }
        assert_eq!((me.text("/data/user/id"), me.text("/data/plan")), (person.id.clone(), "free".to_owned()));
    });
}
