//! `/api/v1/webhooks`: making, changing, testing and removing endpoints.

use crate::hooks::{Hook, WEBHOOKS};
use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, free_port, on_each_gateway, on_own_gateways};
use mainstay_testkit::{Receiver, Reply};
use serde_json::{Value, json};

/// Where nobody listens, and nobody is told of anything that happens.
const NOWHERE: &str = "http://127.0.0.1:9/hook";

const LISTED: [&str; 18] = [
    "channels",
    "created_at",
    "description",
    "disabled_at",
    "disabled_reason",
    "events",
    "failure_count",
    "filters",
    "header_names",
    "id",
    "is_active",
    "last_delivery_at",
    "max_concurrency",
    "public_key",
    "rate_limit",
    "success_count",
    "updated_at",
    "url",
];

/// A new endpoint that hears of nothing.
fn terms(url: &str) -> Value {
    json!({ "url": url, "events": ["nothing.happened"] })
}

#[test]
fn a_new_endpoint_shows_its_secret_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "url": NOWHERE, "events": ["post.created", "post.updated", "post.*"] });
        let made = tenant.key.post(WEBHOOKS, &body).await.is(201);
        assert_eq!(made.fields(""), ["data", "message"]);
        assert_eq!(made.text("/message"), "Webhook endpoint created successfully.");
        assert_eq!((made.text("/data/url"), made.at("/data/events")), (NOWHERE.to_owned(), body["events"].clone()));
        assert_eq!(made.at("/data/is_active"), true);
        assert!(is_instant(&made.text("/data/created_at")));
        let secret = made.text("/data/secret");
        assert!(secret.starts_with("whsec_") && secret.len() == 54, "the form of {} characters", secret.len());
        assert!(made.header("cache-control").is_some_and(|kept| kept.contains("no-store")));

        let path = format!("{WEBHOOKS}/{}", made.number("/data/id"));
        let got = tenant.key.get(&path).await.is(200);
        let mut shown: Vec<_> =
            LISTED.into_iter().chain(["consecutive_failures", "links", "secret_rotation"]).collect();
        shown.sort_unstable();
        assert_eq!(got.fields("/data"), shown);
        for (field, due) in
            [("success_count", json!(0)), ("failure_count", json!(0)), ("last_delivery_at", json!(null))]
        {
            assert_eq!(got.at(&format!("/data/{field}")), due, "{field}");
        }
        assert_eq!(got.text("/data/links/self"), format!("{}{path}", gateway.url()));
        assert_eq!(got.text("/data/links/deliveries"), format!("{}{path}/deliveries", gateway.url()));
        let listed = tenant.key.get(WEBHOOKS).await.is(200);
        assert_eq!(listed.fields("/data/0"), LISTED);
        let again = [got.body, listed.body].concat();
        assert!(!String::from_utf8_lossy(&again).contains(&secret[6..]), "the secret is never shown again");
    });
}

#[test]
fn what_is_said_of_an_endpoint_is_kept_and_only_the_names_of_its_headers_are_shown() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let secret = "a-secret-of-my-own";
        let body = json!({
            "url": NOWHERE, "events": ["*"], "secret": secret, "description": "The shop", "channels": ["eu"],
            "filters": { "status": ["paid", "sent"] }, "headers": { "X-Shop": "hidden-value" }, "rate_limit": 50,
            "max_concurrency": 2, "asymmetric_signatures": true
        });
        let made = tenant.key.post(WEBHOOKS, &body).await.is(201);
        assert_eq!(made.text("/data/secret"), secret);
        let got = tenant.key.get(&format!("{WEBHOOKS}/{}", made.number("/data/id"))).await.is(200);
        for field in ["description", "channels", "rate_limit", "max_concurrency"] {
            assert_eq!(got.at(&format!("/data/{field}")), body[field], "{field}");
        }
        assert!(got.at("/data/filters").is_object());
        let names = got.at("/data/header_names");
        assert!(names[0].as_str().is_some_and(|name| name.eq_ignore_ascii_case("x-shop")), "{names}");
        assert!(!String::from_utf8_lossy(&got.body).contains("hidden-value"));
        assert!(got.text("/data/public_key").starts_with("whpk_"));
    });
}

