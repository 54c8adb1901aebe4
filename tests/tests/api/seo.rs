//! `/api/v1/seo`: reports on pages, and what becomes of their issues.

use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, Answer, KeyHolder, on_each_gateway};
use serde_json::{Value, json};

const REPORT: &str = "/api/v1/seo/report";
const REPORTS: &str = "/api/v1/seo/reports";
const HISTORY: &str = "/api/v1/seo/history";
const PAGE: &str = "https://example.com/page";

/// The body of the contract.
const BODY: &str = r#"{
  "url": "https://example.com/page",
  "scores": {
    "performance": 85,
    "accessibility": 92,
    "best_practices": 88,
    "seo": 95
  },
  "issues": [
    {
      "type": "missing_alt",
      "severity": "warning",
      "element": "img.hero-image"
    }
  ]
}"#;

async fn submit(key: &KeyHolder, url: &str, issues: Value) -> i64 {
    key.post(REPORT, &json!({ "url": url, "issues": issues })).await.is(201).number("/data/id")
}

fn issues_of(id: i64, query: &str) -> String {
    format!("/api/v1/seo/issues/{id}{query}")
}

fn types(answer: &Answer) -> Vec<String> {
    let data = answer.at("/data");
    let name = |issue: &Value| issue["issue_type"].as_str().expect("a type").to_owned();
    data.as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn the_report_of_the_contract_is_taken_in_and_its_issue_shown() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let made = tenant.key.call("POST", REPORT).body("application/json", BODY).await.is(201);
        assert_eq!(made.text("/message"), "SEO report submitted successfully.");
        assert_eq!(made.fields("/data"), ["created_at", "id", "issues_count", "scores", "url"]);
        assert_eq!((made.text("/data/url"), made.number("/data/issues_count")), (PAGE.to_owned(), 1));
        let scores = json!({ "performance": 85, "accessibility": 92, "best_practices": 88, "seo": 95 });
        assert_eq!(made.at("/data/scores"), scores);
        assert!(is_instant(&made.text("/data/created_at")));
        let listed = tenant.key.get(&issues_of(tenant.id, "")).await.is(200);
        let issue = listed.at("/data/0");
        assert_eq!(
            (&issue["url"], &issue["issue_type"], &issue["severity"]),
            (&json!(PAGE), &json!("missing_alt"), &json!("warning"))
        );
        assert_eq!((&issue["details"], &issue["status"]), (&json!({ "element": "img.hero-image" }), &json!("open")));
        assert_eq!(issue["first_seen_at"], issue["created_at"]);
        let slug = tenant.key.get(&tenant.path("")).await.is(200).text("/data/slug");
        let by_slug = tenant.key.get(&format!("/api/v1/seo/issues/{slug}")).await.is(200);
        assert_eq!(by_slug.at("/data"), listed.at("/data"));
        let report = tenant.key.get(&format!("{REPORTS}/{}", made.number("/data/id"))).await.is(200);
        assert_eq!(report.at("/data/issues/0/details/element"), json!("img.hero-image"));
        assert_eq!(
            (report.text("/data/source"), report.at("/data/previous_id")),
            ("submitted".to_owned(), json!(null))
        );
    });
}

#[test]
fn another_workspace_is_none_that_is_found() {
    on_each_gateway(async |gateway| {
        let (mine, theirs) = (gateway.tenant().await, gateway.tenant().await);
        let id = submit(&mine.key, PAGE, json!([{ "type": "x" }])).await;
        let slug = mine.key.get(&mine.path("")).await.is(200).text("/data/slug");
        for path in [
            issues_of(mine.id, ""),
            format!("/api/v1/seo/issues/{slug}"),
            issues_of(999_999_999, ""),
            "/api/v1/seo/issues/%00".into(),
        ] {
            assert_eq!(theirs.key.get(&path).await.is(404).text("/error"), "not_found", "{path}");
        }
        for path in [format!("{REPORTS}/{id}"), format!("{REPORTS}/{id}/changes"), format!("{REPORTS}/x")] {
            let _ = theirs.key.get(&path).await.is(404);
        }
        for path in [REPORTS, HISTORY] {
            assert_eq!(theirs.key.get(path).await.is(200).number("/meta/total"), 0);
        }
    });
}

