//! Usage that is told as CloudEvents 1.0, in structured, batched and binary mode.

use mainstay_testkit::gateway::{Actor, Answer, Call, on_each_gateway};
use serde_json::{Value, json};

const USAGE: &str = "/api/v1/entitlements/usage";
const BATCH: &str = "/api/v1/entitlements/usage/batch";
const EVENT: &str = "application/cloudevents+json";
const EVENTS: &str = "application/cloudevents-batch+json";

/// An event of this id, with other attributes instead of its own or beside them; null takes one away.
fn event(id: &str, change: &Value) -> Value {
    let mut event = json!({ "specversion": "1.0", "type": "posts", "source": "/blog", "id": id });
    for (name, value) in change.as_object().expect("an object") {
        event[name] = value.clone();
    }
    event.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    event
}

async fn structured(by: &impl Actor, event: &Value) -> Answer {
    by.call("POST", USAGE).body(EVENT, event.to_string()).await
}

async fn batched(by: &impl Actor, events: &Value) -> Answer {
    by.call("POST", BATCH).body(EVENTS, events.to_string()).await
}

/// An event whose attributes are headers.
fn binary(by: &impl Actor, attributes: &[(&str, &str)]) -> Call {
    attributes.iter().fold(by.call("POST", USAGE), |call, (name, value)| call.header(&format!("ce-{name}"), value))
}

/// What an event of this id must have.
fn attributes(id: &str) -> [(&str, &str); 4] {
    [("specversion", "1.0"), ("type", "posts"), ("source", "/blog"), ("id", id)]
}

async fn groups(by: &impl Actor, member: &str) -> Value {
    let answer = by.get(&format!("{USAGE}?feature=posts&group_by=metadata.{member}")).await.is(200);
    let groups = answer.at("/data/groups");
    groups.as_array().expect("groups").iter().map(|group| json!([group["group"], group["total"]])).collect()
}

#[test]
fn an_event_is_counted_once_in_whichever_mode_it_comes() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let data = json!({ "quantity": 3, "page": "/a" });
        let first = structured(&key, &event("1", &json!({ "data": data, "subject": "ada" }))).await.is(200);
        assert_eq!(first.at(""), json!({ "recorded": true, "feature": "posts", "current_usage": 3, "limit": 100 }));
        let again = binary(&key, &attributes("1")).json(&data).await.is(200);
        assert_eq!((again.number("/current_usage"), again.at("/duplicate")), (3, json!(true)));
        let other = binary(&key, &attributes("2")).header("ce-subject", "Ada%20%C5%81").json(&data).await.is(200);
        assert_eq!(other.number("/current_usage"), 6);
        let events = json!([event("2", &json!({})), event("3", &json!({ "data": { "subject": "ada" } }))]);
        let batch = batched(&key, &events).await.is(200);
        assert_eq!((batch.at("/data/0/duplicate"), batch.number("/data/1/current_usage")), (json!(true), 7));
        // Those who tell it in our own words mean the same by an id.
        let own = json!({ "feature": "posts", "source": "/blog", "id": "3" });
        assert_eq!(key.post(USAGE, &own).await.is(200).at("/duplicate"), json!(true));
        assert_eq!(groups(&key, "subject").await, json!([["ada", 4], ["Ada Ł", 3]]));
        assert_eq!(groups(&key, "page").await, json!([["/a", 6], [null, 1]]));
        assert_eq!(groups(&key, "quantity").await, json!([[null, 7]]), "the quantity is no metadata");
    });
}

#[test]
fn data_may_be_absent_or_in_base64_or_of_any_type_of_json() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let mut used = 0;
        // {"quantity":2}
        for (id, change, quantity) in [
            ("1", json!({}), 1),
            ("2", json!({ "data": {} }), 1),
            ("3", json!({ "data_base64": "eyJxdWFudGl0eSI6Mn0=" }), 2),
            (
                "4",
                json!({ "data": { "quantity": 2 }, "datacontenttype": "application/vnd.blog+json; charset=utf-8" }),
                2,
            ),
            (
                "5",
                json!({ "extension": 7, "dataschema": "https://example.com/schema", "time": "2026-01-15T10:30:00+01:00" }),
                1,
            ),
        ] {
            used += quantity;
            assert_eq!(structured(&key, &event(id, &change)).await.is(200).number("/current_usage"), used, "{change}");
        }
        let nothing = binary(&key, &attributes("6")).await.is(200);
        let typed = binary(&key, &attributes("7")).body("text/json; charset=utf-8", r#"{"quantity": 2}"#).await.is(200);
        let quoted = binary(&key, &[("specversion", "1.0"), ("type", "posts"), ("source", "\"/bl\\og\""), ("id", "1")]);
        assert_eq!([nothing, typed].map(|answer| answer.number("/current_usage")), [8, 10]);
        assert_eq!(quoted.await.is(200).at("/duplicate"), json!(true));
        let with_charset = key
            .call("POST", USAGE)
            .body("Application/CloudEvents+JSON; charset=UTF-8", event("8", &json!({})).to_string());
        assert_eq!(with_charset.await.is(200).number("/current_usage"), 11);
    });
}

