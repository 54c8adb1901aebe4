//! What a schema may be, and what it says of data.

use crate::world::{World, event, fields};
use mainstay_kernel::{Details, Fault as _};
use mainstay_testkit::TestDatabase;
use mainstay_webhooks::event_types::{EventTypeService as _, NewEventType};
use mainstay_webhooks::publishing::PublishService as _;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// A world on SQLite: what is told here asks no database.
async fn world() -> (World, TestDatabase) {
    let throw_away = TestDatabase::sqlite().await;
    (World::new(throw_away.database.clone()).await, throw_away)
}

/// The fields that are wrong when this is declared.
async fn declare(world: &World, schema: Value) -> Vec<String> {
    let new = NewEventType { name: "a.b".into(), schema: Some(schema), ..NewEventType::default() };
    fields(world.webhooks.event_types.put(world.workspace, new).await)
}

/// The fields that are wrong when this is published.
async fn publish(world: &World, data: Value) -> Vec<String> {
    fields(world.webhooks.publisher.publish(world.workspace, event("a.b", data)).await)
}

/// A list of lists, so many of them.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_has_at_most_64_kib_and_64_levels() {
    let (world, _keep) = world().await;
    assert_eq!(declare(&world, json!({"title": "x".repeat(64 * 1024 - 12)})).await, [""; 0]);
    assert_eq!(declare(&world, json!({"title": "x".repeat(64 * 1024 - 11)})).await, ["schema"]);
    assert_eq!(declare(&world, json!({"default": nested(63)})).await, [""; 0]);
    assert_eq!(declare(&world, json!({"default": nested(64)})).await, ["schema"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_schema_is_refused() {
    let (world, _keep) = world().await;
    for wrong in [
        json!([]),
        json!(null),
        json!({"type": "text"}),
        json!({"minLength": -1}),
        json!({"pattern": "("}),
        json!({"pattern": "(?=a)b"}),
        json!({"pattern": "(((a{99}){99}){99}){99}"}),
        json!({"patternProperties": {"[": true}}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#"}),
    ] {
        assert_eq!(declare(&world, wrong.clone()).await, ["schema"], "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_refers_to_something_outside_is_refused() {
    let (world, _keep) = world().await;
    for outside in ["https://example.com/schema.json", "file:///etc/passwd", "other.json", "#/$defs/none"] {
        assert_eq!(declare(&world, json!({"properties": {"a": {"$ref": outside}}})).await, ["schema"], "{outside}");
    }
    let inside = json!({"$id": "https://example.com/a", "$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}});
    assert_eq!(declare(&world, inside).await, [""; 0]);
    assert_eq!(publish(&world, json!({"a": "one"})).await, ["data.a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_wrong_is_named_by_its_path() {
    let (world, _keep) = world().await;
    let address = json!({"type": "object", "required": ["zip"], "properties": {"zip": {"pattern": "^[0-9]{5}$"}}});
    let schema = json!({"properties": {"to": {"type": "array", "items": address}, "a/b": {"const": 1}}});
    assert_eq!(declare(&world, schema).await, [""; 0]);
    let data = json!({"to": [{"zip": "12345"}, {"zip": "1"}, {}, 7], "a/b": 2});
    let mut wrong = publish(&world, data).await;
    wrong.sort();
    assert_eq!(wrong, ["data.a/b", "data.to.1.zip", "data.to.2.zip", "data.to.3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_twenty_complaints_are_told_each_of_a_sentence() {
    let (world, _keep) = world().await;
    let allowed: Vec<String> = (0..100).map(|number| format!("value-{number}")).collect();
    declare(&world, json!({"properties": {"list": {"items": {"enum": allowed}}}})).await;
    let data = event("a.b", json!({"list": vec![1; 100]}));
    let error = world.webhooks.publisher.publish(world.workspace, data).await.expect_err("wrong");
    let Details::Fields(wrong) = error.details() else { panic!("no fields") };
    assert_eq!(wrong.len(), 20);
    assert!(wrong.iter().all(|field| field.rule == "enum" && field.message.chars().count() <= 301));
}

#[tokio::test(flavor = "multi_thread")]
async fn formats_are_remarks() {
    let (world, _keep) = world().await;
    for draft in ["https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"] {
        declare(&world, json!({"$schema": draft, "properties": {"a": {"format": "email"}}})).await;
        assert_eq!(publish(&world, json!({"a": "nobody"})).await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_may_be_as_deep_as_data_are() {
    let (world, _keep) = world().await;
    let node = json!({"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}});
    assert_eq!(declare(&world, node).await, [""; 0]);
    let tree = |levels, leaf| (1..levels).fold(leaf, |inner, _| json!({"left": inner, "right": {}}));
    assert_eq!(publish(&world, tree(127, json!({}))).await, [""; 0]);
    assert_eq!(publish(&world, tree(100, json!({"left": 1}))).await.len(), 1);
    assert_eq!(publish(&world, tree(200, json!({}))).await, ["data"], "deeper data are not checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_costliest_schemas_are_checked_in_moments() {
    let (world, _keep) = world().await;
    let chain = |n: usize| json!({"allOf": [{"items": {"$ref": format!("#/$defs/a{}", n + 1)}}, {"type": ["array", "integer"]}]});
    let mut defs: Map<String, Value> = (0..190).map(|n| (format!("a{n}"), chain(n))).collect();
    defs.insert("a190".into(), json!(true));
    let long_chain = json!({"$defs": defs, "properties": {"list": {"$ref": "#/$defs/a0"}}});
    let wide: Vec<_> = (0..2_000).map(|n| json!({"minLength": n})).collect();
    let wide = json!({"properties": {"list": {"items": {"anyOf": wide}}}});
    let nested = (0..12).fold(json!({"type": "string"}), |inner, _| json!({"oneOf": [inner, {"type": "null"}]}));
    let fan =
        (0..26).fold(json!({"type": "string"}), |inner, _| json!({"properties": {"a": inner}, "required": ["a"]}));
    let data = json!({"list": vec![json!(["a", ["b"], {"a": 1}]); 10_000]});
    let deep = json!({"list": self::nested(126)});
    for schema in [long_chain, wide, nested, fan] {
        let began = Instant::now();
        assert_eq!(declare(&world, schema).await, [""; 0]);
        publish(&world, data.clone()).await;
        publish(&world, deep.clone()).await;
        assert!(began.elapsed() < Duration::from_secs(30), "whatever it answers");
    }
}