#[test]
fn every_wrong_field_of_a_report_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let good = || json!({ "type": "x" });
        for (body, field) in [
            (json!({}), "url"),
            (json!({ "url": "page" }), "url"),
            (json!({ "url": "ftp://example.com" }), "url"),
            (json!({ "url": format!("https://example.com/{}", "x".repeat(2_048)) }), "url"),
            (json!({ "url": PAGE, "scores": { "performance": 101 } }), "scores.performance"),
            (json!({ "url": PAGE, "scores": { "best_practices": -1 } }), "scores.best_practices"),
            (json!({ "url": PAGE, "scores": { "seo": 85.5 } }), "scores.seo"),
            (json!({ "url": PAGE, "scores": 7 }), "scores"),
            (json!({ "url": PAGE, "issues": {} }), "issues"),
            (json!({ "url": PAGE, "issues": [good(), 7] }), "issues.1"),
            (json!({ "url": PAGE, "issues": [good(), {}] }), "issues.1.type"),
            (json!({ "url": PAGE, "issues": [good(), { "type": "a b" }] }), "issues.1.type"),
            (
                json!({ "url": PAGE, "issues": [good(), good(), good(), { "type": "x", "severity": "bad" }] }),
                "issues.3.severity",
            ),
            (json!({ "url": PAGE, "issues": vec![good(); 1_001] }), "issues"),
        ] {
            let wrong = key.post(REPORT, &body).await.is(422);
            assert_eq!(wrong.fields("/errors"), [field], "{wrong:?}");
        }
        assert_eq!(key.get(REPORTS).await.is(200).number("/meta/total"), 0);
    });
}

#[test]
fn a_new_report_takes_the_place_of_what_is_open_on_its_page() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let issue = |kind: &str| json!({ "type": kind, "element": "p" });
        submit(&tenant.key, PAGE, json!([issue("a"), issue("b")])).await;
        submit(&tenant.key, "https://example.com/other", json!([issue("c")])).await;
        let before = tenant.key.get(&issues_of(tenant.id, "?sort=id")).await.is(200);
        submit(&tenant.key, "HTTPS://EXAMPLE.COM:443/page#x", json!([issue("b"), issue("d")])).await;
        let open = tenant.key.get(&issues_of(tenant.id, "?sort=id")).await.is(200);
        assert_eq!(types(&open), ["b", "c", "d"]);
        assert_eq!(open.at("/data/0"), before.at("/data/1"), "what recurs is the same");
        let fixed = tenant.key.get(&issues_of(tenant.id, "?status=fixed")).await.is(200);
        assert_eq!((types(&fixed), fixed.at("/data/0/id")), (vec!["a".to_owned()], before.at("/data/0/id")));
        assert!(is_instant(&fixed.text("/data/0/fixed_at")));
        submit(&tenant.key, PAGE, json!([issue("a")])).await;
        let back = tenant.key.get(&issues_of(tenant.id, "?type=a")).await.is(200);
        assert_eq!((back.at("/data/0/id"), back.at("/data/0/fixed_at")), (before.at("/data/0/id"), json!(null)));
        assert_eq!(back.at("/data/0/first_seen_at"), before.at("/data/0/first_seen_at"));
    });
}

