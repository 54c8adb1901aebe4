//! `/api/v1/seo/audits`: a page of a server on this machine is looked at.

use crate::hooks::once;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use mainstay_testkit::{Receiver, Reply};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const AUDITS: &str = "/api/v1/seo/audits";

/// A site of one page with mistakes.
pub(crate) fn site(path: &str) -> Reply {
    let html = |body: &str| Reply::status(200).header("content-type", "text/html").body(body);
    match path {
        "/page" => {
            html("<html lang=en><title>A page that is good enough</title><img src=a.png><a href=/gone>gone</a></html>")
        }
        "/old" => Reply::status(301).header("location", "/older"),
        "/older" => Reply::status(302).header("location", "/page"),
        "/robots.txt" => Reply::status(200).body("User-agent: *\nDisallow: /private\n"),
        _ => Reply::status(404),
    }
}

#[test]
fn a_page_is_audited_and_the_report_shown() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        receiver.answers(|received| site(&received.path));
        let begun = tenant.key.post(AUDITS, &json!({ "url": receiver.url("/page") })).await.is(202);
        assert_eq!(begun.text("/data/status"), "queued");
        assert_eq!((begun.number("/data/progress"), begun.at("/data/report_id")), (0, json!(null)));
        let path = format!("{AUDITS}/{}", begun.number("/data/id"));
        let over = once(&tenant.key, &path, "/data/status", "succeeded").await;
        assert_eq!((over.number("/data/progress"), over.at("/data/error")), (100, json!(null)));
        let report = tenant.key.get(&format!("/api/v1/seo/reports/{}", over.number("/data/report_id"))).await.is(200);
        assert_eq!(
            (report.text("/data/source"), report.at("/data/scores/performance")),
            ("audit".to_owned(), json!(null))
        );
        let issues = report.at("/data/issues");
        let of = |kind: &str| {
            let found = issues.as_array().expect("issues").iter().find(|issue| issue["issue_type"] == kind);
            found.unwrap_or_else(|| panic!("{kind} is not in {issues}")).clone()
        };
        assert_eq!(of("missing_alt")["details"]["element"], "img[src=\"a.png\"]");
        assert_eq!(of("link_broken")["severity"], "error");
        assert_eq!(of("description_missing")["details"]["message"], "The page has no description.");
        let theirs = gateway.tenant().await.key;
        let _ = theirs.get(&path).await.is(404);
        let second = tenant.key.post(AUDITS, &json!({ "url": receiver.url("/page") })).await.is(202);
        let path = format!("{AUDITS}/{}", second.number("/data/id"));
        let over = once(&tenant.key, &path, "/data/status", "succeeded").await;
        let changes = format!("/api/v1/seo/reports/{}/changes", over.number("/data/report_id"));
        let changes = tenant.key.get(&changes).await.is(200);
        assert_eq!((changes.at("/data/new"), changes.at("/data/fixed")), (json!([]), json!([])));
        assert_eq!(changes.at("/data/recurring").as_array().map(Vec::len), issues.as_array().map(Vec::len));
    });
}

#[test]
fn redirects_are_followed_and_a_site_that_is_away_is_said_to_be() {
    on_each_gateway(async |gateway| {
        let (key, receiver) = (gateway.tenant().await.key, Receiver::start().await);
        receiver.answers(|received| site(&received.path));
        let audit = async |url: String, status: &str| {
            let id = key.post(AUDITS, &json!({ "url": url })).await.is(202).number("/data/id");
            once(&key, &format!("{AUDITS}/{id}"), "/data/status", status).await
        };
        let report = audit(receiver.url("/old"), "succeeded").await.number("/data/report_id");
        let issues = key.get(&format!("/api/v1/seo/reports/{report}")).await.is(200).at("/data/issues");
        assert_eq!(issues[0]["issue_type"], "redirect_chain");
        let away = audit("http://127.0.0.1:9/".to_owned(), "failed").await;
        assert_eq!(away.text("/data/error"), "The page cannot be fetched: 127.0.0.1 cannot be reached.");
        let listed = key.get(&format!("{AUDITS}?status=failed&search=127.0.0.1:9")).await.is(200);
        assert_eq!(listed.number("/meta/total"), 1);
        for (query, field) in [("status=lost", "status"), ("sort=step", "sort"), ("url=x", "url")] {
            assert_eq!(key.get(&format!("{AUDITS}?{query}")).await.is(422).fields("/errors"), [field]);
        }
        for body in [json!({}), json!({ "url": "page" }), json!({ "url": "ftp://example.com" }), json!({ "url": 7 })] {
            assert_eq!(key.post(AUDITS, &body).await.is(422).fields("/errors"), ["url"], "{body}");
        }
    });
}

#[test]
fn five_audits_of_a_workspace_at_once_are_enough() {
    on_each_gateway(async |gateway| {
        let (key, receiver) = (gateway.tenant().await.key, Receiver::start().await);
        receiver.always(Reply::status(200).after(Duration::from_secs(4)));
        let body: Value = json!({ "url": receiver.url("/page") });
        for _ in 0..5 {
            let _ = key.post(AUDITS, &body).await.is(202);
        }
        let refused = key.post(AUDITS, &body).await.is(409);
        assert_eq!(
            (refused.text("/error"), refused.text("/code")),
            ("audits_running".to_owned(), "audits_running".to_owned())
        );
    });
}
