//! `/api/v1/event-types`: what there is to be told of.

use crate::hooks::EVENTS;
use mainstay_testkit::gateway::{Actor, Answer, on_each_gateway};
use serde_json::{Value, json};

const TYPES: &str = "/api/v1/event-types";

async fn put(by: &impl Actor, body: &Value) -> Answer {
    by.call("PUT", TYPES).json(body).await
}

#[test]
fn what_is_built_in_is_listed_by_name() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let listed = tenant.key.get(&format!("{TYPES}?per_page=100")).await.is(200);
        let mut names: Vec<String> = Vec::new();
        for page in 1..=listed.number("/meta/last_page") {
            let listed = tenant.key.get(&format!("{TYPES}?per_page=100&page={page}")).await.is(200).at("/data");
            let of_page = listed.as_array().expect("a list").iter();
            names.extend(of_page.map(|one| one["name"].as_str().unwrap_or_default().to_owned()));
        }
        assert!(names.is_sorted() && names.iter().any(|name| name == "webhook_endpoint.disabled"), "{names:?}");
        assert_eq!(listed.fields("/data/0"), ["declared", "description", "name", "schema"]);
        let one = tenant.key.get(&format!("{TYPES}/workspace.updated")).await.is(200);
        assert_eq!((one.at("/data/declared"), one.at("/data/schema")), (json!(false), json!(null)));
        let _ = tenant.key.get(&format!("{TYPES}/post.created")).await.is(404);
    });
}

#[test]
fn a_workspace_declares_its_own_and_takes_them_back() {
    on_each_gateway(async |gateway| {
        let (tenant, elsewhere) = (gateway.tenant().await, gateway.tenant().await);
        let first = put(&tenant.key, &json!({ "name": "post.created" })).await.is(200);
        assert_eq!(
            first.at("/data"),
            json!({ "name": "post.created", "description": "", "schema": null, "declared": true })
        );
        let second =
            json!({ "name": "post.created", "description": "A post was written.", "schema": { "type": "object" } });
        let _ = put(&tenant.key, &second).await.is(200);
        let path = format!("{TYPES}/post.created");
        let got = tenant.key.get(&path).await.is(200);
        assert_eq!(
            (got.text("/data/description"), got.at("/data/schema")),
            ("A post was written.".into(), json!({ "type": "object" }))
        );
        let found = format!("{TYPES}?search=post.cr");
        assert_eq!(tenant.key.get(&found).await.is(200).number("/meta/total"), 1);
        assert_eq!(elsewhere.key.get(&found).await.is(200).number("/meta/total"), 0);
        let _ = elsewhere.key.get(&path).await.is(404);
        let _ = elsewhere.key.delete(&path).await.is(404);
        assert!(tenant.key.delete(&path).await.is(204).body.is_empty());
        let _ = tenant.key.get(&path).await.is(404);
        let _ = tenant.key.delete(&path).await.is(404);
    });
}

#[test]
fn an_event_that_its_schema_does_not_allow_is_refused() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let schema = json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } });
        let _ = put(&tenant.key, &json!({ "name": "post.created", "schema": schema })).await.is(200);
        let event = |data: Value| json!({ "type": "post.created", "data": data });
        let _ = tenant.key.post(EVENTS, &event(json!({ "id": 1 }))).await.is(202);
        for data in [json!({}), json!({ "id": "one" })] {
            let wrong = tenant.key.post(EVENTS, &event(data)).await.is(422);
            assert!(wrong.fields("/errors").iter().all(|field| field.starts_with("data")), "{wrong:?}");
        }
        let _ = tenant.key.delete(&format!("{TYPES}/post.created")).await.is(204);
        let _ = tenant.key.post(EVENTS, &event(json!({}))).await.is(202);
    });
}

#[test]
fn every_wrong_field_of_a_declaration_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for (body, field) in [
            (json!({}), "name"),
            (json!({ "name": "Post Created" }), "name"),
            (json!({ "name": format!("post.{}", "a".repeat(60)) }), "name"),
            (json!({ "name": "post.created", "description": "d".repeat(1_001) }), "description"),
            (json!({ "name": "post.created", "schema": "object" }), "schema"),
            (json!({ "name": "post.created", "schema": { "type": "nonsense" } }), "schema"),
            (json!({ "name": "post.created", "schema": { "$ref": "https://example.com/post.json" } }), "schema"),
        ] {
            assert_eq!(put(&tenant.key, &body).await.is(422).fields("/errors"), [field], "{body}");
        }
        assert_eq!(tenant.key.get(&format!("{TYPES}?search=post.")).await.is(200).number("/meta/total"), 0);
    });
}