#[test]
fn lists_keep_to_the_conventions_of_all_lists() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let issues = json!([{ "type": "slow_page", "severity": "critical" }, { "type": "missing_alt" }]);
        submit(&tenant.key, PAGE, issues).await;
        submit(&tenant.key, "https://example.com/other", json!([{ "type": "slow_page", "severity": "info" }])).await;
        let count =
            async |query: &str| tenant.key.get(&issues_of(tenant.id, query)).await.is(200).number("/meta/total");
        for (query, due) in [
            ("", 3),
            ("?severity=critical", 1),
            ("?type=slow_page", 2),
            ("?url=https://EXAMPLE.com/page", 2),
            ("?search=OTHER", 1),
            ("?search=slow", 2),
            ("?status=open&type=missing_alt", 1),
            ("?created_after=2020-01-01", 3),
            ("?updated_before=2020-01-01", 0),
            ("?severity=&type=&url=", 3),
        ] {
            assert_eq!(count(query).await, due, "{query}");
        }
        let page = tenant
            .key
            .get(&issues_of(tenant.id, "?per_page=1&page=2&sort=issue_type&fields=id,issue_type"))
            .await
            .is(200);
        assert_eq!(
            (page.fields("/data/0"), page.number("/meta/last_page")),
            (vec!["id".to_owned(), "issue_type".to_owned()], 3)
        );
        assert!(page.text("/links/next").contains("sort=issue_type"));
        for (query, field) in [
            ("?severity=bad", "severity"),
            ("?status=gone", "status"),
            ("?sort=details", "sort"),
            ("?url=page", "url"),
            ("?type=%00", "type"),
            ("?created_after=soon", "created_after"),
        ] {
            assert_eq!(
                tenant.key.get(&issues_of(tenant.id, query)).await.is(422).fields("/errors"),
                [field],
                "{query}"
            );
        }
        for (path, field) in [("?source=other", "source"), ("?status=open", "status"), ("?url=x", "url")] {
            assert_eq!(tenant.key.get(&format!("{REPORTS}{path}")).await.is(422).fields("/errors"), [field]);
        }
        for (query, due) in [
            ("", 2),
            ("?source=submitted", 2),
            ("?source=audit", 0),
            ("?url=https://example.com/page", 1),
            ("?search=other", 1),
        ] {
            assert_eq!(
                tenant.key.get(&format!("{REPORTS}{query}")).await.is(200).number("/meta/total"),
                due,
                "{query}"
            );
        }
    });
}

#[test]
fn two_reports_of_a_page_are_compared_and_always_alike() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let report = async |seo: i64, issues: Value| {
            let body = json!({ "url": PAGE, "scores": { "seo": seo }, "issues": issues });
            key.post(REPORT, &body).await.is(201).number("/data/id")
        };
        let first = report(90, json!([{ "type": "b", "element": 1 }, { "type": "a", "element": 1, "n": 1 }])).await;
        let second =
            report(95, json!([{ "type": "a", "element": 1, "n": 2 }, { "type": "c", "severity": "error" }])).await;
        let other = submit(&key, "https://example.com/other", json!([])).await;
        let path = format!("{REPORTS}/{second}/changes");
        let changes = key.get(&path).await.is(200);
        assert_eq!(changes.fields("/data"), ["against", "fixed", "new", "recurring", "report", "scores"]);
        assert_eq!((changes.number("/data/report/id"), changes.number("/data/against/id")), (second, first));
        let row =
            |kind, severity, details: Value| json!([{ "issue_type": kind, "severity": severity, "details": details }]);
        assert_eq!(changes.at("/data/new"), row("c", "error", json!({})));
        assert_eq!(changes.at("/data/fixed"), row("b", "warning", json!({ "element": 1 })));
        assert_eq!(changes.at("/data/recurring"), row("a", "warning", json!({ "element": 1, "n": 2 })));
        let scores = json!({ "performance": null, "accessibility": null, "best_practices": null, "seo": 5 });
        assert_eq!(changes.at("/data/scores"), scores);
        let again = key.get(&format!("{path}?against={first}")).await.is(200);
        assert_eq!(again.json(), changes.json());
        for against in [other.to_string(), "x".into(), "-1".into()] {
            let wrong = key.get(&format!("{path}?against={against}")).await.is(422);
            assert_eq!(wrong.fields("/errors"), ["against"], "{against}");
        }
        let _ = key.get(&format!("{path}?against=999999999")).await.is(404);
        let history = key.get(&format!("{HISTORY}?url={PAGE}")).await.is(200);
        assert_eq!((history.number("/meta/total"), history.number("/data/0/report_id")), (2, second));
        assert_eq!((history.number("/data/0/scores/seo"), history.number("/data/0/previous_scores/seo")), (95, 90));
        let pages = key.get(HISTORY).await.is(200);
        assert_eq!((pages.number("/meta/total"), pages.number("/data/1/issue_counts/error")), (2, 1));
    });
}

#[test]
fn a_report_is_told_of_and_audited() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        submit(&tenant.key, PAGE, json!([{ "type": "x" }])).await;
        let entries = tenant.owner.get("/api/v1/audit-log").await.is(200).json();
        let names: Vec<_> =
            entries["data"].as_array().expect("entries").iter().map(|entry| entry["action"].clone()).collect();
        assert!(names.contains(&json!("seo.report.created")), "{entries}");
        let types = tenant.key.get("/api/v1/event-types/seo.report.created").await.is(200);
        assert_eq!(types.at("/data/declared"), json!(false));
    });
}
