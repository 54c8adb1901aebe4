//! Several gateways over one database.

use crate::oauth_app::{App, BACK};
use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Engine, Gateway, Launch, play};
use serde_json::json;
use std::future::IntoFuture as _;
use std::time::{Duration, Instant};

/// A second, and what it takes to ask.
const SOON: Duration = Duration::from_millis(1_200);

/// Asks again and again until the answer has this status.
async fn becomes(call: Call, status: u16) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = call.clone().await;
        if answer.status == status {
            return answer;
        }
        assert!(begun.elapsed() < SOON, "still not {status} after {:?}: {answer:?}", begun.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Plays a story on two nodes over PostgreSQL.
fn on_two_nodes(story: impl AsyncFn(&Gateway, &Gateway)) {
    if !Engine::available().any(|engine| engine == Engine::Postgres) {
        eprintln!("skipped: MAINSTAY_TEST_POSTGRES_URL is not set");
        return;
    }
    play(async move {
        let here = Launch::on(Engine::Postgres).set("PUBLIC_URL", "http://mainstay.test").start().await;
        let there = here.another_node().await;
        story(&here, &there).await;
        drop(there);
        here.close().await;
    });
}

#[test]
fn a_revoked_key_is_refused_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant().await;
        for _ in 0..3 {
            let made =
                tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Known", "scopes": ["*"] })).await.is(201);
            let key = here.nobody().with_credential(&made.text("/data/key"));
            let elsewhere = key.at(there.door());
            let _ = elsewhere.get("/api/v1/me").await.is(200);
            let _ = tenant.owner.delete(&format!("/api/v1/api-keys/{}", made.number("/data/id"))).await.is(204);
            let _ = key.get("/api/v1/me").await.is(401);
            let _ = becomes(elsewhere.get("/api/v1/me"), 401).await;
        }
    });
}

#[test]
fn a_changed_plan_and_a_new_feature_hold_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let (owner, key) = (here.setup_key(), here.tenant_on("free").await.key);
        let elsewhere = key.at(there.door());
        let consume = || elsewhere.post("/api/v1/entitlements/consume", &json!({ "feature": "exports" }));
        let _ = consume().await.is(422);
        let _ = owner.post("/api/v1/features", &json!({ "code": "exports", "kind": "limit" })).await.is(201);
        let granted = json!({ "grants": { "exports": 1 }, "requests_per_minute": 500 });
        let _ = owner.patch("/api/v1/plans/free", &granted).await.is(200);
        let used = becomes(consume(), 200).await;
        assert_eq!(used.header("x-ratelimit-limit"), Some("500"));
        for (api_access, status) in [(false, 402), (true, 200)] {
            let _ = owner.patch("/api/v1/plans/free", &json!({ "api_access": api_access })).await.is(200);
            let _ = becomes(elsewhere.get("/api/v1/me"), status).await;
        }
        let _ = owner.delete("/api/v1/plans/free").await.is(204);
        let _ = becomes(consume(), 403).await;
    });
}

#[test]
fn of_two_hundred_callers_of_two_nodes_a_hundred_pass_a_limit_of_a_hundred() {
    on_two_nodes(async |here, there| {
        let key = here.tenant_on("pro").await.key;
        let elsewhere = key.at(there.door());
        // Ten of a thousand posts each.
        let body = json!({ "feature": "posts", "quantity": 10 });
        let consume = |number: usize| {
            let key = if number.is_multiple_of(2) { &key } else { &elsewhere };
            key.post("/api/v1/entitlements/consume", &body)
        };
        let answers = join_all((0..200).map(|number| consume(number).into_future())).await;
        let with = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((with(200), with(403)), (100, 100));
        let check = key.get("/api/v1/entitlements/check?feature=posts");
        assert_eq!(becomes(check, 200).await.number("/current_usage"), 1_000);
    });
}

#[test]
fn a_boost_counts_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant_on("free").await;
        let consume = tenant.key.at(there.door()).post(
            "/api/v1/entitlements/consume",
            &json!({
                "feature": "posts", "quantity": 110,
            }),
        );
        let _ = consume.clone().await.is(403);
        let more = json!({ "feature": "posts", "limit_value": 10 });
        let _ = here.setup_key().post(&tenant.path("/boosts"), &more).await.is(201);
        let _ = becomes(consume, 200).await;
    });
}

