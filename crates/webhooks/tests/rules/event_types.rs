use crate::world::{World, code, event, fields};
use mainstay_store::Changes;
use mainstay_testkit::{on_each_database, rows};
use mainstay_webhooks::event_types::{CHANGED, DeclaredType, EventTypeService as _, NewEventType};
use mainstay_webhooks::publishing::PublishService as _;
use mainstay_webhooks::{WebhookError, Webhooks};
use serde_json::{Value, json};
use std::sync::Arc;

fn declared(name: &str, schema: Option<Value>) -> NewEventType {
    NewEventType { name: name.into(), description: "Something happened.".into(), schema }
}

async fn put(world: &World, new: NewEventType) -> Result<DeclaredType, WebhookError> {
    world.webhooks.event_types.put(world.workspace, new).await
}

/// An order must have a number.
fn order() -> NewEventType {
    let schema = json!({"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}});
    declared("order.paid", Some(schema))
}

async fn publish(webhooks: &Webhooks, world: &World, data: Value) -> Vec<String> {
    fields(webhooks.publisher.publish(world.workspace, event("order.paid", data)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declared_is_listed_by_name() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        put(&world, declared("post.created", None)).await.expect("declared");
        let order = put(&world, order()).await.expect("declared");
        let listed = world.webhooks.event_types.list(world.workspace).await.expect("the kinds");
        let names: Vec<_> = listed.iter().map(|kind| kind.name.as_str()).collect();
        assert_eq!(names, ["order.paid", "post.created"]);
        assert_eq!(listed[0], order);
        assert_eq!(world.webhooks.event_types.list(world.elsewhere).await.expect("none"), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declaration_takes_the_place_of_the_one_of_its_name() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let first = put(&world, order()).await.expect("declared");
        world.clock.advance(std::time::Duration::from_secs(1));
        let second = put(&world, declared("order.paid", None)).await.expect("declared again");
        assert_eq!((second.created_at, second.updated_at), (first.created_at, world.now()));
        assert_eq!(world.webhooks.event_types.list(world.workspace).await.expect("the kinds"), [second]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_a_declaration_that_is_wrong_is_named() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let description = "x".repeat(1_001);
        let wrong = NewEventType { name: "Post".into(), description, schema: Some(json!("string")) };
        assert_eq!(fields(put(&world, wrong).await), ["name", "description", "schema"]);
        let nul = NewEventType { description: "\0".into(), ..declared("post.created", Some(json!({"title": "\0"}))) };
        assert_eq!(fields(put(&world, nul).await), ["description", "schema"]);
        let longest = NewEventType { description: "ä".repeat(1_000), ..declared("post.created", Some(json!(true))) };
        assert_eq!(code(put(&world, longest).await), "ok");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_must_fit_the_schema_of_its_kind() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        put(&world, order()).await.expect("declared");
        assert!(publish(&world.webhooks, &world, json!({"number": 7})).await.is_empty());
        assert_eq!(publish(&world.webhooks, &world, json!({"number": "7"})).await, ["data.number"]);
        assert_eq!(publish(&world.webhooks, &world, json!({})).await, ["data.number"]);
        let several = vec![event("order.paid", json!({"number": 1})), event("order.paid", json!({"number": "2"}))];
        let outcome = world.webhooks.publisher.publish_all(world.workspace, several).await;
        assert_eq!(fields(outcome), ["events.1.data.number"]);
        assert_eq!(rows::count(&world.database, "webhook_messages").await, 1, "all or none");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_workspaces_are_not_checked() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        put(&world, order()).await.expect("declared");
        world.publish("order.lost", json!({})).await;
        world.publish_all(world.elsewhere, vec![event("order.paid", json!({}))]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declaration_that_is_taken_back_checks_nothing_any_more() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        put(&world, order()).await.expect("declared");
        assert_eq!(publish(&world.webhooks, &world, json!({})).await, ["data.number"]);
        let types = &world.webhooks.event_types;
        assert_eq!(code(types.delete(world.elsewhere, "order.paid").await), "not_found");
        types.delete(world.workspace, "order.paid").await.expect("taken back");
        assert!(publish(&world.webhooks, &world, json!({})).await.is_empty());
        assert_eq!(code(types.delete(world.workspace, "order.paid").await), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_forget_what_was_declared_before() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let other = Arc::new(world.node());
        let mut changes = Changes::default();
        changes.begin(&world.database).await.expect("begun");
        let types = Arc::clone(&other.event_types);
        changes.listen(CHANGED, Arc::new(move |subject| types.forget(subject)));
        assert!(publish(&other, &world, json!({})).await.is_empty(), "nothing is declared, and that is remembered");
        put(&world, order()).await.expect("declared");
        changes.catch_up(&world.database).await.expect("caught up");
        assert_eq!(publish(&other, &world, json!({})).await, ["data.number"]);
        let announced = (CHANGED.to_owned(), world.workspace.0.to_string());
        assert_eq!(rows::changes(&world.database).await, [announced]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_declares_at_most_a_thousand_kinds() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for number in 0..1_000 {
            put(&world, declared(&format!("kind.n{number}"), None)).await.expect("declared");
        }
        assert_eq!(fields(put(&world, declared("kind.more", None)).await), ["name"]);
        assert_eq!(code(put(&world, declared("kind.n7", Some(json!({})))).await), "ok", "none is added");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schemas_of_a_workspace_have_at_most_two_mebibytes_together() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let large = || Some(json!({"title": "x".repeat(64 * 1024 - 12)}));
        for number in 0..32 {
            put(&world, declared(&format!("kind.n{number}"), large())).await.expect("declared");
        }
        assert_eq!(fields(put(&world, declared("kind.more", large())).await), ["schema"]);
        assert_eq!(code(put(&world, declared("kind.n7", large())).await), "ok", "it takes its own place");
        assert_eq!(code(put(&world, declared("kind.more", None)).await), "ok");
    })
    .await;
}
