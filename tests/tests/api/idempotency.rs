//! A request that is sent twice with the same key runs once.

use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, Answer, Engine, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

const WORKSPACES: &str = "/api/v1/workspaces";

#[track_caller]
fn replays(first: &Answer, again: &Answer) {
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert!(first.header("idempotent-replayed").is_none());
}

#[track_caller]
fn mismatch(answer: Answer) {
    let answer = answer.is(422);
    assert_eq!(
        (answer.text("/error"), answer.text("/code")),
        ("idempotency_key_mismatch".to_owned(), "idempotency_key_mismatch".to_owned())
    );
}

#[test]
fn a_repeated_request_gets_the_same_status_and_bytes_and_makes_nothing_new() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let post = tenant.key.post(WORKSPACES, &json!({ "name": "Once" })).once("k1");
        let first = post.clone().await.is(201);
        for _ in 0..3 {
            let again = post.clone().await;
            replays(&first, &again);
            assert!(again.headers.contains_key("x-ratelimit-remaining") && again.headers.contains_key("x-request-id"));
        }
        let slashed = tenant.key.post("/api/v1/workspaces/", &json!({ "name": "Once" })).once("k1").await;
        replays(&first, &slashed);
        assert_eq!(tenant.key.get(WORKSPACES).await.number("/meta/total"), 2);
        let _ = tenant.key.post(WORKSPACES, &json!({ "name": "Once" })).once("k2").await.is(201);
        assert_eq!(tenant.key.get(WORKSPACES).await.number("/meta/total"), 3);
    });
}

#[test]
fn the_same_key_for_another_request_is_refused() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let second = tenant.owner.post(WORKSPACES, &json!({ "name": "Second" })).await.is(201).number("/data/id");
        let _ = tenant.key.post(WORKSPACES, &json!({ "name": "One" })).once("k").await.is(201);
        mismatch(tenant.key.post(WORKSPACES, &json!({ "name": "Other" })).once("k").await);
        mismatch(tenant.key.post(&format!("{WORKSPACES}?a=b"), &json!({ "name": "One" })).once("k").await);
        let keys = "/api/v1/api-keys";
        let _ = tenant.owner.post(keys, &json!({ "name": "x" })).once("k").await.is(201);
        let elsewhere =
            tenant.owner.post(keys, &json!({ "name": "x" })).once("k").header("x-workspace-id", second.to_string());
        mismatch(elsewhere.await);
    });
}

#[test]
fn of_many_duplicates_at_once_one_runs() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for round in 1..=5 {
            let post = tenant.key.post(WORKSPACES, &json!({ "name": "Raced" })).once(&format!("race-{round}"));
            let answers = join_all((0..16).map(|_| post.clone().into_future())).await;
            let fresh =
                answers.iter().filter(|answer| answer.status == 201 && answer.header("idempotent-replayed").is_none());
            assert_eq!(fresh.count(), 1);
            for answer in &answers {
                let in_progress = answer.status == 409 && answer.text("/error") == "idempotency_in_progress";
                assert!(answer.status == 201 || in_progress, "{answer:?}");
            }
            assert_eq!(tenant.key.get(WORKSPACES).await.number("/meta/total"), 1 + round);
        }
    });
}

#[test]
fn a_key_means_something_to_its_caller_on_its_path_with_its_method_only() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let body = json!({ "name": "Same" });
        let first = tenant.key.post(WORKSPACES, &body).once("same").await.is(201);
        for holder in [&other.key, &tenant.key_with(&["*"]).await] {
            let fresh = holder.post(WORKSPACES, &body).once("same").await.is(201);
            assert!(fresh.header("idempotent-replayed").is_none() && fresh.body != first.body);
        }
        let _ = tenant.owner.post(WORKSPACES, &body).once("same").await.is(201);
        let patched = tenant.key.patch(&tenant.path(""), &body).once("same").await.is(200);
        assert!(patched.header("idempotent-replayed").is_none());
        let made = tenant.key.post("/api/v1/api-keys", &body).once("same").await.is(201);
        assert!(made.header("idempotent-replayed").is_none());
    });
}

