//! Audits: begun, worked off, taken over, and come to their end once.

use super::world::{LEASE, PAGE, World, code, fields};
use mainstay_testkit::on_each_database;
use mainstay_tracking::seo::audits::{AuditQuery, AuditService as _, AuditStatus, MOST_AT_ONCE};
use mainstay_tracking::seo::issues::IssueStatus;
use mainstay_tracking::seo::{ReportId, Source};
use serde_json::json;
use std::time::Duration;

const GOOD: &str = r#"<!doctype html><html lang="en"><head><title>A page about something good</title>
    <meta name="description" content="This description says well enough what the page is about, in some words.">
    <meta name="viewport" content="width=device-width"><link rel="canonical" href="https://example.com/page">
    <meta property="og:title" content="t"><meta property="og:type" content="t"><meta property="og:image" content="t">
    <meta property="og:url" content="t"></head><body><h1>Something good</h1></body></html>"#;

fn good_site(world: &World) {
    world.web.html(PAGE, GOOD);
    world.web.put("https://example.com/robots.txt", 200, &[], "User-agent: *\nDisallow: /private\n");
    let sitemap = "<urlset><url><loc>https://example.com/page</loc></url></urlset>";
    world.web.put("https://example.com/sitemap.xml", 200, &[], sitemap);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_of_a_good_page_comes_to_a_report_without_issues() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        good_site(&world);
        let begun = world.seo.audits.begin(world.workspace, PAGE).await.expect("an audit");
        assert_eq!((begun.status, begun.progress, begun.report), (AuditStatus::Queued, 0, None));
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.work().await, 1);
        let over = world.audit(begun.id).await;
        assert_eq!((over.status, over.progress, over.error), (AuditStatus::Succeeded, 100, None));
        assert_eq!(over.finished_at, Some(world.now()));
        let report = world.full(over.report.expect("a report")).await;
        assert_eq!((report.report.source, report.report.url.as_str()), (Source::Audit, PAGE));
        assert_eq!(report.issues, []);
        assert_eq!((report.report.scores.seo, report.report.scores.performance), (Some(100), None));
        let told = world.told("seo.report.created").await;
        assert_eq!((&told[0]["source"], &told[0]["report_id"]), (&json!("audit"), &json!(report.report.id.0)));
        assert_eq!(world.told("seo.audit.requested").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_becomes_issues_and_the_same_page_gets_the_same_report() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let links = r#"<a href="/gone">gone</a><a href="/there">there</a><a href="/private/x">x</a><a href="https://other.example/">o</a>"#;
        world.web.html(PAGE, &format!("<html><body><img src=a.png>{links}</body></html>"));
        world.web.put("https://example.com/robots.txt", 200, &[], "User-agent: *\nDisallow: /private\n");
        world.web.html("https://example.com/there", "");
        let first = world.audited(PAGE).await.report.expect("a report");
        let asked = world.web.asked();
        assert!(asked.contains(&"HEAD https://example.com/there".to_owned()), "{asked:?}");
        assert!(!asked.iter().any(|line| line.contains("private") || line.contains("other.example")), "{asked:?}");
        let open = world.issues(IssueStatus::Open).await;
        let kinds: Vec<_> = open.iter().map(|issue| issue.kind.as_str()).collect();
        for kind in ["title_missing", "missing_alt", "link_broken", "lang_missing", "sitemap_missing"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        let second = world.audited(PAGE).await.report.expect("a report");
        let (first, second) = (world.full(first).await, world.full(second).await);
        assert_eq!(first.issues, second.issues);
        assert_eq!(first.report.scores, second.report.scores);
        assert_eq!(world.issues(IssueStatus::Open).await, open, "all of them recur");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_followed_and_told_of_up_to_five() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        good_site(&world);
        world.web.redirect("https://example.com/0", "/1");
        world.web.redirect("https://example.com/1", PAGE);
        let report = world.audited("https://example.com/0").await.report.expect("a report");
        let kinds: Vec<_> = world.full(report).await.issues.into_iter().map(|issue| issue.issue.kind).collect();
        assert_eq!(kinds, ["redirect_chain"]);
        world.web.redirect("https://example.com/round", "/round");
        let failed = world.audited("https://example.com/round").await;
        assert_eq!(failed.error.as_deref(), Some("The page cannot be fetched: it redirects more than 5 times."));
        world.web.redirect("https://example.com/inside", "https://private.example/");
        let failed = world.audited("https://example.com/inside").await;
        assert_eq!(
            failed.error.as_deref(),
            Some("The page cannot be fetched: the address of private.example is not public.")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_there_is_an_issue_and_a_site_that_is_not_fails_the_audit() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let report = world.audited("https://example.com/none").await.report.expect("a report");
        let issues = world.full(report).await.issues;
        assert_eq!(issues[0].issue.kind, "http_status");
        let failed = world.audited("https://away.example/").await;
        assert_eq!((failed.status, failed.report), (AuditStatus::Failed, None));
        assert_eq!(failed.error.as_deref(), Some("The page cannot be fetched: away.example cannot be reached."));
        world.web.put("https://example.com/picture", 200, &[("content-type", "image/png")], "");
        assert_eq!(world.audited("https://example.com/picture").await.error.as_deref(), Some("The page is not HTML."));
        assert_eq!(world.told("seo.audit.failed").await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_be_asked_is_not_and_that_is_said_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let begin = async |url| fields(world.seo.audits.begin(world.workspace, url).await);
        for url in ["", "page", "http://example.com/", "https://private.example/", "https://u:p@example.com/"] {
            assert_eq!(begin(url).await, ["url"], "{url}");
        }
        assert_eq!(world.web.asked(), [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_five_audits_at_once_and_each_that_ends_makes_room() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        for _ in 0..MOST_AT_ONCE {
            let _ = world.seo.audits.begin(world.workspace, PAGE).await.expect("an audit");
        }
        assert_eq!(code(world.seo.audits.begin(world.workspace, PAGE).await), "audits_running");
        assert_eq!(code(world.seo.audits.begin(world.elsewhere, PAGE).await), "ok");
        let _ = world.work().await;
        assert_eq!(code(world.seo.audits.begin(world.workspace, PAGE).await), "ok");
        let mine = world.seo.audits.audits(world.workspace, AuditQuery::default()).await.expect("audits");
        assert_eq!(mine.total, 6);
        let theirs = world.seo.audits.audits(world.elsewhere, AuditQuery::default()).await.expect("audits");
        assert_eq!(theirs.total, 1);
        assert_eq!(code(world.seo.audits.audit(world.elsewhere, mine.items[0].id).await), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_whose_worker_died_is_taken_over_and_ends_once() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        good_site(&world);
        let audit = world.seo.audits.begin(world.workspace, PAGE).await.expect("an audit");
        assert_eq!((world.hold().await, world.work().await), (1, 0), "one holds it");
        world.clock.advance(LEASE);
        assert_eq!(world.work().await, 1);
        assert_eq!(world.audit(audit.id).await.status, AuditStatus::Succeeded);
        assert_eq!(world.told("seo.report.created").await.len(), 1);
        // Who was only slow finds that it is over.
        let payload = json!({ "workspace": world.workspace.0, "audit": audit.id.0 });
        for handler in world.seo.handlers() {
            let _ = handler.run(&payload).await.expect("nothing happens");
        }
        assert_eq!(world.told("seo.report.created").await.len(), 1);
        assert_eq!(world.audit(audit.id).await.report, Some(ReportId(1)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_audit_at_once_the_last_to_begin_ends_it() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        good_site(&world);
        let audit = world.seo.audits.begin(world.workspace, PAGE).await.expect("an audit");
        let payload = json!({ "workspace": world.workspace.0, "audit": audit.id.0 });
        let handlers = world.seo.handlers();
        let runs = handlers.iter().take(3).map(|handler| handler.run(&payload));
        for run in futures_util::future::join_all(runs).await {
            let _ = run.expect("it ends");
        }
        assert_eq!(world.audit(audit.id).await.status, AuditStatus::Succeeded);
        assert_eq!(world.told("seo.report.created").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_that_nobody_comes_to_the_end_of_is_given_up() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let audit = world.seo.audits.begin(world.workspace, "https://silent.example/").await.expect("an audit");
        let payload = json!({ "workspace": world.workspace.0, "audit": audit.id.0 });
        let handler = world.seo.handlers().remove(0);
        for _ in 0..3 {
            // Whoever audits dies while the page is asked.
            let run = tokio::time::timeout(Duration::from_millis(200), handler.run(&payload)).await;
            assert!(run.is_err(), "it was to die: {run:?}");
            assert_eq!(world.audit(audit.id).await.status, AuditStatus::Running);
        }
        let _ = handler.run(&payload).await.expect("it ends");
        let over = world.audit(audit.id).await;
        let sentence = "The audit was begun several times and never came to its end.";
        assert_eq!((over.status, over.error.as_deref()), (AuditStatus::Failed, Some(sentence)));
    })
    .await;
}
