//! `/api/v1/api-keys`: making, showing and taking back.

use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const KEYS: &str = "/api/v1/api-keys";

const SHOWN: [&str; 13] = [
    "allowed_ips",
    "created_at",
    "environment",
    "expires_at",
    "grace_period_ends_at",
    "id",
    "last_used_at",
    "name",
    "prefix",
    "rate_limit_tier",
    "scopes",
    "server_scopes",
    "status",
];

#[test]
fn a_new_key_is_shown_once_and_afterwards_only_how_it_begins() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({
            "name": "Mobile App Key", "scopes": ["posts:read", "users:read"], "rate_limit_tier": "pro",
            "expires_at": "2999-01-01T00:00:00Z"
        });
        let made = tenant.key.post(KEYS, &body).await.is(201);
        assert_eq!(made.fields(""), ["data", "message"]);
        assert_eq!(made.text("/message"), "API key created successfully.");
        let fields = ["created_at", "expires_at", "id", "key", "name", "rate_limit_tier", "scopes"];
        assert_eq!(made.fields("/data"), fields);
        for field in ["name", "scopes", "rate_limit_tier", "expires_at"] {
            assert_eq!(made.at(&format!("/data/{field}")), body[field], "{field}");
        }
        let key = made.text("/data/key");
        let parts: Vec<_> = key.split('_').collect();
        assert!(
            parts.len() == 4 && parts[..2] == ["sk", "live"] && parts[3].len() >= 32,
            "the form of {}",
            parts.len()
        );

        let got = tenant.key.get(&format!("{KEYS}/{}", made.number("/data/id"))).await.is(200);
        assert_eq!(got.fields(""), ["data"]);
        assert_eq!(got.fields("/data"), SHOWN);
        assert!(key.starts_with(&got.text("/data/prefix")) && got.text("/data/prefix").len() < key.len() / 2);
        assert_eq!((got.text("/data/status"), got.text("/data/environment")), ("active".to_owned(), "live".to_owned()));
        assert!(is_instant(&got.text("/data/created_at")));
        let listed = tenant.key.get(&format!("{KEYS}?search=mobile")).await.is(200);
        assert_eq!(
            (listed.fields(""), listed.fields("/data/0")),
            (["data", "links", "meta"].map(str::to_owned).into(), SHOWN.map(str::to_owned).into())
        );
        let shown = [got.body, listed.body].concat();
        assert!(!String::from_utf8_lossy(&shown).contains(parts[3]), "the secret is never shown again");
    });
}

#[test]
fn a_key_that_asks_for_nothing_reads_and_writes_for_ever() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let made = tenant.owner.post(KEYS, &json!({ "name": "Plain" })).await.is(201);
        assert_eq!(made.at("/data/scopes"), json!(["read", "write"]));
        assert_eq!(
            (made.text("/data/rate_limit_tier"), made.at("/data/expires_at")),
            ("enterprise".to_owned(), json!(null))
        );
        let key = gateway.nobody().with_credential(&made.text("/data/key"));
        let _ = key.get("/api/v1/workspaces").await.is(200);
        let _ = key.post("/api/v1/workspaces", &json!({ "name": "Written" })).await.is(201);
        let _ = key.delete(&tenant.path("")).await.is(403);
        let test = tenant.owner.post(KEYS, &json!({ "name": "Test", "environment": "test" })).await.is(201);
        assert!(test.text("/data/key").starts_with("sk_test_"));
    });
}

#[test]
fn every_wrong_field_of_a_new_key_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let cases = [
            (json!({}), "name"),
            (json!({ "name": "" }), "name"),
            (json!({ "name": "a".repeat(256) }), "name"),
            (json!({ "name": "x", "scopes": ["posts read"] }), "scopes.0"),
            (json!({ "name": "x", "scopes": ["read", 7] }), "scopes.1"),
            (json!({ "name": "x", "scopes": [] }), "scopes"),
            (json!({ "name": "x", "scopes": "read" }), "scopes"),
            (json!({ "name": "x", "rate_limit_tier": "vast" }), "rate_limit_tier"),
            (json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" }), "expires_at"),
            (json!({ "name": "x", "expires_at": "tomorrow" }), "expires_at"),
            (json!({ "name": "x", "environment": "moon" }), "environment"),
            (json!({ "name": "x", "allowed_ips": ["10.0.0.1", "10.0.0.0/33"] }), "allowed_ips.1"),
            (json!({ "name": "x", "server_scopes": ["Not A Server"] }), "server_scopes.0"),
        ];
        for (body, field) in cases {
            let wrong = tenant.key.post(KEYS, &body).await.is(422);
            assert_eq!(wrong.text("/error"), "validation_failed");
            assert_eq!(wrong.fields("/errors"), [field], "{body}");
        }
    });
}