#[test]
fn every_wrong_field_of_a_new_endpoint_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let missing = tenant.key.post(WEBHOOKS, &json!({})).await.is(422);
        assert_eq!(missing.fields("/errors"), ["events", "url"]);
        for (field, value, named) in [
            ("url", json!("no address"), "url"),
            ("url", json!("ftp://127.0.0.1/x"), "url"),
            ("url", json!("http://user:word@127.0.0.1/x"), "url"),
            ("url", json!(7), "url"),
            ("events", json!([]), "events"),
            ("events", json!("post.created"), "events"),
            ("events", json!(["post.created", "Post Created"]), "events.1"),
            ("secret", json!("short"), "secret"),
            ("secret", json!("s".repeat(256)), "secret"),
            ("description", json!("d".repeat(256)), "description"),
            ("channels", json!(["with space"]), "channels.0"),
            ("filters", json!({ "status": { "a": 1 } }), "filters.status"),
            ("filters", json!([]), "filters"),
            ("headers", json!({ "Host": "elsewhere" }), "headers.Host"),
            ("headers", json!({ "X-Number": 7 }), "headers.X-Number"),
            ("rate_limit", json!(0), "rate_limit"),
            ("rate_limit", json!(-1), "rate_limit"),
            ("max_concurrency", json!(101), "max_concurrency"),
            ("asymmetric_signatures", json!("yes"), "asymmetric_signatures"),
        ] {
            let mut body = terms(NOWHERE);
            body[field] = value;
            let wrong = tenant.key.post(WEBHOOKS, &body).await.is(422);
            assert_eq!(
                (wrong.text("/error").as_str(), wrong.fields("/errors")),
                ("validation_failed", vec![named.into()])
            );
        }
        assert_eq!(tenant.key.get(WEBHOOKS).await.is(200).number("/meta/total"), 0);
    });
}

#[test]
fn only_https_to_public_addresses_is_called() {
    on_own_gateways(
        |launch: Launch| launch.unset("WEBHOOKS_ALLOW_PRIVATE"),
        async |gateway: &mut Gateway| {
            let tenant = gateway.tenant().await;
            for url in [
                "http://8.8.8.8/hook",
                "https://user:word@8.8.8.8/hook",
                "https://localhost/hook",
                "https://127.0.0.1/hook",
                "https://2130706433/hook",
                "https://0x7f.1/hook",
                "https://10.1.2.3/hook",
                "https://100.64.0.1/hook",
                "https://169.254.169.254/latest/meta-data",
                "https://192.168.1.1/hook",
                "https://[::1]/hook",
                "https://[::ffff:127.0.0.1]/hook",
                "https://[fd00::1]/hook",
            ] {
                let refused = tenant.key.post(WEBHOOKS, &terms(url)).await.is(422);
                assert_eq!(refused.fields("/errors"), ["url"], "{url}");
            }
            let hook = Hook::made(&tenant.key, &terms("https://8.8.8.8/hook")).await;
            let change = json!({ "url": "https://127.0.0.1/hook" });
            assert_eq!(tenant.key.patch(&hook.path(""), &change).await.is(422).fields("/errors"), ["url"]);
            assert_eq!(tenant.key.get(&hook.path("")).await.is(200).text("/data/url"), "https://8.8.8.8/hook");
        },
    );
}

#[test]
fn a_change_leaves_what_is_absent_and_clears_what_is_null() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let mut body = terms(NOWHERE);
        body["description"] = json!("The shop");
        body["rate_limit"] = json!(5);
        let hook = Hook::made(&tenant.key, &body).await;
        let changed =
            tenant.key.patch(&hook.path(""), &json!({ "events": ["post.*"], "rate_limit": null })).await.is(200);
        assert_eq!((changed.at("/data/events"), changed.at("/data/rate_limit")), (json!(["post.*"]), json!(null)));
        assert_eq!(changed.text("/data/description"), "The shop");
        assert_eq!(changed.at("/data"), tenant.key.get(&hook.path("")).await.is(200).at("/data"));
        let nulls = json!({ "url": null, "events": null, "is_active": null, "description": null });
        let wrong = tenant.key.patch(&hook.path(""), &nulls).await.is(422);
        assert_eq!(wrong.fields("/errors"), ["events", "is_active", "url"]);
        assert_eq!(tenant.key.get(&hook.path("")).await.is(200).text("/data/description"), "The shop");
    });
}

#[test]
fn an_endpoint_is_turned_off_and_on_again() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let hook = Hook::made(&tenant.key, &terms(NOWHERE)).await;
        let off = tenant.key.patch(&hook.path(""), &json!({ "is_active": false })).await.is(200);
        assert_eq!((off.at("/data/is_active"), off.at("/data/disabled_at")), (json!(false), json!(null)));
        let inactive = format!("{WEBHOOKS}?status=inactive");
        assert_eq!(tenant.key.get(&inactive).await.is(200).number("/data/0/id"), hook.id);
        for _ in 0..2 {
            let on = tenant.key.call("POST", &hook.path("/enable")).await.is(200);
            assert_eq!(on.at("/data/is_active"), true);
        }
        assert_eq!(tenant.key.get(&inactive).await.is(200).number("/meta/total"), 0);
    });
}

