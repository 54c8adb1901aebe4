//! History: how pages get better and worse.

use super::world::{PAGE, World, report};
use mainstay_testkit::on_each_database;
use mainstay_tracking::seo::reports::{NewReport, ReportQuery, ReportService as _};
use mainstay_tracking::seo::{PageUrl, Scores, Source};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_its_reports_and_a_workspace_the_latest_of_each_page() {
    on_each_database(|database| async move {
        let world = World::new(database).await;
        let scores = |seo| Scores { seo: Some(seo), ..Scores::default() };
        for seo in [70, 80, 90] {
            let new =
                NewReport { scores: scores(seo), ..report(PAGE, &[json!({ "type": "x", "severity": "critical" })]) };
            let _ = world.seo.reports.submit(world.workspace, new).await.expect("a report");
        }
        let _ = world.report("https://example.com/other", &[]).await;
        let history = async |query| world.seo.reports.history(world.workspace, query).await.expect("a history");
        let of_page = ReportQuery { url: PageUrl::parse("https://EXAMPLE.com/page#x").ok(), ..ReportQuery::default() };
        let trends = history(of_page).await;
        let seen: Vec<_> = trends.items.iter().map(|trend| (trend.report.scores, trend.previous_scores)).collect();
        assert_eq!(seen, [(scores(90), Some(scores(80))), (scores(80), Some(scores(70))), (scores(70), None)]);
        let latest = history(ReportQuery { is_latest: true, ..ReportQuery::default() }).await;
        let seen: Vec<_> =
            latest.items.iter().map(|trend| (trend.report.url.as_str(), trend.report.issues.critical)).collect();
        assert_eq!(seen, [("https://example.com/other", 0), (PAGE, 1)]);
        let audits = ReportQuery { source: Some(Source::Audit), ..ReportQuery::default() };
        assert_eq!(history(audits).await.total, 0);
        let theirs = world.seo.reports.history(world.elsewhere, ReportQuery::default()).await.expect("a history");
        assert_eq!(theirs.total, 0);
    })
    .await;
}
