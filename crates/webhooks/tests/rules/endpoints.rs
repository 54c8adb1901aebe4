//! What an endpoint may be, who may see it, and what it never shows.

use crate::world::{DAY, SECOND, URL, World, code, fields, plan};
use mainstay_kernel::{Patch, Secret};
use mainstay_outbound::OutboundError;
use mainstay_testkit::on_each_database;
use mainstay_webhooks::endpoints::model::Headers;
use mainstay_webhooks::endpoints::{EndpointChange, EndpointService as _, NewEndpoint};
use serde_json::json;
use std::collections::BTreeMap;

fn wish() -> NewEndpoint {
    NewEndpoint { url: URL.into(), events: vec!["post.*".into()], ..NewEndpoint::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_an_endpoint_is_named_at_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.outbound.refuse("https://10.0.0.1/", OutboundError::NotPublic("10.0.0.1".into()));
        let headers = Headers(BTreeMap::from([("Host".to_owned(), "elsewhere".to_owned())]));
        let wrong = NewEndpoint {
            url: "https://10.0.0.1/".into(),
            events: vec!["Not a name".into()],
            secret: Some(Secret::new("short".into())),
            description: Some("x".repeat(256)),
            channels: vec!["no space".into()],
            headers,
            rate_limit: Some(0),
            max_concurrency: Some(101),
            ..NewEndpoint::default()
        };
        let mut named = fields(world.webhooks.endpoints.create(world.workspace, &plan(None), wrong).await);
        named.sort();
        let expected =
            ["channels.0", "description", "events.0", "headers.Host", "max_concurrency", "rate_limit", "secret", "url"];
        assert_eq!(named, expected);
        let nothing = NewEndpoint { events: Vec::new(), ..wish() };
        assert_eq!(fields(world.webhooks.endpoints.create(world.workspace, &plan(None), nothing).await), ["events"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_may_not_be_asked_is_refused_when_it_changes_too_and_nothing_else_changes_with_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["post.*"]).await.endpoint.id;
        world.outbound.refuse("https://localhost/", OutboundError::NotPublic("localhost".into()));
        let change = EndpointChange {
            url: Some("https://localhost/".into()),
            events: Some(vec!["*".into()]),
            ..EndpointChange::default()
        };
        assert_eq!(fields(world.webhooks.endpoints.update(world.workspace, id, change).await), ["url"]);
        let kept = world.webhooks.endpoints.get(world.workspace, id).await.expect("the endpoint");
        assert_eq!((kept.url.as_str(), kept.events.to_texts()), (URL, vec!["post.*".to_owned()]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_never_has_more_endpoints_than_its_plan_allows() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let two = plan(Some(2));
        let create = || world.webhooks.endpoints.create(world.workspace, &two, wish());
        let made = create().await.expect("the first").endpoint.id;
        create().await.expect("the second");
        assert_eq!(code(create().await), "feature_limit_reached");
        world.webhooks.endpoints.delete(world.workspace, made).await.expect("deleted");
        create().await.expect("there is room again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspaces_endpoint_does_not_exist() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (id, endpoints, there) =
            (world.endpoint(URL, &["*"]).await.endpoint.id, &world.webhooks.endpoints, world.elsewhere);
        assert_eq!(code(endpoints.get(there, id).await), "not_found");
        assert_eq!(code(endpoints.update(there, id, EndpointChange::default()).await), "not_found");
        assert_eq!(code(endpoints.test(there, id).await), "not_found");
        assert_eq!(code(endpoints.rotate_secret(there, id, None, DAY).await), "not_found");
        assert_eq!(code(endpoints.delete(there, id).await), "not_found");
        assert!(endpoints.get(world.workspace, id).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_sign_until_the_overlap_ends_and_the_oldest_of_three_does_not() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        let endpoints = &world.webhooks.endpoints;
        assert_eq!(
            fields(endpoints.rotate_secret(world.workspace, id, None, 299 * SECOND).await),
            ["grace_period_seconds"]
        );
        endpoints.rotate_secret(world.workspace, id, None, 300 * SECOND).await.expect("rotated");
        assert_eq!(signatures(&world).await, 2);
        endpoints.rotate_secret(world.workspace, id, None, 300 * SECOND).await.expect("rotated again");
        assert_eq!(signatures(&world).await, 2);
        world.clock.advance(299 * SECOND);
        assert_eq!(signatures(&world).await, 2);
        world.clock.advance(SECOND);
        assert_eq!(signatures(&world).await, 1, "at the end exactly the old one is dead");
    })
    .await;
}

/// How many signatures the next delivery carries.
async fn signatures(world: &World) -> usize {
    world.publish("post.created", json!({})).await;
    world.deliver().await;
    let sent = world.outbound.sent(URL).pop().expect("a request");
    sent.headers["webhook-signature"].to_str().expect("text").split(' ').count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_pair_is_there_for_as_long_as_it_is_asked_for_and_only_its_public_half_is_shown() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let asymmetric = NewEndpoint { asymmetric: true, ..wish() };
        let made = world.endpoint_of(world.workspace, asymmetric).await.endpoint;
        let key = made.public_key.expect("a key");
        let shown = world.webhooks.endpoints.public_keys(made.id).await.expect("a key set");
        assert_eq!(
            (shown["keys"][0]["kty"].as_str(), shown["keys"][0]["crv"].as_str()),
            (Some("OKP"), Some("Ed25519"))
        );
        assert!(shown["keys"][0].get("d").is_none());
        let ask = |asymmetric| EndpointChange { asymmetric: Some(asymmetric), ..EndpointChange::default() };
        let update = |asymmetric| world.webhooks.endpoints.update(world.workspace, made.id, ask(asymmetric));
        assert_eq!(update(true).await.expect("kept").public_key.as_ref(), Some(&key));
        assert_eq!(update(false).await.expect("off").public_key, None);
        assert_eq!(code(world.webhooks.endpoints.public_keys(made.id).await), "not_found");
        assert_ne!(update(true).await.expect("on again").public_key, Some(key));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_sent_along_replaced_as_a_whole_and_shown_by_their_names_alone() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let headers = |name: &str| Headers(BTreeMap::from([(name.to_owned(), "Bearer hush".to_owned())]));
        let made =
            world.endpoint_of(world.workspace, NewEndpoint { headers: headers("Authorization"), ..wish() }).await;
        assert_eq!(made.endpoint.header_names, ["Authorization"]);
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        assert_eq!(world.outbound.sent(URL)[0].headers["authorization"], "Bearer hush");
        let change = |headers| EndpointChange { headers, ..EndpointChange::default() };
        let update = |headers| world.webhooks.endpoints.update(world.workspace, made.endpoint.id, change(headers));
        assert_eq!(update(Patch::Set(headers("X-Other"))).await.expect("changed").header_names, ["X-Other"]);
        assert!(update(Patch::Clear).await.expect("cleared").header_names.is_empty());
        assert!(!format!("{:?}", headers("Authorization")).contains("hush"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_signed_like_any_other_and_counts_for_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["post.*"]).await.endpoint.id;
        let off = EndpointChange { is_active: Some(false), ..EndpointChange::default() };
        world.webhooks.endpoints.update(world.workspace, id, off).await.expect("turned off");
        let trial = world.webhooks.endpoints.test(world.workspace, id).await.expect("an outcome");
        assert!(trial.success && trial.status_code == Some(200) && trial.error.is_none());
        assert_eq!(world.outbound.sent(URL)[0].headers["x-webhook-event"], "webhook.test");
        world.outbound.answer(URL, Err(OutboundError::TimedOut));
        let trial = world.webhooks.endpoints.test(world.workspace, id).await.expect("an outcome");
        assert_eq!((trial.success, trial.status_code), (false, None));
        assert_eq!(trial.error.as_deref(), Some("The answer took too long."));
        let endpoint = world.webhooks.endpoints.get(world.workspace, id).await.expect("the endpoint");
        assert_eq!((endpoint.failure_count, endpoint.last_delivery_at), (0, None));
        assert_eq!(world.delivery_count(id).await, 0);
    })
    .await;
}
