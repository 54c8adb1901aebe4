//! `/api/v1/workspaces`: one at a time.

use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

const WORKSPACES: &str = "/api/v1/workspaces";

/// Whether a text is an instant as the contract writes it: `2026-01-15T10:30:00Z`.
pub(crate) fn is_instant(text: &str) -> bool {
    let shape: String = text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect();
    shape == "9999-99-99T99:99:99Z"
}

/// A slug that no other test uses.
fn fresh_slug(of: i64, name: &str) -> String {
    format!("{name}-{of}")
}

#[test]
fn a_new_workspace_is_shown_with_exactly_the_fields_of_the_contract() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let slug = fresh_slug(tenant.id, "new-workspace");
        let made = tenant.key.post(WORKSPACES, &json!({ "name": "New Workspace", "slug": slug })).await.is(201);
        assert_eq!(made.fields(""), ["data", "message"]);
        assert_eq!(made.text("/message"), "Workspace created successfully.");
        assert_eq!(made.fields("/data"), ["created_at", "id", "name", "slug", "tier"]);
        assert_eq!((made.text("/data/name"), made.text("/data/slug")), ("New Workspace".to_owned(), slug.clone()));
        assert_eq!(made.text("/data/tier"), "free");

        let id = made.number("/data/id");
        let got = tenant.key.get(&format!("{WORKSPACES}/{id}")).await.is(200);
        assert_eq!(got.fields(""), ["data"]);
        assert_eq!(got.fields("/data"), ["created_at", "id", "name", "settings", "slug", "tier", "updated_at"]);
        assert_eq!(got.at("/data/settings"), json!({}));
        assert!(is_instant(&got.text("/data/created_at")) && is_instant(&got.text("/data/updated_at")), "{got:?}");

        let listed = tenant.key.get(&format!("{WORKSPACES}?search=new")).await.is(200);
        assert_eq!(listed.fields(""), ["data", "links", "meta"]);
        assert_eq!(listed.fields("/data/0"), ["created_at", "id", "name", "slug", "tier", "updated_at"]);
        assert_eq!(listed.number("/data/0/id"), id);
    });
}

#[test]
fn the_creator_owns_it_and_it_is_not_their_default() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let made = tenant.owner.post(WORKSPACES, &json!({ "name": "Second" })).await.is(201).number("/data/id");
        let members = tenant.owner.get(&format!("{WORKSPACES}/{made}/members")).await.is(200);
        assert_eq!(members.number("/meta/total"), 1);
        assert_eq!(
            (members.text("/data/0/id"), members.text("/data/0/role")),
            (tenant.owner.id.clone(), "owner".into())
        );
        assert_eq!(tenant.owner.get("/api/v1/me").await.is(200).number("/data/workspace/id"), tenant.id);
    });
}

#[test]
fn a_slug_is_made_from_the_name_and_made_different_when_it_is_taken() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let name = json!({ "name": format!("Käse & Brot {}", tenant.id) });
        let slug = format!("kase-brot-{}", tenant.id);
        assert_eq!(tenant.key.post(WORKSPACES, &name).await.is(201).text("/data/slug"), slug);
        let second = tenant.key.post(WORKSPACES, &name).await.is(201).text("/data/slug");
        assert!(second.starts_with(&format!("{slug}-")), "{second}");

        let taken = tenant.key.post(WORKSPACES, &json!({ "name": "X", "slug": slug })).await.is(422);
        assert_eq!(taken.text("/error"), "validation_failed");
        assert_eq!(taken.at("/errors/slug"), json!(["The slug has already been taken."]));
        for wrong in ["Big", "a b", "a--b", "-a", "ä", &"a".repeat(101)] {
            let _ =
                tenant.key.post(WORKSPACES, &json!({ "name": "X", "slug": wrong })).await.is(422).at("/errors/slug");
        }
    });
}

#[test]
fn every_wrong_field_is_named_with_its_sentence() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let missing = key.post(WORKSPACES, &json!({})).await.is(422);
        assert_eq!(missing.text("/error"), "validation_failed");
        assert_eq!(missing.text("/message"), "The given data was invalid.");
        assert_eq!(missing.at("/errors/name"), json!(["The name field is required."]));
        for name in [json!(""), json!("   "), json!("a".repeat(256)), json!(7), json!(null), json!("a\u{7}b")] {
            let _ = key.post(WORKSPACES, &json!({ "name": name })).await.is(422).at("/errors/name");
        }
        let two = key.post(WORKSPACES, &json!({ "name": " ", "slug": "A", "tier": "vast" })).await.is(422);
        assert_eq!(two.fields("/errors"), ["name", "slug", "tier"]);
        let long = json!({ "name": "ü".repeat(255) });
        let _ = key.post(WORKSPACES, &long).await.is(201);
    });
}

