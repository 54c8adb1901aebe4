//! What signs deliveries, and what verifies them.

use crate::hooks::{Hook, WEBHOOKS, hash, is_signed};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use mainstay_testkit::{Received, Receiver};
use serde_json::{Value, json};

fn terms(receiver: &Receiver) -> Value {
    json!({ "url": receiver.url("/hook"), "events": ["nothing.happened"] })
}

/// What Standard Webhooks 1.0.0 signs with this secret.
fn standard(received: &Received, secret: &str) -> String {
    let key = secret.strip_prefix("whsec_").expect("the prefix");
    let key = STANDARD_NO_PAD.decode(key).expect("base64");
    let (id, timestamp) = (received.header("webhook-id"), received.header("webhook-timestamp"));
    let (id, timestamp) = (id.expect("an id").as_bytes(), timestamp.expect("a time").as_bytes());
    format!("v1,{}", STANDARD.encode(hash(&key, &[id, b".", timestamp, b".", &received.body])))
}

#[test]
fn a_rotated_secret_signs_beside_the_previous_one() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::made(&tenant.key, &terms(&receiver)).await;
        assert_eq!(tenant.key.get(&hook.path("")).await.is(200).at("/data/secret_rotation"), json!(null));
        let _ = tenant.key.call("POST", &hook.path("/test")).await.is(200);
        let before = receiver.next().await;
        assert_eq!(before.header("webhook-signature"), Some(standard(&before, &hook.secret).as_str()));
        assert!(is_signed(&before, "x-webhook-signature", &hook.secret));

        let rotated = tenant.key.call("POST", &hook.path("/rotate-secret")).await.is(200);
        let secret = rotated.text("/data/secret");
        assert!(secret.starts_with("whsec_") && secret != hook.secret);
        assert_eq!((rotated.number("/data/id"), rotated.header("pragma")), (hook.id, Some("no-cache")));
        assert_eq!(rotated.header("x-sensitive-response"), Some("true"));
        assert!(rotated.header("cache-control").is_some_and(|kept| kept.contains("no-store")));
        let status = tenant.key.get(&hook.path("")).await.is(200);
        let fields = [
            "grace_ends_at",
            "grace_period_seconds",
            "has_previous_secret",
            "in_grace_period",
            "rotated_at",
            "time_remaining_seconds",
        ];
        assert_eq!(status.fields("/data/secret_rotation"), fields);
        assert_eq!(status.number("/data/secret_rotation/grace_period_seconds"), 86_400);
        assert_eq!(status.at("/data/secret_rotation/in_grace_period"), true);

        let _ = tenant.key.call("POST", &hook.path("/test")).await.is(200);
        let during = receiver.next().await;
        let both = format!("{} {}", standard(&during, &secret), standard(&during, &hook.secret));
        assert_eq!(during.header("webhook-signature"), Some(both.as_str()));
        assert!(is_signed(&during, "x-webhook-signature", &secret));
        assert!(is_signed(&during, "x-webhook-signature-previous", &hook.secret));
    });
}

#[test]
fn a_rotation_says_which_of_its_terms_cannot_be() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::made(&tenant.key, &terms(&receiver)).await;
        for (body, field) in [
            (json!({ "grace_period_seconds": 299 }), "grace_period_seconds"),
            (json!({ "grace_period_seconds": 604_801 }), "grace_period_seconds"),
            (json!({ "grace_period_seconds": "a day" }), "grace_period_seconds"),
            (json!({ "secret": "short" }), "secret"),
        ] {
            let wrong = tenant.key.post(&hook.path("/rotate-secret"), &body).await.is(422);
            assert_eq!(wrong.fields("/errors"), [field], "{body}");
        }
        let own = "chosen-by-the-receiver";
        let chosen = json!({ "secret": own, "grace_period_seconds": 300 });
        let rotated = tenant.key.post(&hook.path("/rotate-secret"), &chosen).await.is(200);
        assert_eq!(rotated.text("/data/secret"), own);
        assert_eq!(rotated.number("/data/secret_rotation/grace_period_seconds"), 300);
    });
}

#[test]
fn a_key_that_verifies_is_public_for_endpoints_that_sign_with_one() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver, nobody) = (gateway.tenant().await, Receiver::start().await, gateway.nobody());
        let plain = Hook::made(&tenant.key, &terms(&receiver)).await;
        let mut signing = terms(&receiver);
        signing["asymmetric_signatures"] = json!(true);
        let signing = Hook::made(&tenant.key, &signing).await;
        let keys = nobody.get(&format!("/.well-known/webhook-keys/{}", signing.id)).await.is(200);
        assert_eq!((keys.text("/keys/0/kty"), keys.text("/keys/0/crv")), ("OKP".to_owned(), "Ed25519".to_owned()));
        assert!(keys.at("/keys/0").get("d").is_none(), "what signs is not shown");
        let shown = tenant.key.get(&signing.path("")).await.is(200).text("/data/public_key");
        let shown = STANDARD.decode(shown.strip_prefix("whpk_").expect("the prefix")).expect("base64");
        assert_eq!(URL_SAFE_NO_PAD.encode(shown), keys.text("/keys/0/x"));
        for id in [plain.id.to_string(), "999999999".to_owned(), "x".to_owned()] {
            let _ = nobody.get(&format!("/.well-known/webhook-keys/{id}")).await.is(404);
        }
        let _ = tenant.key.call("POST", &signing.path("/test")).await.is(200);
        let told = receiver.next().await;
        let signatures: Vec<_> = told.header("webhook-signature").unwrap_or_default().split(' ').collect();
        assert!(signatures.iter().any(|signature| signature.starts_with("v1a,")), "{signatures:?}");
        let off = tenant.key.patch(&signing.path(""), &json!({ "asymmetric_signatures": false })).await.is(200);
        assert_eq!(off.at("/data/public_key"), json!(null));
        let _ = tenant.key.get(&format!("{WEBHOOKS}/{}", signing.id)).await.is(200);
        let _ = nobody.get(&format!("/.well-known/webhook-keys/{}", signing.id)).await.is(404);
    });
}
