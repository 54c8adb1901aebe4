//! Reports: taken in, told of, held against each other.

use super::world::{PAGE, World, code, fields, report};
use mainstay_testkit::on_each_database;
use mainstay_tracking::seo::reports::{NewReport, ReportQuery, ReportService as _};
use mainstay_tracking::seo::{ReportId, Scores, Source};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_kept_as_it_was_sent_and_told_of() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let scores = Scores { performance: Some(85), seo: Some(0), ..Scores::default() };
        let issues = [
            json!({ "type": "missing_alt", "severity": "error", "element": "img", "nested": { "a": [1, 2.5, null] } }),
            json!({ "type": "slow" }),
        ];
        let new = NewReport { scores, ..report("HTTPS://EXAMPLE.com:443/page#top", &issues) };
        let kept = world.seo.reports.submit(world.workspace, new).await.expect("a report");
        assert_eq!((kept.url.as_str(), kept.source, kept.scores), (PAGE, Source::Submitted, scores));
        assert_eq!((kept.issues.total(), kept.issues.error, kept.issues.warning), (2, 1, 1));
        assert_eq!((kept.previous, kept.created_at), (None, world.now()));
        let full = world.full(kept.id).await;
        assert_eq!(full.report, kept);
        let details: Vec<_> = full.issues.iter().map(|issue| Value::Object(issue.issue.details.clone())).collect();
        assert_eq!(details, [json!({ "element": "img", "nested": { "a": [1, 2.5, null] } }), json!({})]);
        let due = json!({
            "workspace_id": world.workspace.0, "report_id": kept.id.0, "url": PAGE, "source": "submitted",
            "scores": { "performance": 85, "accessibility": null, "best_practices": null, "seo": 0 },
            "issues_count": 2, "new_issues": 2, "fixed_issues": 0,
        });
        assert_eq!(world.told("seo.report.created").await, [due]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_is_kept() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let submit = async |new| fields(world.seo.reports.submit(world.workspace, new).await);
        let issues = [json!({ "type": "x" }), json!({}), json!({ "type": "y", "severity": "bad" })];
        assert_eq!(submit(report("page", &issues)).await, ["url", "issues.1.type", "issues.2.severity"]);
        let scores = Scores { accessibility: Some(101), ..Scores::default() };
        assert_eq!(submit(NewReport { scores, ..report(PAGE, &[]) }).await, ["scores.accessibility"]);
        let many = vec![json!({ "type": "x" }); 1_001];
        assert_eq!(submit(report(PAGE, &many)).await, ["issues"]);
        assert_eq!(world.told("seo.report.created").await.len(), 0);
        let all = world.seo.reports.reports(world.workspace, ReportQuery::default()).await.expect("reports");
        assert_eq!(all.total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_issues_as_may_be_are_taken_in_twice() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let many: Vec<_> = (0..1_000).map(|n| json!({ "type": "x", "element": format!("p:nth({n})") })).collect();
        assert_eq!(world.report(PAGE, &many).await.issues.total(), 1_000);
        let _ = world.report(PAGE, &many).await;
        let told = world.told("seo.report.created").await;
        assert_eq!((&told[1]["new_issues"], &told[1]["fixed_issues"]), (&json!(0), &json!(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_held_against_the_one_before_or_another_of_its_page() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let issue = |kind: &str, severity: &str| json!({ "type": kind, "severity": severity, "element": kind });
        let with = |seo, issues: &[Value]| NewReport {
            scores: Scores { seo: Some(seo), ..Scores::default() },
            ..report(PAGE, issues)
        };
        let submit = async |new| world.seo.reports.submit(world.workspace, new).await.expect("a report");
        let first = submit(with(90, &[issue("b", "info"), issue("a", "error")])).await;
        let other = world.report("https://example.com/other", &[]).await;
        let second = submit(with(80, &[issue("c", "info"), issue("d", "critical"), issue("a", "warning")])).await;
        let third = submit(report(PAGE, &[])).await;
        let changes = async |id, against| world.seo.reports.changes(world.workspace, id, against).await;
        let found = changes(second.id, None).await.expect("changes");
        let kinds = |issues: &[mainstay_tracking::seo::issues::ReportedIssue]| {
            issues.iter().map(|issue| issue.kind.clone()).collect::<Vec<_>>()
        };
        assert_eq!(found.against.as_ref().map(|report| report.id), Some(first.id));
        assert_eq!((kinds(&found.new), kinds(&found.fixed)), (vec!["d".into(), "c".into()], vec!["b".to_owned()]));
        assert_eq!(kinds(&found.recurring), ["a"]);
        assert_eq!((found.scores.seo, found.scores.performance), (Some(-10), None));
        assert_eq!(changes(second.id, Some(first.id)).await.expect("changes"), found, "and it is always the same");
        let far = changes(third.id, Some(first.id)).await.expect("changes");
        assert_eq!((far.new.len(), kinds(&far.fixed)), (0, vec!["a".to_owned(), "b".to_owned()]));
        let alone = changes(first.id, None).await.expect("changes");
        assert_eq!((alone.against, alone.new.len()), (None, 2));
        assert_eq!(fields(changes(second.id, Some(other.id)).await), ["against"]);
        assert_eq!(code(changes(ReportId(999), None).await), "not_found");
        assert_eq!(code(changes(second.id, Some(ReportId(999))).await), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_workspace_reports_no_other_sees() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let mine = world.report(PAGE, &[json!({ "type": "x" })]).await;
        let theirs = world.seo.reports.submit(world.elsewhere, report(PAGE, &[])).await.expect("a report");
        assert_eq!(theirs.previous, None, "the same page, and another history");
        let reports = &world.seo.reports;
        assert_eq!(code(reports.report(world.elsewhere, mine.id).await), "not_found");
        assert_eq!(code(reports.changes(world.elsewhere, mine.id, None).await), "not_found");
        assert_eq!(code(reports.changes(world.elsewhere, theirs.id, Some(mine.id)).await), "not_found");
        let listed = reports.reports(world.elsewhere, ReportQuery::default()).await.expect("reports");
        assert_eq!(listed.items, [theirs]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_one_page_that_come_at_once_take_turns() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let submit = |n: u8| {
            let (reports, workspace) = (std::sync::Arc::clone(&world.seo.reports), world.workspace);
            tokio::spawn(
                async move { reports.submit(workspace, report(PAGE, &[json!({ "type": format!("t{n}") })])).await },
            )
        };
        for report in (0..8).map(submit).collect::<Vec<_>>() {
            report.await.expect("it ends").expect("a report");
        }
        let query = ReportQuery { is_latest: true, ..ReportQuery::default() };
        assert_eq!(world.seo.reports.reports(world.workspace, query).await.expect("reports").total, 1);
        let open = world.issues(mainstay_tracking::seo::issues::IssueStatus::Open).await;
        assert_eq!(open.len(), 1, "the last one's alone is open");
    })
    .await;
}
