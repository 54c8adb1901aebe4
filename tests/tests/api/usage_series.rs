//! `GET /api/v1/entitlements/usage`: what was used, hour by hour, day by day or month by month.

use mainstay_testkit::gateway::{Actor as _, Answer, Tenant, on_each_gateway};
use serde_json::{Value, json};

const USAGE: &str = "/api/v1/entitlements/usage";

async fn tell(tenant: &Tenant, events: Value) {
    let _ = tenant.key.post(&format!("{USAGE}/batch"), &json!({ "events": events })).await.is(200);
}

async fn series(tenant: &Tenant, query: &str) -> Answer {
    tenant.key.get(&format!("{USAGE}?{query}")).await.is(200)
}

/// The figures of the last interval.
fn last(answer: &Answer, of: &str) -> (Value, Value) {
    let points = answer.at(&format!("{of}/series"));
    let last = points.as_array().and_then(|points| points.last()).expect("an interval");
    (last["value"].clone(), last["records"].clone())
}

#[test]
fn a_series_has_every_interval_up_to_the_one_that_is_going_on() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        tell(&tenant, json!([{ "feature": "posts", "quantity": 5 }, { "feature": "posts", "quantity": 7 }])).await;
        for (query, count) in [("", 30), ("&interval=day", 30), ("&interval=hour", 720), ("&interval=month", 12)] {
            let answer = series(&tenant, &format!("feature=posts{query}")).await;
            assert_eq!(answer.at("/data/series").as_array().map(Vec::len), Some(count), "{query}");
            assert_eq!(last(&answer, "/data"), (json!(12), json!(2)), "{query}");
            assert_eq!((answer.number("/data/total"), answer.number("/data/records")), (12, 2));
            assert_eq!(answer.text("/data/from"), answer.text("/data/series/0/start"));
        }
        let answer = series(&tenant, "feature=posts").await;
        let fields = ["aggregation", "feature", "from", "interval", "records", "series", "to", "total", "unit"];
        assert_eq!(answer.fields("/data"), fields);
        assert_eq!((answer.text("/data/aggregation"), answer.text("/data/interval")), ("sum".into(), "day".into()));
        assert_eq!((answer.text("/data/feature"), answer.at("/data/unit")), ("posts".into(), json!(null)));
        assert_eq!(series(&tenant, "feature=storage").await.at("/data/unit"), json!("bytes"));
    });
}

#[test]
fn a_span_is_widened_to_whole_intervals() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let spans = [
            ("day", "2026-01-15T10:30:00Z", "2026-01-17", "2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z", 2),
            ("hour", "2026-01-15T10:30:00Z", "2026-01-15T11:00:01Z", "2026-01-15T10:00:00Z", "2026-01-15T12:00:00Z", 2),
            ("month", "2028-02-29", "2028-03-31", "2028-02-01T00:00:00Z", "2028-04-01T00:00:00Z", 2),
            ("month", "1970-01-01", "2053-05-01", "1970-01-01T00:00:00Z", "2053-05-01T00:00:00Z", 1_000),
        ];
        for (interval, from, to, begins, ends, count) in spans {
            let answer = series(&tenant, &format!("feature=posts&interval={interval}&from={from}&to={to}")).await;
            assert_eq!((answer.text("/data/from"), answer.text("/data/to")), (begins.into(), ends.into()));
            assert_eq!(answer.at("/data/series").as_array().map(Vec::len), Some(count));
            assert_eq!(answer.number("/data/total"), 0);
        }
    });
}

