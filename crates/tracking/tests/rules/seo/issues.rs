//! Issues: seen, seen again, fixed and back.

use super::world::{PAGE, World};
use mainstay_testkit::on_each_database;
use mainstay_tracking::seo::issues::{IssueQuery, IssueService as _, IssueStatus};
use mainstay_tracking::seo::{PageUrl, Severity};
use serde_json::{Value, json};

fn broken(element: &str, line: u32) -> Value {
    json!({ "type": "broken", "element": element, "line": line })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_recurs_keeps_its_number_and_takes_on_what_is_said_now() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let _ = world.report(PAGE, &[broken("img", 1)]).await;
        let first = world.issues(IssueStatus::Open).await.remove(0);
        let _ = world
            .report(PAGE, &[json!({ "type": "broken", "severity": "critical", "element": "img", "line": 2 })])
            .await;
        let again = world.issues(IssueStatus::Open).await.remove(0);
        assert_eq!(
            (again.id, again.first_seen_at, again.created_at),
            (first.id, first.first_seen_at, first.created_at)
        );
        assert_eq!((again.severity, &again.details["line"]), (Severity::Critical, &json!(2)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_is_gone_is_fixed_and_one_that_comes_back_is_open_again() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let _ = world.report(PAGE, &[broken("img", 1)]).await;
        let first = world.issues(IssueStatus::Open).await.remove(0);
        let _ = world.report(PAGE, &[]).await;
        assert_eq!(world.issues(IssueStatus::Open).await, []);
        let fixed = world.issues(IssueStatus::Fixed).await.remove(0);
        assert_eq!((fixed.id, fixed.fixed_at), (first.id, Some(world.now())));
        let _ = world.report(PAGE, &[]).await;
        assert_eq!(world.issues(IssueStatus::Fixed).await, [fixed], "it stays fixed since then");
        let _ = world.report(PAGE, &[broken("img", 1)]).await;
        let back = world.issues(IssueStatus::Open).await.remove(0);
        assert_eq!((back.id, back.first_seen_at, back.fixed_at), (first.id, first.first_seen_at, None));
        assert_eq!(back.created_at, world.now());
        assert_eq!(world.issues(IssueStatus::Fixed).await, []);
        let told = world.told("seo.report.created").await;
        let counts: Vec<_> =
            told.iter().map(|told| (told["new_issues"].clone(), told["fixed_issues"].clone())).collect();
        assert_eq!(counts, [(json!(1), json!(0)), (json!(0), json!(1)), (json!(0), json!(0)), (json!(1), json!(0))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_changes_nothing_about_other_pages_and_workspaces() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let _ = world.report(PAGE, &[broken("img", 1)]).await;
        let _ = world.report("https://example.com/other", &[broken("img", 1)]).await;
        let theirs = super::world::report(PAGE, &[]);
        let reports = &world.seo.reports;
        let _ = mainstay_tracking::seo::reports::ReportService::submit(&**reports, world.elsewhere, theirs).await;
        assert_eq!(world.issues(IssueStatus::Open).await.len(), 2);
        let query = IssueQuery::default();
        assert_eq!(world.seo.issues.issues(world.elsewhere, query).await.expect("issues").total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issues_that_nothing_tells_apart_are_counted() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let _ = world.report(PAGE, &vec![broken("img", 1); 3]).await;
        let three = world.issues(IssueStatus::Open).await;
        let _ = world.report(PAGE, &vec![broken("img", 1); 2]).await;
        let two = world.issues(IssueStatus::Open).await;
        assert_eq!((three.len(), two.as_slice()), (3, &three[..2]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issues_are_narrowed_and_found() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let _ = world.report(PAGE, &[json!({ "type": "slow_page", "severity": "error" }), broken("img", 1)]).await;
        let _ = world.report("https://example.com/other", &[json!({ "type": "slow_page" })]).await;
        let count =
            async |query: IssueQuery| world.seo.issues.issues(world.workspace, query).await.expect("issues").total;
        let query = IssueQuery::default;
        assert_eq!(count(query()).await, 3);
        assert_eq!(count(IssueQuery { url: PageUrl::parse(PAGE).ok(), ..query() }).await, 2);
        assert_eq!(count(IssueQuery { severity: Some(Severity::Error), ..query() }).await, 1);
        assert_eq!(count(IssueQuery { kind: Some("slow_page".into()), ..query() }).await, 2);
        for (text, found) in [("SLOW", 2), ("/other", 1), ("%", 0)] {
            let mut wanted = query();
            wanted.listing.search = Some(text.into());
            assert_eq!(count(wanted).await, found, "{text}");
        }
    })
    .await;
}