#[test]
fn a_change_of_role_counts_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant().await;
        let admin = tenant.member(here, "admin").await;
        let elsewhere = admin.at(there.door());
        let rename = json!({ "name": "Renamed" });
        let _ = elsewhere.patch(&tenant.path(""), &rename).await.is(200);
        let mint = elsewhere.post("/api/v1/api-keys", &json!({ "name": "x" }));
        let _ = mint.clone().await.is(201);
        let seat = tenant.path(&format!("/members/{}", admin.id));
        let _ = tenant.owner.patch(&seat, &json!({ "role": "viewer" })).await.is(200);
        let _ = becomes(mint, 403).await;
        let _ = elsewhere.patch(&tenant.path(""), &rename).await.is(403);
        let _ = tenant.owner.delete(&seat).await.is(204);
        let _ = becomes(elsewhere.get(&tenant.path("")), 404).await;
    });
}

#[test]
fn a_session_that_ended_and_a_workspace_that_is_gone_are_so_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant().await;
        let _ = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let (key, owner) = (tenant.key.at(there.door()), tenant.owner.at(there.door()));
        let _ = key.get("/api/v1/me").await.is(200);
        let _ = owner.get("/api/auth/me/").await.is(200);
        let _ = tenant.owner.delete(&tenant.path("")).await.is(204);
        let _ = becomes(key.get("/api/v1/me"), 401).await;
        let (nobody, refresh) = (here.nobody(), "/api/auth/token/refresh/");
        let second = nobody.post(refresh, &json!({ "refresh": tenant.owner.refresh })).await.is(200);
        let _ = nobody.post(refresh, &json!({ "refresh": second.text("/refresh") })).await.is(200);
        let _ = nobody.post(refresh, &json!({ "refresh": tenant.owner.refresh })).await.is(401);
        let _ = becomes(owner.get("/api/auth/me/"), 401).await;
    });
}

#[test]
fn a_client_that_goes_with_its_project_or_workspace_is_gone_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let (tenant, ada) = (here.tenant().await, here.person("ada").await);
        let _ = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let project = tenant.owner.post("/projects", &json!({ "name": "Own", "is_public": true })).await.is(201);
        let project = format!("/projects/{}", project.text("/slug"));
        let body = json!({ "name": "App", "redirect_uri": BACK });
        for (owner, clients, data) in [
            (project.clone(), format!("{project}/clients"), ""),
            (tenant.path(""), tenant.path("/oauth-clients"), "/data"),
        ] {
            let made = tenant.owner.post(&clients, &body).await.is(201);
            let text = |field: &str| made.text(&format!("{data}/{field}"));
            let app = |gateway| App::with(gateway, text("id"), text("client_id"), Some(text("client_secret")));
            let token = app(here).tokens(&ada, "").await.text("/access_token");
            for node in [here, there] {
                let _ = app(node).userinfo(&token).await.is(200);
            }
            assert!(matches!(tenant.owner.delete(&owner).await.status, 200 | 204));
            for node in [there, here] {
                let _ = becomes(app(node).userinfo(&token), 401).await;
                let _ =
                    becomes(app(node).ask("/oauth/token", &json!({ "grant_type": "client_credentials" })), 400).await;
            }
        }
    });
}

#[test]
fn the_same_idempotent_request_on_two_nodes_runs_once() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant().await;
        let elsewhere = tenant.key.at(there.door());
        for round in 1..=5 {
            let (body, key) = (json!({ "name": "Once" }), format!("round-{round}"));
            let calls = (0..12).map(|at| {
                let holder = if at % 2 == 0 { &tenant.key } else { &elsewhere };
                holder.post("/api/v1/workspaces", &body).once(&key).into_future()
            });
            let answers = futures_util::future::join_all(calls).await;
            let fresh =
                answers.iter().filter(|answer| answer.status == 201 && answer.header("idempotent-replayed").is_none());
            assert_eq!(fresh.count(), 1, "{answers:#?}");
            assert_eq!(tenant.key.get("/api/v1/workspaces").await.number("/meta/total"), 1 + round);
        }
    });
}

#[test]
fn a_deleted_account_is_gone_on_every_node_within_a_second() {
    on_two_nodes(async |here, there| {
        let tenant = here.tenant().await;
        let ada = tenant.member(here, "admin").await;
        let key = tenant.key_of(&ada, &["workspaces:read"]).await;
        let app = App::of(&tenant.owner, here).await;
        let access = app.tokens(&ada, "&scope=openid").await.text("/access_token");
        let bearer = here.nobody().with_credential(&access);
        let elsewhere = [ada.at(there.door()).get("/auth/me"), key.at(there.door()).get("/api/v1/me")];
        let userinfo = bearer.at(there.door()).get("/oauth/userinfo");
        for known in elsewhere.iter().chain([&userinfo]) {
            let _ = known.clone().await.is(200);
        }
        let body = json!({ "current_password": ada.password });
        let _ = ada.call("DELETE", "/auth/me").json(&body).await.is(200);
        for known in elsewhere.into_iter().chain([userinfo]) {
            let _ = becomes(known, 401).await;
        }
    });
}