#[test]
fn only_the_installations_owner_chooses_a_plan() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let free = tenant.key.post(WORKSPACES, &json!({ "name": "Mine", "tier": "free" })).await.is(201);
        let refused = tenant.key.post(WORKSPACES, &json!({ "name": "Mine", "tier": "pro" })).await.is(422);
        let _ = refused.at("/errors/tier");
        let path = format!("{WORKSPACES}/{}", free.number("/data/id"));
        let _ = tenant.key.patch(&path, &json!({ "tier": "pro" })).await.is(422).at("/errors/tier");

        let setup = gateway.setup_key();
        let pro = setup.post(WORKSPACES, &json!({ "name": "Pro", "tier": "pro" })).await.is(201);
        assert_eq!(pro.text("/data/tier"), "pro");
        let path = format!("{WORKSPACES}/{}", pro.number("/data/id"));
        let changed = setup.patch(&path, &json!({ "tier": "business" })).await.is(200);
        assert_eq!(changed.text("/data/tier"), "business");
        let _ = setup.patch(&path, &json!({ "tier": "vast" })).await.is(422).at("/errors/tier");
    });
}

#[test]
fn anyone_chooses_a_plan_where_plans_are_open() {
    on_own_gateways(
        |launch| launch.set("OPEN_PLANS", "true"),
        async |gateway: &mut Gateway| {
            let person = gateway.person("ada").await;
            let made = person.post(WORKSPACES, &json!({ "name": "Mine", "tier": "pro" })).await.is(201);
            assert_eq!(made.text("/data/tier"), "pro");
        },
    );
}

#[test]
fn a_change_touches_what_it_names_and_merges_settings() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let path = tenant.path("");
        let settings = json!({ "settings": { "timezone": "UTC", "locale": "en_GB", "nested": { "a": [1, null] } } });
        let first = tenant.key.patch(&path, &settings).await.is(200);
        assert_eq!(first.at("/data/settings"), settings["settings"]);
        assert_eq!(first.text("/data/name"), "Tenant");
        let change = json!({ "name": "Updated Name", "settings": { "timezone": "Europe/London", "locale": null } });
        let second = tenant.key.patch(&path, &change).await.is(200);
        assert_eq!(second.fields("/data"), ["created_at", "id", "name", "settings", "slug", "tier", "updated_at"]);
        assert_eq!(second.text("/data/name"), "Updated Name");
        let merged = json!({ "timezone": "Europe/London", "nested": { "a": [1, null] } });
        assert_eq!(second.at("/data/settings"), merged);
        assert_eq!(second.text("/data/slug"), tenant.slug);
        assert_eq!(tenant.key.patch(&path, &json!({})).await.is(200).at("/data"), second.at("/data"));
        assert_eq!(tenant.key.get(&path).await.is(200).at("/data"), second.at("/data"));
        let _ = tenant.key.patch(&path, &json!({ "name": "" })).await.is(422).at("/errors/name");
        let _ = tenant.key.patch(&path, &json!({ "settings": [] })).await.is(422).at("/errors/settings");
        let big = json!({ "settings": { "big": "x".repeat(17 * 1024) } });
        let _ = tenant.key.patch(&path, &big).await.is(422).at("/errors/settings");
    });
}

#[test]
fn an_admin_changes_it_and_only_an_owner_ends_it() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let other = tenant.owner.post(WORKSPACES, &json!({ "name": "Other" })).await.is(201).number("/data/id");
        let admin = tenant.member(gateway, "admin").await;
        let _ = admin.patch(&tenant.path(""), &json!({ "name": "By admin" })).await.is(200);
        let _ = admin.delete(&tenant.path("")).await.is(403);
        let done = tenant.owner.delete(&tenant.path("")).await.is(204);
        assert!(done.body.is_empty());
        let _ = tenant.owner.get(&tenant.path("")).await.is(404);
        let _ = tenant.owner.delete(&tenant.path("")).await.is(404);
        let _ = tenant.key.get("/api/v1/me").await.is(401);
        let only = tenant.owner.delete(&format!("{WORKSPACES}/{other}")).await.is(422);
        assert_eq!((only.text("/error"), only.text("/code")), ("cannot_delete".to_owned(), "cannot_delete".to_owned()));
    });
}

#[test]
fn the_slug_of_a_deleted_workspace_is_free_again() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "name": "Again", "slug": fresh_slug(tenant.id, "again") });
        let id = tenant.key.post(WORKSPACES, &body).await.is(201).number("/data/id");
        let _ = tenant.key.post(WORKSPACES, &body).await.is(422);
        let _ = tenant.key.delete(&format!("{WORKSPACES}/{id}")).await.is(204);
        let _ = tenant.key.post(WORKSPACES, &body).await.is(201);
    });
}

#[test]
fn ids_that_are_none_are_not_found() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for id in ["0", "-1", "x", "1.5", "99999999999999999999999", "%00", "9223372036854775807", "1%20"] {
            assert_eq!(key.get(&format!("{WORKSPACES}/{id}")).await.is(404).text("/error"), "not_found");
        }
    });
}
