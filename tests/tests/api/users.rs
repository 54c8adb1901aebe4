//! `/users/search`: whom one may find.

use mainstay_testkit::gateway::{Actor as _, Answer, on_each_gateway};
use serde_json::json;

fn ids(found: &Answer) -> Vec<String> {
    let rows = found.json();
    rows.as_array().expect("a bare array").iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn people_are_found_by_name_where_they_share_something_and_by_address_anywhere() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (viewer, stranger) = (tenant.member(gateway, "viewer").await, gateway.person("viewer").await);
        let found = tenant.owner.get("/users/search?q=VIEW").await.is(200);
        assert_eq!(ids(&found), [&*viewer.id], "strangers are not found by name");
        assert_eq!(found.fields("/0"), ["display_name", "email", "id", "username"]);
        let exact = tenant.owner.get(&format!("/users/search?q={}", stranger.email.to_uppercase())).await.is(200);
        assert_eq!(ids(&exact), [&*stranger.id]);
        let part = &stranger.email[..stranger.email.len() - 1];
        assert!(ids(&tenant.owner.get(&format!("/users/search?q={part}")).await.is(200)).is_empty());
        assert!(ids(&stranger.get("/users/search?q=viewer").await.is(200)).is_empty());
    });
}

#[test]
fn a_project_narrows_the_search_to_its_members() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (inside, outside) = (tenant.member(gateway, "member").await, tenant.member(gateway, "member").await);
        let made = tenant.owner.post("/projects/", &json!({ "name": "Narrow" })).await.is(201);
        let slug = made.text("/slug");
        let add = json!({ "email": inside.email });
        let _ = tenant.owner.post(&format!("/projects/{slug}/members"), &add).await.is(201);
        let path = |q: &str| format!("/users/search?q={q}&project_slug={slug}");
        assert_eq!(ids(&tenant.owner.get(&path("memb")).await.is(200)), [&*inside.id]);
        assert!(ids(&tenant.owner.get(&path(&outside.email)).await.is(200)).is_empty());
        assert_eq!(outside.get(&path("memb")).await.is(403).text("/code"), "NOT_PROJECT_MEMBER");
        let nowhere = tenant.owner.get("/users/search?q=memb&project_slug=no-such").await.is(404);
        assert_eq!(nowhere.text("/code"), "PROJECT_NOT_FOUND");
    });
}

#[test]
fn a_search_is_for_two_characters_at_least() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        for query in ["", "?q=", "?q=a", "?q=%20%20a%20"] {
            let wrong = ada.get(&format!("/users/search{query}")).await.is(422);
            assert_eq!(wrong.text("/errors/0/field"), "q", "{query}");
        }
        let _ = ada.get("/users/search?q=%00%00").await.is(200);
    });
}