#[test]
fn changes_and_removals_are_replayed_too() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let patch = tenant.key.patch(&tenant.path(""), &json!({ "name": "Changed" })).once("p");
        let first = patch.clone().await.is(200);
        let _ = tenant.key.patch(&tenant.path(""), &json!({ "name": "Changed since" })).await.is(200);
        replays(&first, &patch.await);
        assert_eq!(tenant.key.get(&tenant.path("")).await.text("/data/name"), "Changed since");
        let id = tenant.key.post(WORKSPACES, &json!({ "name": "Short" })).await.is(201).number("/data/id");
        let delete = tenant.key.delete(&format!("{WORKSPACES}/{id}")).once("d");
        let gone = delete.clone().await.is(204);
        replays(&gone, &delete.await);
        let _ = tenant.key.get(WORKSPACES).once("a read needs no key").await.is(200);
    });
}

#[test]
fn what_was_wrong_with_a_request_is_replayed_and_what_was_wrong_with_the_caller_is_not() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let wrong = tenant.key.post(WORKSPACES, &json!({ "name": "" })).once("wrong");
        let first = wrong.clone().await.is(422);
        replays(&first, &wrong.await);
        let missing = tenant.key.patch(&format!("{WORKSPACES}/999999999"), &json!({})).once("missing");
        let first = missing.clone().await.is(404);
        replays(&first, &missing.await);
        let narrow = tenant.key_with(&["x:y"]).await;
        let forbidden = narrow.post(WORKSPACES, &json!({ "name": "x" })).once("forbidden");
        let first = forbidden.clone().await.is(403);
        replays(&first, &forbidden.await);
        let nobody = gateway.nobody();
        for _ in 0..2 {
            let refused = nobody.post(WORKSPACES, &json!({ "name": "x" })).once("nobody").await.is(401);
            assert!(refused.header("idempotent-replayed").is_none());
        }
    });
}

#[test]
fn a_request_that_was_over_the_limit_may_be_sent_again() {
    on_own_gateways(crate::limits::on_tiny_plans, async |gateway: &mut Gateway| {
        let tenant = gateway.tenant_on("free").await;
        for _ in 0..3 {
            let _ = tenant.key.get("/api/v1/me").await.is(200);
        }
        let post = tenant.key.post(WORKSPACES, &json!({ "name": "Later" })).once("later");
        for _ in 0..2 {
            let limited = post.clone().await.is(429);
            assert!(limited.header("idempotent-replayed").is_none());
        }
    });
}

#[test]
fn a_key_that_cannot_be_one_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let post = tenant.key.post(WORKSPACES, &json!({ "name": "x" }));
        for key in [String::new(), "k".repeat(256), "ä".to_owned()] {
            assert_eq!(post.clone().once(&key).await.is(422).fields("/errors"), ["Idempotency-Key"]);
        }
        let _ = post.once(&"k".repeat(255)).await.is(201);
    });
}

#[test]
fn secrets_are_replayed_as_they_were_and_cannot_be_read_in_the_database() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let post = tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Secret", "scopes": ["*"] })).once("secret");
        let first = post.clone().await.is(201);
        let again = post.await;
        replays(&first, &again);
        let key = again.text("/data/key");
        let _ = gateway.nobody().with_credential(&key).get("/api/v1/me").await.is(200);
        let rotate = format!("/api/v1/api-keys/{}/rotate", first.number("/data/id"));
        let rotate = tenant.owner.post(&rotate, &json!({})).once("rotate");
        let rotated = rotate.clone().await.is(200);
        replays(&rotated, &rotate.await);
        if gateway.engine() == Engine::Sqlite {
            let name = "mainstay.db";
            let mut seen = Vec::new();
            for file in [name.to_owned(), format!("{name}-wal")] {
                seen.extend(std::fs::read(gateway.directory().join(file)).unwrap_or_default());
            }
            let holds = |text: &str| seen.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(holds("Secret"), "the file is where the database is");
            for secret in [key, rotated.text("/data/key"), tenant.owner.access.clone(), tenant.owner.refresh.clone()] {
                // How a secret begins may be shown; how it ends may not.
                let end = &secret[secret.len() - 24..];
                assert!(!holds(end), "a secret lies open in the database");
            }
            assert!(!holds(tenant.owner.password), "a password lies open in the database");
        }
    });
}