#[test]
fn what_is_wrong_with_an_event_is_named_by_its_attribute() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let long = "x".repeat(256);
        let cases = [
            (json!({ "specversion": "0.3" }), "specversion"),
            (json!({ "specversion": 1.0 }), "specversion"),
            (json!({ "specversion": null }), "specversion"),
            (json!({ "type": null }), "type"),
            (json!({ "type": "" }), "type"),
            (json!({ "type": "nothing" }), "type"),
            (json!({ "source": null }), "source"),
            (json!({ "source": 7 }), "source"),
            (json!({ "id": null }), "id"),
            (json!({ "id": "" }), "id"),
            (json!({ "id": long }), "id"),
            (json!({ "id": "a\u{0}b" }), "id"),
            (json!({ "subject": "" }), "subject"),
            (json!({ "time": "yesterday" }), "time"),
            (json!({ "type": "api_calls", "time": "2020-01-01T00:00:00Z" }), "time"),
            (json!({ "datacontenttype": "text/plain" }), "datacontenttype"),
            (json!({ "data": "a text" }), "data"),
            (json!({ "data": [1] }), "data"),
            (json!({ "data": {}, "data_base64": "e30=" }), "data_base64"),
            (json!({ "data_base64": "no base64" }), "data_base64"),
            (json!({ "data_base64": "W10=" }), "data_base64"),
            (json!({ "data": { "quantity": 0 } }), "data.quantity"),
            (json!({ "data": { "quantity": "1" } }), "data.quantity"),
            (json!({ "data": { "quantity": 1_000_000_000_001_u64 } }), "data.quantity"),
        ];
        for (change, attribute) in cases {
            let refused = structured(&key, &event("1", &change)).await.is(422);
            assert_eq!(refused.fields("/errors"), [attribute], "{change}");
            let refused = batched(&key, &json!([event("0", &json!({})), event("1", &change)])).await.is(422);
            assert_eq!(refused.fields("/errors"), [format!("1.{attribute}")], "{change}");
        }
        for (events, attribute) in [
            (json!([]), "body"),
            (json!({}), "body"),
            (json!([[]]), "0"),
            (json!([["1.0", "posts", "/blog", "1"]]), "0"),
        ] {
            assert_eq!(batched(&key, &events).await.is(422).fields("/errors"), [attribute], "{events}");
        }
        let missing = structured(&key, &json!({})).await.is(422);
        assert_eq!(missing.fields("/errors"), ["id", "source", "specversion", "type"]);
        assert_eq!(structured(&key, &json!([])).await.is(422).fields("/errors"), ["body"]);
        assert_eq!(
            structured(&key, &event("1", &json!({}))).await.is(200).number("/current_usage"),
            1,
            "nothing was counted"
        );
    });
}

#[test]
fn what_is_wrong_with_headers_is_named_by_its_attribute() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let without = |name: &'static str| attributes("1").into_iter().filter(move |(known, _)| *known != name);
        for name in ["specversion", "type", "source", "id"] {
            let refused = binary(&key, &without(name).collect::<Vec<_>>()).json(&json!({})).await.is(422);
            assert_eq!(refused.fields("/errors"), [name]);
            for value in ["", "%00", "%C0%A0", "a%0Ab"] {
                let call = binary(&key, &without(name).chain([(name, value)]).collect::<Vec<_>>());
                assert_eq!(call.json(&json!({})).await.is(422).fields("/errors"), [name], "{value:?}");
            }
            let twice = binary(&key, &attributes("1")).header(&format!("ce-{name}"), "1.0").json(&json!({}));
            assert_eq!(twice.await.is(422).fields("/errors"), [name]);
        }
        for (name, value) in [("time", "soon"), ("subject", ""), ("datacontenttype", "application/json")] {
            let refused =
                binary(&key, &attributes("1")).header(&format!("ce-{name}"), value).json(&json!({})).await.is(422);
            assert_eq!(refused.fields("/errors"), [name]);
        }
        for (body, attribute) in [
            (json!([]), "data"),
            (json!(7), "data"),
            (json!({ "quantity": 0 }), "data.quantity"),
            (json!({ "a": "\u{0}" }), "data.a"),
        ] {
            let refused = binary(&key, &attributes("1")).json(&body).await.is(422);
            assert_eq!(refused.fields("/errors"), [attribute], "{body}");
        }
        let xml = binary(&key, &attributes("1")).body("application/xml", "<posts/>").await.is(422);
        assert_eq!(xml.fields("/errors"), ["datacontenttype"]);
        let _ = binary(&key, &attributes("1")).body("application/json", "{").await.is(400);
        assert_eq!(binary(&key, &attributes("1")).await.is(200).number("/current_usage"), 1, "nothing was counted");
    });
}

#[test]
fn an_event_in_another_format_or_place_is_not_taken() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let (one, several) = (event("1", &json!({})), json!([event("1", &json!({}))]));
        for (path, content_type, body, due) in [
            (USAGE, EVENTS, &several, EVENT),
            (USAGE, "application/cloudevents+avro", &one, EVENT),
            (BATCH, EVENT, &one, EVENTS),
            (BATCH, "application/cloudevents-batch+protobuf", &several, EVENTS),
        ] {
            let refused = key.call("POST", path).body(content_type, body.to_string()).await.is(415);
            assert!(refused.text("/message").contains(due), "{path} {content_type}");
        }
        let _ = key.call("POST", USAGE).body("text/plain", one.to_string()).await.is(415);
    });
}

#[test]
fn an_idempotency_key_covers_what_stands_in_the_headers_of_an_event() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant_on("free").await.key;
        let tell = |id: &'static str| binary(&key, &attributes(id)).json(&json!({ "quantity": 2 })).once("a-key");
        let first = tell("1").await.is(200);
        let again = tell("1").await.is(200);
        assert_eq!((again.header("idempotent-replayed"), again.at("")), (Some("true"), first.at("")));
        assert_eq!(tell("2").await.is(422).text("/error"), "idempotency_key_mismatch");
    });
}
