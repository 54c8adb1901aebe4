//! `/projects`: made, seen, changed and ended.

use crate::crew::{Crew, PROJECT, is_instant, refused, wrong_fields};
use mainstay_testkit::gateway::{Actor as _, Person, on_each_gateway};
use serde_json::{Value, json};

const SEEN: [&str; 8] = ["created_at", "description", "id", "is_public", "name", "owner_id", "role", "slug"];

/// A name that no other test uses, and its slug.
fn fresh(person: &Person) -> (String, String) {
    let part = person.id.rsplit('-').next().expect("a part").to_owned();
    (format!("Projekt Ä {part}"), format!("projekt-a-{part}"))
}

#[test]
fn a_new_project_is_shown_with_exactly_seven_fields_and_seen_with_the_callers_role() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let (name, slug) = fresh(&ada);
        let body = json!({ "name": name, "description": " About ", "slug": "own" });
        let made = ada.post("/projects/", &body).await.is(201);
        assert_eq!(made.fields(""), PROJECT);
        assert_eq!((made.text("/name"), made.text("/slug")), (name, slug.clone()), "a slug that is sent is ignored");
        assert_eq!((made.at("/description"), made.at("/is_public")), (json!("About"), json!(false)));
        assert_eq!(made.text("/owner_id"), ada.id);
        assert!(is_instant(&made.text("/created_at")), "{made:?}");
        let second = ada.post("/projects", &body).await.is(201);
        assert_eq!(second.text("/slug"), format!("{slug}-2"));
        for path in ["/projects", "/projects/"] {
            let listed = ada.get(path).await.is(200);
            assert_eq!(listed.json().as_array().map(Vec::len), Some(2));
            assert_eq!(listed.fields("/0"), SEEN);
            assert_eq!((listed.at("/0/id"), listed.at("/1/id")), (second.at("/id"), made.at("/id")));
        }
        for path in [format!("/projects/{slug}"), format!("/projects/{slug}/")] {
            let seen = ada.get(&path).await.is(200);
            assert_eq!((seen.fields(""), seen.text("/role")), (SEEN.map(str::to_owned).into(), "owner".to_owned()));
            assert_eq!(seen.at("/created_at"), made.at("/created_at"));
        }
    });
}

#[test]
fn every_wrong_field_is_named() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        for (body, field) in [
            (json!({}), "name"),
            (json!({ "name": " " }), "name"),
            (json!({ "name": "a".repeat(256) }), "name"),
            (json!({ "name": 7 }), "name"),
            (json!({ "name": null }), "name"),
            (json!({ "name": "x", "description": "x".repeat(2_001) }), "description"),
            (json!({ "name": "x", "description": {} }), "description"),
            (json!({ "name": "x", "is_public": "yes" }), "is_public"),
            (json!([]), "body"),
        ] {
            assert_eq!(wrong_fields(crew.owner.post("/projects", &body)).await, [field], "{body}");
            if body.get("name").is_some_and(|name| !name.is_null()) {
                assert_eq!(wrong_fields(crew.owner.patch(&crew.path(""), &body)).await, [field], "{body}");
            }
        }
        let broken = crew.owner.call("POST", "/projects");
        let _ = refused(broken.clone().body("application/json", "{"), 400, "BAD_REQUEST").await;
        let _ = refused(broken.body("text/plain", "{}"), 415, "UNSUPPORTED_MEDIA_TYPE").await;
    });
}

#[test]
fn a_project_belongs_to_the_active_workspace_which_takes_a_member_of_it() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "name": "Ours" });
        let member = tenant.member(gateway, "member").await;
        for call in [tenant.key.post("/projects", &body), member.post("/projects", &body)] {
            let made = call.await.is(201);
            let log = tenant.owner.get("/api/v1/audit-log?action=project.created").await.is(200);
            assert_eq!(log.at("/data/0/data/id"), made.at("/id"), "the workspace's log tells of it");
        }
        let viewer = tenant.member(gateway, "viewer").await;
        let _ = refused(viewer.post("/projects", &body), 403, "INSUFFICIENT_ROLE").await;
        let stranger = gateway.person("stranger").await;
        let _ = stranger.post("/projects", &body).header("x-workspace-id", tenant.id.to_string()).await.is(404);
        assert_eq!(stranger.get("/projects").await.is(200).json(), json!([]));
    });
}

#[test]
fn who_is_in_no_workspace_is_given_a_personal_one_once() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        assert_eq!(ada.get("/api/auth/me").await.is(200).at("/workspaces"), json!([]));
        for _ in 0..2 {
            let _ = ada.post("/projects", &json!({ "name": "Mine" })).await.is(201);
        }
        let me = ada.get("/api/auth/me").await.is(200);
        assert_eq!(me.at("/workspaces").as_array().map(Vec::len), Some(1));
        assert_eq!((me.text("/workspaces/0/name"), me.text("/workspaces/0/role")), ("ada".into(), "owner".into()));
    });
}

