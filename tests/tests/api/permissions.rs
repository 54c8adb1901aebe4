//! `/projects/{slug}/permissions`.

use crate::crew::{Crew, NIL, is_instant, refused, wrong_fields};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::{Value, json};

const PERMISSION: [&str; 6] = ["created_at", "description", "display_name", "id", "is_default", "key"];

#[test]
fn a_permission_is_made_and_listed_with_exactly_these_fields() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let body = json!({ "key": "can_deploy", "display_name": " Can deploy " });
        let made = crew.admin.post(&crew.path("/permissions"), &body).await.is(201);
        assert_eq!(made.fields(""), PERMISSION);
        assert_eq!((made.text("/key"), made.text("/display_name")), ("can_deploy".into(), "Can deploy".into()));
        assert_eq!((made.at("/description"), made.at("/is_default")), (Value::Null, json!(false)));
        assert!(is_instant(&made.text("/created_at")), "{made:?}");
        let body = json!({ "key": "editor", "display_name": "Editor", "description": "Edits", "is_default": true });
        let second = crew.owner.post(&crew.path("/permissions/"), &body).await.is(201);
        assert_eq!((second.text("/description"), second.at("/is_default")), ("Edits".into(), json!(true)));
        let listed = crew.member.get(&crew.path("/permissions")).await.is(200);
        assert_eq!(listed.json(), json!([made.json(), second.json()]));
    });
}

#[test]
fn a_key_is_one_permissions_in_its_project() {
    on_each_gateway(async |gateway| {
        let (crew, other) = (Crew::private(gateway).await, Crew::private(gateway).await);
        let body = json!({ "key": "can_deploy", "display_name": "Can deploy" });
        let _ = crew.permit("can_deploy", false).await;
        let _ = refused(crew.admin.post(&crew.path("/permissions"), &body), 409, "PERMISSION_KEY_TAKEN").await;
        let _ = other.permit("can_deploy", false).await;
    });
}

#[test]
fn every_wrong_field_is_named() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path("/permissions");
        for (body, fields) in [
            (json!({ "display_name": "x" }), &["key"][..]),
            (json!({ "key": "x" }), &["display_name"]),
            (json!({ "key": "", "display_name": " " }), &["key", "display_name"]),
            (json!({ "key": "a b", "display_name": "x" }), &["key"]),
            (json!({ "key": "a".repeat(65), "display_name": "x" }), &["key"]),
            (json!({ "key": 7, "display_name": "x" }), &["key"]),
            (json!({ "key": "x", "display_name": "x", "is_default": "yes" }), &["is_default"]),
        ] {
            assert_eq!(wrong_fields(crew.owner.post(&path, &body)).await, fields, "{body}");
        }
        let one = format!("{path}/{}", crew.permit("x", false).await);
        assert_eq!(wrong_fields(crew.owner.patch(&one, &json!({ "display_name": "" }))).await, ["display_name"]);
        assert_eq!(wrong_fields(crew.owner.patch(&one, &json!({ "is_default": 1 }))).await, ["is_default"]);
    });
}

#[test]
fn a_change_touches_what_it_names_and_the_key_stays() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path(&format!("/permissions/{}", crew.permit("can_deploy", false).await));
        let body =
            json!({ "key": "other", "display_name": "May deploy", "description": "To production", "is_default": true });
        let changed = crew.admin.patch(&path, &body).await.is(200);
        assert_eq!(
            (changed.fields(""), changed.text("/key")),
            (PERMISSION.map(str::to_owned).into(), "can_deploy".into())
        );
        assert_eq!((changed.text("/display_name"), changed.at("/is_default")), ("May deploy".into(), json!(true)));
        assert_eq!(crew.seat(&crew.member).await["permissions"], json!([]), "present members keep what they have");
        let cleared = crew.owner.patch(&format!("{path}/"), &json!({ "description": null })).await.is(200);
        assert_eq!((cleared.at("/description"), cleared.text("/display_name")), (Value::Null, "May deploy".into()));
    });
}

#[test]
fn a_permission_that_ends_is_taken_from_every_member() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path(&format!("/permissions/{}", crew.permit("can_deploy", false).await));
        let seat = crew.seat_path(&crew.member).await;
        let _ = crew.owner.patch(&seat, &json!({ "permissions": ["can_deploy"] })).await.is(200);
        assert_eq!(crew.admin.delete(&path).await.is(200).fields(""), ["message"]);
        assert_eq!(crew.seat(&crew.member).await["permissions"], json!([]));
        assert_eq!(crew.owner.get(&crew.path("/permissions")).await.is(200).json(), json!([]));
        let _ = refused(crew.owner.delete(&path), 404, "PERMISSION_NOT_FOUND").await;
    });
}

#[test]
fn permissions_that_are_none_are_not_found_by_those_who_may_ask() {
    on_each_gateway(async |gateway| {
        let (crew, other) = (Crew::private(gateway).await, Crew::private(gateway).await);
        let foreign = other.permit("x", false).await;
        for id in [NIL, "x", &foreign] {
            let path = crew.path(&format!("/permissions/{id}"));
            let _ = refused(crew.owner.patch(&path, &json!({})), 404, "PERMISSION_NOT_FOUND").await;
            let _ = refused(crew.owner.delete(&path), 404, "PERMISSION_NOT_FOUND").await;
            let _ = refused(crew.member.delete(&path), 403, "INSUFFICIENT_ROLE").await;
            let _ = refused(crew.outsider.delete(&path), 403, "NOT_PROJECT_MEMBER").await;
        }
        let _ = refused(crew.owner.get("/projects/no-such/permissions"), 404, "PROJECT_NOT_FOUND").await;
    });
}