#[test]
fn a_deleted_endpoint_is_gone() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let hook = Hook::made(&tenant.key, &terms(NOWHERE)).await;
        assert!(tenant.key.delete(&hook.path("")).await.is(204).body.is_empty());
        let _ = tenant.key.get(&hook.path("")).await.is(404);
        let _ = tenant.key.delete(&hook.path("")).await.is(404);
        let _ = tenant.key.patch(&hook.path(""), &json!({ "is_active": true })).await.is(404);
        let _ = tenant.key.get(&hook.path("/deliveries")).await.is(404);
        assert_eq!(tenant.key.get(WEBHOOKS).await.is(200).number("/meta/total"), 0);
        for id in ["0", "-1", "x", "9223372036854775808"] {
            let _ = tenant.key.get(&format!("{WEBHOOKS}/{id}")).await.is(404);
        }
    });
}

#[test]
fn endpoints_are_listed_with_the_conventions_of_all_lists() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for name in ["b", "a", "c"] {
            let _ = Hook::made(&tenant.key, &terms(&format!("{NOWHERE}/{name}"))).await;
        }
        let sorted = tenant.key.get(&format!("{WEBHOOKS}?sort=url&per_page=2&fields=url")).await.is(200);
        assert_eq!(sorted.at("/data"), json!([{ "url": format!("{NOWHERE}/a") }, { "url": format!("{NOWHERE}/b") }]));
        assert_eq!((sorted.number("/meta/total"), sorted.number("/meta/last_page")), (3, 2));
        let found = tenant.key.get(&format!("{WEBHOOKS}?search=HOOK/C")).await.is(200);
        assert_eq!(found.text("/data/0/url"), format!("{NOWHERE}/c"));
        assert_eq!(tenant.key.get(&format!("{WEBHOOKS}?status=active")).await.is(200).number("/meta/total"), 3);
        for (query, field) in [("status=lost", "status"), ("sort=secret", "sort"), ("created_after=x", "created_after")]
        {
            assert_eq!(tenant.key.get(&format!("{WEBHOOKS}?{query}")).await.is(422).fields("/errors"), [field]);
        }
    });
}

#[test]
fn a_plan_bounds_how_many_endpoints_there_are() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        for _ in 0..5 {
            let _ = tenant.owner.post(WEBHOOKS, &terms(NOWHERE)).await.is(201);
        }
        let full = tenant.owner.post(WEBHOOKS, &terms(NOWHERE)).await.is(403);
        assert_eq!(
            (full.text("/error"), full.text("/feature")),
            ("feature_limit_reached".to_owned(), "webhooks".to_owned())
        );
        let id = tenant.owner.get(WEBHOOKS).await.is(200).number("/data/0/id");
        let _ = tenant.owner.delete(&format!("{WEBHOOKS}/{id}")).await.is(204);
        let _ = tenant.owner.post(WEBHOOKS, &terms(NOWHERE)).await.is(201);
    });
}

#[test]
fn a_test_tells_what_came_of_it_and_counts_for_nothing() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::made(&tenant.key, &terms(&receiver.url("/hook"))).await;
        let _ = tenant.key.patch(&hook.path(""), &json!({ "is_active": false })).await.is(200);
        receiver.will(Reply::status(200));
        let well = tenant.key.call("POST", &hook.path("/test")).await.is(200);
        assert_eq!(well.fields(""), ["response_body", "response_time_ms", "status_code", "success"]);
        assert_eq!((well.at("/success"), well.number("/status_code")), (json!(true), 200));
        assert_eq!(well.text("/response_body"), r#"{"received": true}"#);
        let told = receiver.next().await;
        assert_eq!((told.method.as_str(), told.header("x-webhook-event")), ("POST", Some("webhook.test")));
        receiver.will(Reply::status(500));
        let ill = tenant.key.call("POST", &hook.path("/test")).await.is(200);
        assert_eq!((ill.at("/success"), ill.number("/status_code")), (json!(false), 500));
        assert!(!ill.text("/error").is_empty());
        let silent = format!("http://127.0.0.1:{}/hook", free_port());
        let _ = tenant.key.patch(&hook.path(""), &json!({ "url": silent })).await.is(200);
        let none = tenant.key.call("POST", &hook.path("/test")).await.is(200);
        assert_eq!(none.fields(""), ["error", "response_time_ms", "status_code", "success"]);
        assert_eq!((none.at("/success"), none.at("/status_code")), (json!(false), json!(null)));
        let got = tenant.key.get(&hook.path("")).await.is(200);
        assert_eq!((got.number("/data/success_count"), got.number("/data/failure_count")), (0, 0));
        assert_eq!(tenant.key.get(&hook.path("/deliveries")).await.is(200).number("/meta/total"), 0);
    });
}