#[test]
fn nobody_gives_a_key_more_than_they_hold() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let narrow = tenant.key_with(&["api-keys:write", "posts:*"]).await;
        let made = narrow.post(KEYS, &json!({ "name": "x", "scopes": ["posts:read", "posts:write"] })).await.is(201);
        assert_eq!(made.at("/data/scopes"), json!(["posts:read", "posts:write"]));
        for scope in ["users:read", "*", "read", "*:read"] {
            let refused = narrow.post(KEYS, &json!({ "name": "x", "scopes": [scope] })).await.is(403);
            assert_eq!(
                (refused.text("/code"), refused.text("/required_scope")),
                ("forbidden_scope".to_owned(), scope.to_owned())
            );
        }
        let admin = tenant.member(gateway, "admin").await;
        let _ = admin.post(KEYS, &json!({ "name": "x", "scopes": ["workspaces:delete"] })).await.is(403);
        let wide = tenant.key_with(&["*"]).await;
        let id = tenant.owner.get(KEYS).await.is(200).number("/data/0/id");
        let rotate = format!("{KEYS}/{id}/rotate");
        let _ = narrow.post(&rotate, &json!({})).await.is(403);
        let _ = wide.post(&rotate, &json!({})).await.is(200);
    });
}

#[test]
fn a_plan_bounds_how_many_keys_there_are_and_how_fast_they_go() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let fast = tenant.owner.post(KEYS, &json!({ "name": "x", "rate_limit_tier": "pro" })).await.is(422);
        assert_eq!(fast.fields("/errors"), ["rate_limit_tier"]);
        for _ in 1..10 {
            let _ = tenant.owner.post(KEYS, &json!({ "name": "One more" })).await.is(201);
        }
        let full = tenant.owner.post(KEYS, &json!({ "name": "Too many" })).await.is(403);
        assert_eq!(
            (full.text("/error"), full.text("/feature")),
            ("feature_limit_reached".to_owned(), "api_keys".to_owned())
        );
        assert_eq!(full.text("/message"), "You have reached your limit for this feature.");
        assert!(full.text("/upgrade_url").starts_with(gateway.url()));
        let id = tenant.owner.get(KEYS).await.is(200).number("/data/0/id");
        let _ = tenant.owner.delete(&format!("{KEYS}/{id}")).await.is(204);
        let _ = tenant.owner.post(KEYS, &json!({ "name": "In its place" })).await.is(201);
    });
}

#[test]
fn a_revoked_key_is_refused_from_the_next_request_on() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for _ in 0..10 {
            let made = tenant.key.post(KEYS, &json!({ "name": "Short-lived" })).await.is(201);
            let key = gateway.nobody().with_credential(&made.text("/data/key"));
            let _ = key.get("/api/v1/me").await.is(200);
            let path = format!("{KEYS}/{}", made.number("/data/id"));
            assert!(tenant.key.delete(&path).await.is(204).body.is_empty());
            let refused = key.get("/api/v1/me").await.is(401);
            assert_eq!(
                (refused.text("/error"), refused.text("/code")),
                ("unauthorized".to_owned(), "unauthenticated".to_owned())
            );
            assert_eq!(refused.text("/message"), "Invalid or missing API key.");
            let _ = tenant.key.get(&path).await.is(404);
            let _ = tenant.key.delete(&path).await.is(404);
        }
        assert_eq!(tenant.key.get(KEYS).await.is(200).number("/meta/total"), 1);
        let revoked = tenant.key.get(&format!("{KEYS}?status=revoked")).await.is(200);
        assert_eq!((revoked.number("/meta/total"), revoked.text("/data/0/status")), (10, "revoked".to_owned()));
    });
}

#[test]
fn keys_are_listed_with_the_conventions_of_all_lists() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for name in ["Beta", "Alpha", "Gamma"] {
            let _ = tenant.owner.post(KEYS, &json!({ "name": name })).await.is(201);
        }
        let sorted = tenant.owner.get(&format!("{KEYS}?sort=name&per_page=2&fields=name")).await.is(200);
        assert_eq!(sorted.at("/data"), json!([{ "name": "Alpha" }, { "name": "Beta" }]));
        assert_eq!(sorted.number("/meta/total"), 4);
        assert_eq!(tenant.owner.get(&format!("{KEYS}?search=GAM")).await.is(200).text("/data/0/name"), "Gamma");
        assert_eq!(tenant.owner.get(&format!("{KEYS}?status=active")).await.is(200).number("/meta/total"), 4);
        assert_eq!(tenant.owner.get(&format!("{KEYS}?created_after=2999-01-01")).await.is(200).at("/data"), json!([]));
        for (query, field) in [("status=lost", "status"), ("sort=key", "sort"), ("updated_before=x", "updated_before")]
        {
            assert_eq!(tenant.owner.get(&format!("{KEYS}?{query}")).await.is(422).fields("/errors"), [field]);
        }
    });
}

#[test]
fn the_last_use_of_a_key_is_written_down() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let _ = tenant.key.get("/api/v1/me").await.is(200);
        for _ in 0..120 {
            let shown = tenant.owner.get(KEYS).await.is(200);
            if let Some(at) = shown.at("/data/0/last_used_at").as_str() {
                assert!(is_instant(at));
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the use was not written within 12 seconds");
    });
}