#[test]
fn a_change_touches_what_it_names_and_the_slug_stays() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let all = json!({ "name": "Moon", "description": "Far", "is_public": true, "slug": "moon" });
        let changed = crew.admin.patch(&crew.path(""), &all).await.is(200);
        assert_eq!(changed.fields(""), PROJECT);
        assert_eq!((changed.text("/name"), changed.text("/slug")), ("Moon".to_owned(), crew.slug().to_owned()));
        assert_eq!((changed.text("/description"), changed.at("/is_public")), ("Far".to_owned(), json!(true)));
        assert_eq!(crew.owner.patch(&crew.path(""), &json!({})).await.is(200).json(), changed.json());
        let cleared = crew.owner.patch(&crew.path("/"), &json!({ "description": null })).await.is(200);
        assert_eq!((cleared.at("/description"), cleared.text("/name")), (Value::Null, "Moon".to_owned()));
    });
}

#[test]
fn a_private_project_is_its_members_and_a_public_one_everyones_to_see() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        for (person, role) in [(&crew.owner, "owner"), (&crew.admin, "admin"), (&crew.member, "member")] {
            assert_eq!(person.get(&crew.path("")).await.is(200).text("/role"), role);
        }
        let _ = refused(crew.outsider.get(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
        let _ = crew.owner.patch(&crew.path(""), &json!({ "is_public": true })).await.is(200);
        let seen = crew.outsider.get(&crew.path("")).await.is(200);
        assert_eq!((seen.fields(""), seen.at("/role")), (SEEN.map(str::to_owned).into(), Value::Null));
        assert_eq!(crew.outsider.get("/projects").await.is(200).json(), json!([]), "the list is of one's own");
        for slug in ["no-such", "Rocket", "%00", "a%2Fb", "%F0%9F%9A%80", &"a".repeat(300)] {
            let _ = refused(crew.owner.get(&format!("/projects/{slug}")), 404, "PROJECT_NOT_FOUND").await;
        }
    });
}

#[test]
fn the_owner_ends_a_project_with_all_that_is_in_it() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let _ = refused(crew.admin.delete(&crew.path("")), 403, "INSUFFICIENT_ROLE").await;
        let done = crew.owner.delete(&crew.path("")).await.is(200);
        assert_eq!(done.fields(""), ["message"]);
        for below in ["", "/members", "/permissions", "/invites"] {
            let _ = refused(crew.owner.get(&crew.path(below)), 404, "PROJECT_NOT_FOUND").await;
        }
        let _ = refused(crew.owner.delete(&crew.path("")), 404, "PROJECT_NOT_FOUND").await;
        assert_eq!(crew.member.get("/projects").await.is(200).json(), json!([]));
    });
}

#[test]
fn a_key_acts_as_the_person_who_made_it_as_far_as_its_scopes_go() {
    on_each_gateway(async |gateway| {
        let (crew, other) = (Crew::private(gateway).await, gateway.tenant().await);
        let _ = refused(other.key.get(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
        let _ = refused(other.key.delete(&crew.path("")), 403, "NOT_PROJECT_MEMBER").await;
        assert_eq!(other.key.get("/projects").await.is(200).json(), json!([]));
        let _ = crew.add(&other.owner, "admin").await;
        let reader = other.key_with(&["projects:read"]).await;
        assert_eq!(reader.get(&crew.path("")).await.is(200).text("/role"), "admin");
        let _ = refused(reader.patch(&crew.path(""), &json!({ "name": "x" })), 403, "FORBIDDEN_SCOPE").await;
        let writer = other.key_with(&["projects:write"]).await;
        let _ = writer.patch(&crew.path(""), &json!({ "name": "x" })).await.is(200);
        let _ = refused(writer.delete(&crew.path("")), 403, "FORBIDDEN_SCOPE").await;
    });
}

#[test]
fn a_project_that_is_made_twice_with_one_idempotency_key_is_made_once() {
    on_each_gateway(async |gateway| {
        let owner = gateway.tenant().await.owner;
        let body = json!({ "name": "Once" });
        let made = owner.post("/projects", &body).once("first").await.is(201);
        let again = owner.post("/projects/", &body).once("first").await.is(201);
        assert_eq!((again.json(), again.header("idempotent-replayed")), (made.json(), Some("true")));
        assert_eq!(owner.get("/projects").await.is(200).json().as_array().map(Vec::len), Some(1));
    });
}
