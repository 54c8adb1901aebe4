//! `/api/v1/workspaces/{id}/members`.

use futures_util::future::join;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const FIELDS: [&str; 6] = ["created_at", "email", "id", "name", "role", "updated_at"];

#[test]
fn a_person_is_added_by_address_and_shown_with_exactly_these_fields() {
    on_each_gateway(async |gateway| {
        let (tenant, ada) = (gateway.tenant().await, gateway.person("ada").await);
        let body = json!({ "email": ada.email.to_uppercase(), "role": "member" });
        let added = tenant.key.post(&tenant.path("/members"), &body).await.is(201);
        assert_eq!(added.fields(""), ["data", "message"]);
        assert_eq!(added.text("/message"), "Member added successfully.");
        assert_eq!(added.fields("/data"), FIELDS);
        assert_eq!((added.text("/data/id"), added.text("/data/role")), (ada.id.clone(), "member".to_owned()));
        assert_eq!((added.text("/data/email"), added.text("/data/name")), (ada.email.clone(), "ada".to_owned()));
        let again = tenant.key.post(&tenant.path("/members"), &body).await.is(409);
        assert_eq!(again.text("/error"), "already_member");
        assert_eq!(ada.get(&tenant.path("")).await.is(200).number("/data/id"), tenant.id);
    });
}

#[test]
fn what_is_wrong_with_a_new_member_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let path = tenant.path("/members");
        let unknown = json!({ "email": "nobody@example.org", "role": "member" });
        assert_eq!(tenant.key.post(&path, &unknown).await.is(422).fields("/errors"), ["email"]);
        let _ = tenant
            .key
            .post(&path, &json!({ "email": "no address", "role": "member" }))
            .await
            .is(422)
            .at("/errors/email");
        let king = json!({ "email": tenant.owner.email, "role": "king" });
        assert_eq!(tenant.key.post(&path, &king).await.is(422).fields("/errors"), ["role"]);
        assert_eq!(tenant.key.post(&path, &json!({ "role": "member" })).await.is(422).fields("/errors"), ["email"]);
    });
}

#[test]
fn members_are_listed_filtered_searched_and_sorted() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let viewer = tenant.member(gateway, "viewer").await;
        let admin = tenant.member(gateway, "admin").await;
        let path = |query: &str| tenant.path(&format!("/members?{query}"));
        let all = viewer.get(&path("")).await.is(200);
        assert_eq!((all.number("/meta/total"), all.fields("/data/0")), (3, FIELDS.map(str::to_owned).into()));
        let admins = viewer.get(&path("status=admin")).await.is(200);
        assert_eq!((admins.number("/meta/total"), admins.text("/data/0/id")), (1, admin.id.clone()));
        let found = viewer.get(&path("search=VIEWER-")).await.is(200);
        assert_eq!((found.number("/meta/total"), found.text("/data/0/id")), (1, viewer.id.clone()));
        let ranked = viewer.get(&path("sort=-role")).await.is(200);
        let roles = [ranked.text("/data/0/role"), ranked.text("/data/1/role"), ranked.text("/data/2/role")];
        assert_eq!(roles, ["owner", "admin", "viewer"]);
        let page = viewer.get(&path("sort=-role&per_page=2&page=2")).await.is(200);
        assert_eq!((page.number("/meta/from"), page.text("/data/0/id")), (3, viewer.id.clone()));
        let _ = viewer.get(&path("status=king")).await.is(422).at("/errors/status");
        let _ = viewer.get(&path("sort=age")).await.is(422).at("/errors/sort");
    });
}