#[test]
fn groups_come_the_most_used_first_and_what_is_left_last() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let told =
            |who: Value, quantity: u64| json!({ "feature": "posts", "quantity": quantity, "metadata": { "who": who } });
        let nobody = json!({ "feature": "posts", "quantity": 4 });
        tell(
            &tenant,
            json!([told(json!("ada"), 5), told(json!(7), 9), told(json!("ada"), 3), nobody, told(json!("kurt"), 1)]),
        )
        .await;
        let answer = series(&tenant, "feature=posts&group_by=metadata.who&groups=3").await;
        assert_eq!(answer.text("/data/group_by"), "metadata.who");
        let groups = answer.at("/data/groups");
        let told: Vec<_> = groups
            .as_array()
            .expect("groups")
            .iter()
            .map(|group| {
                json!([
                    group["group"],
                    group["other"],
                    group["total"],
                    group["records"],
                    group["series"].as_array().map(Vec::len)
                ])
            })
            .collect();
        let expected = [
            json!(["7", false, 9, 1, 30]),
            json!(["ada", false, 8, 2, 30]),
            json!([null, false, 4, 1, 30]),
            json!([null, true, 1, 1, 30]),
        ];
        assert_eq!(told, expected);
        assert_eq!(last(&answer, "/data/groups/1"), (json!(8), json!(2)));
        assert_eq!(last(&answer, "/data"), (json!(22), json!(5)));
        let none = series(&tenant, "feature=storage&group_by=metadata.who").await;
        assert_eq!(none.at("/data/groups"), json!([]));
    });
}

#[test]
fn what_another_workspace_used_is_not_seen() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant_on("free").await, gateway.tenant_on("free").await);
        tell(&tenant, json!([{ "feature": "posts", "quantity": 5, "metadata": { "who": "ada" } }])).await;
        let answer = series(&other, "feature=posts&group_by=metadata.who").await;
        assert_eq!((answer.number("/data/total"), answer.at("/data/groups")), (0, json!([])));
    });
}

#[test]
fn whatever_is_asked_is_answered_or_refused_by_name() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let long = "x".repeat(101);
        let cases = [
            ("", "feature"),
            ("feature=", "feature"),
            ("feature=nothing", "feature"),
            ("feature=%00", "feature"),
            ("feature=posts&interval=week", "interval"),
            ("feature=posts&interval=Day", "interval"),
            ("feature=posts&from=yesterday", "from"),
            ("feature=posts&from=2026-02-30", "from"),
            ("feature=posts&from=1969-12-31", "from"),
            ("feature=posts&to=10000-01-01", "to"),
            ("feature=posts&from=2026-01-02&to=2026-01-01", "from"),
            ("feature=posts&from=2026-01-01&to=2026-01-01", "from"),
            ("feature=posts&to=1970-01-01", "from"),
            ("feature=posts&from=1970-01-01", "from"),
            ("feature=posts&interval=hour&from=1970-01-01&to=9999-12-31", "from"),
            ("feature=posts&group_by=who", "group_by"),
            ("feature=posts&group_by=metadata.", "group_by"),
            ("feature=posts&group_by=metadata.a%00b", "group_by"),
            (&format!("feature=posts&group_by=metadata.{long}"), "group_by"),
            ("feature=posts&group_by=metadata.who&groups=0", "groups"),
            ("feature=posts&group_by=metadata.who&groups=101", "groups"),
            ("feature=posts&group_by=metadata.who&groups=-1", "groups"),
            ("feature=posts&group_by=metadata.who&groups=99999999999999999999", "groups"),
            ("feature=posts&interval=hour&group_by=metadata.who&groups=100", "groups"),
        ];
        for (query, field) in cases {
            let refused = tenant.key.get(&format!("{USAGE}?{query}")).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{query}");
        }
        let several = tenant.key.get(&format!("{USAGE}?from=x&to=y&interval=z&group_by=w&groups=v")).await.is(422);
        assert_eq!(several.fields("/errors"), ["feature", "from", "group_by", "groups", "interval", "to"]);
        for member in ["%27%20OR%201=1--", "%22", "%5C", "$.a", "a.b[0]", "%F0%9F%98%80", "%E2%82%28", "'"] {
            let _ =
                series(&tenant, &format!("feature=posts&group_by=metadata.{member}&from=&to=&interval=&groups=")).await;
        }
        let end = "feature=posts&interval=month&from=9999-12-31&to=9999-12-31T23:59:59Z&group_by=metadata.who";
        assert_eq!(series(&tenant, end).await.at("/data/series").as_array().map(Vec::len), Some(1));
    });
}
