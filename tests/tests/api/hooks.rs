//! Endpoints and their deliveries, for the tests about webhooks.

use hmac::{Hmac, Mac as _};
use mainstay_testkit::Received;
use mainstay_testkit::gateway::{Actor, Answer};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

pub(crate) const WEBHOOKS: &str = "/api/v1/webhooks";
pub(crate) const EVENTS: &str = "/api/v1/events";

/// How often, and how long in all, a test looks whether something has come about.
const LOOKS: u32 = 400;
const BETWEEN: Duration = Duration::from_millis(100);

/// An endpoint, and how it is reached.
pub(crate) struct Hook {
    pub(crate) id: i64,
    pub(crate) secret: String,
}

impl Hook {
    /// A new one that hears these events.
    pub(crate) async fn make(by: &impl Actor, url: &str, events: &[&str]) -> Self {
        Self::made(by, &json!({ "url": url, "events": events })).await
    }

    /// A new one.
    pub(crate) async fn made(by: &impl Actor, terms: &Value) -> Self {
        let made = by.post(WEBHOOKS, terms).await.is(201);
        Self { id: made.number("/data/id"), secret: made.text("/data/secret") }
    }

    /// Its path, and what lies below it.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("{WEBHOOKS}/{}{below}", self.id)
    }

    /// The path of its newest delivery, and what lies below it.
    pub(crate) async fn newest(&self, by: &impl Actor, below: &str) -> String {
        let id = by.get(&self.path("/deliveries")).await.is(200).number("/data/0/id");
        self.path(&format!("/deliveries/{id}{below}"))
    }
}

/// Publishes an event; gives its id.
pub(crate) async fn publish(by: &impl Actor, name: &str, data: &Value) -> String {
    by.post(EVENTS, &json!({ "type": name, "data": data })).await.is(202).text("/data/id")
}

/// What a path gives, once a text in it is this one.
pub(crate) async fn once(by: &impl Actor, path: &str, pointer: &str, text: &str) -> Answer {
    for _ in 0..LOOKS {
        let answer = by.get(path).await.is(200);
        if answer.json().pointer(pointer).and_then(Value::as_str) == Some(text) {
            return answer;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("{pointer} does not become {text}: {:?}", by.get(path).await);
}

/// The keyed hash that signatures are made of.
pub(crate) fn hash(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Hmac::<Sha256>::new_from_slice(key).expect("any key will do");
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into_bytes().to_vec()
}

/// Whether `X-Webhook-Signature`, or a header like it, was made with this secret: the hex of the keyed hash of
/// `timestamp.body`.
pub(crate) fn is_signed(received: &Received, header: &str, secret: &str) -> bool {
    let timestamp = received.header("x-webhook-timestamp").unwrap_or_default();
    let due = hash(secret.as_bytes(), &[timestamp.as_bytes(), b".", &received.body]);
    received.header(header) == Some(hex::encode(due).as_str())
}