#[test]
fn a_change_of_role_counts_from_the_next_request() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let ada = tenant.member(gateway, "admin").await;
        let path = tenant.path(&format!("/members/{}", ada.id));
        let key = tenant.key_of(&ada, &["*:read", "workspaces:write", "api-keys:write"]).await;
        let _ = key.patch(&tenant.path(""), &json!({ "name": "Once" })).await.is(200);
        let changed = tenant.owner.patch(&path, &json!({ "role": "viewer" })).await.is(200);
        assert_eq!(
            (changed.fields("/data"), changed.text("/data/role")),
            (FIELDS.map(str::to_owned).into(), "viewer".into())
        );
        let _ = key.patch(&tenant.path(""), &json!({ "name": "Twice" })).await.is(403);
        let refused = key.post("/api/v1/api-keys", &json!({ "name": "More" })).await.is(403);
        assert_eq!(refused.text("/code"), "forbidden_scope");
        assert_eq!(ada.get("/api/v1/me").await.is(200).text("/data/role"), "viewer");
        let _ = tenant.owner.delete(&path).await.is(204);
        let _ = key.get("/api/v1/me").await.is(401);
        let _ = ada.get(&tenant.path("")).await.is(404);
    });
}

#[test]
fn owners_are_the_affair_of_owners() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let admin = tenant.member(gateway, "admin").await;
        let owner = tenant.path(&format!("/members/{}", tenant.owner.id));
        let own = tenant.path(&format!("/members/{}", admin.id));
        let refused = admin.patch(&owner, &json!({ "role": "viewer" })).await.is(403);
        assert_eq!(
            (refused.text("/error"), refused.text("/code")),
            ("access_denied".to_owned(), "forbidden_role".to_owned())
        );
        let _ = admin.delete(&owner).await.is(403);
        let _ = admin.patch(&own, &json!({ "role": "owner" })).await.is(403);
        let ada = gateway.person("ada").await;
        let _ = admin.post(&tenant.path("/members"), &json!({ "email": ada.email, "role": "owner" })).await.is(403);
        let _ = admin.post(&tenant.path("/members"), &json!({ "email": ada.email, "role": "admin" })).await.is(201);
    });
}

#[test]
fn everyone_may_leave_but_the_last_owner() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let viewer = tenant.member(gateway, "viewer").await;
        let seat = |id: &str| tenant.path(&format!("/members/{id}"));
        let _ = viewer.delete(&seat(&viewer.id)).await.is(204);
        let _ = viewer.get(&tenant.path("")).await.is(404);
        let _ = tenant.owner.delete(&seat(&viewer.id)).await.is(404);
        let last = tenant.owner.delete(&seat(&tenant.owner.id)).await.is(422);
        assert_eq!((last.text("/error"), last.text("/code")), ("last_owner".to_owned(), "last_owner".to_owned()));
        let _ = tenant.owner.patch(&seat(&tenant.owner.id), &json!({ "role": "admin" })).await.is(422);
        let second = tenant.member(gateway, "owner").await;
        let _ = tenant.owner.patch(&seat(&tenant.owner.id), &json!({ "role": "admin" })).await.is(200);
        let _ = second.delete(&seat(&second.id)).await.is(422);
    });
}

#[test]
fn of_two_owners_who_demote_each_other_at_once_one_stays() {
    on_each_gateway(async |gateway| {
        for _ in 0..5 {
            let tenant = gateway.tenant().await;
            let second = tenant.member(gateway, "owner").await;
            let viewer = json!({ "role": "viewer" });
            let (one, other) = (
                tenant.path(&format!("/members/{}", second.id)),
                tenant.path(&format!("/members/{}", tenant.owner.id)),
            );
            let (a, b) =
                join(async { tenant.owner.patch(&one, &viewer).await }, async { second.patch(&other, &viewer).await })
                    .await;
            let mut statuses = [a.status, b.status];
            statuses.sort_unstable();
            assert!(statuses == [200, 403] || statuses == [200, 422], "{a:?} {b:?}");
            let owners = second.get(&tenant.path("/members?status=owner")).await.is(200);
            assert_eq!(owners.number("/meta/total"), 1);
        }
    });
}

#[test]
fn members_that_are_none_are_not_found() {
    on_each_gateway(async |gateway| {
        let (tenant, ada) = (gateway.tenant().await, gateway.person("ada").await);
        for id in [ada.id.as_str(), "x", "1", "00000000-0000-0000-0000-000000000000"] {
            let path = tenant.path(&format!("/members/{id}"));
            let _ = tenant.owner.delete(&path).await.is(404);
            let _ = tenant.owner.patch(&path, &json!({ "role": "viewer" })).await.is(404);
        }
    });
}
