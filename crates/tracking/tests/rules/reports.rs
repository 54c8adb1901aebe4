//! What visits come to.

use crate::world::{CHROME, FIREFOX, HOUR, MINUTE, World, event, sender, view};
use mainstay_kernel::{Fault as _, Kind, PageRequest, Sort};
use mainstay_testkit::on_each_database;
use mainstay_tracking::intake::Told;
use mainstay_tracking::reports::{Column, Filter, Interval, Listing, Question, ReportService as _};
use mainstay_tracking::{Dimension, Pattern};
use serde_json::json;

/// Ada comes from a search and signs up; Bob looks at two pages; Eve comes by a letter, twice.
async fn play(world: &World) {
    let (ada, bob, eve) = (sender(1, CHROME), sender(2, FIREFOX), sender(3, CHROME));
    let searched = Told { referrer: Some("https://www.google.com/".into()), ..view("/") };
    world.track(&ada, searched).await.expect("kept");
    world.track(&ada, event("sign_up", "/join", &json!({ "plan": "pro", "seats": 3 }))).await.expect("kept");
    world.view(&bob, "/").await;
    world.clock.advance(MINUTE);
    world.view(&bob, "/prices").await;
    let letter = || view("/prices?utm_source=letter&utm_campaign=spring");
    world.track(&eve, letter()).await.expect("kept");
    world.clock.advance(HOUR);
    world.track(&eve, letter()).await.expect("kept");
}

fn with(world: &World, dimension: Dimension, pattern: Pattern) -> Question {
    Question { filters: vec![Filter { dimension, pattern }], ..world.question() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_dimension_tells_who_came_how() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        play(&world).await;
        let is = |values: &[(&str, i64)]| {
            values.iter().map(|(name, visitors)| ((*name).to_owned(), *visitors)).collect::<Vec<_>>()
        };
        assert_eq!(world.visitors_by(Dimension::Page).await, is(&[("/prices", 2), ("/", 2), ("/join", 1)]));
        assert_eq!(world.visitors_by(Dimension::EntryPage).await, is(&[("/", 2), ("/prices", 1)]));
        let sources = is(&[("", 1), ("Google", 1), ("letter", 1)]);
        let mut seen = world.visitors_by(Dimension::Source).await;
        seen.sort();
        assert_eq!(seen, sources);
        assert_eq!(world.visitors_by(Dimension::Browser).await, is(&[("Chrome", 2), ("Firefox", 1)]));
        assert_eq!(world.visitors_by(Dimension::Event).await, is(&[("sign_up", 1)]));
        let plans = world.breakdown(world.question(), Dimension::Value, Some("plan")).await;
        assert_eq!((plans[0].name.as_str(), plans[0].numbers.events), ("pro", 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_chooses_visits_by_what_they_have_or_did() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        play(&world).await;
        let visits = async |dimension, pattern| {
            world.stats(with(&world, dimension, pattern), Interval::Day).await.numbers.visits
        };
        let is = |value: &str| Pattern::Is(value.to_owned());
        assert_eq!(visits(Dimension::Source, is("letter")).await, 2);
        assert_eq!(visits(Dimension::Source, is("")).await, 1, "those that came by themselves");
        assert_eq!(visits(Dimension::Page, is("/prices")).await, 3);
        assert_eq!(visits(Dimension::Page, Pattern::Begins("/pri".into())).await, 3);
        assert_eq!(visits(Dimension::Event, is("sign_up")).await, 1);
        assert_eq!(visits(Dimension::Value, is("plan\u{1f}pro")).await, 1);
        assert_eq!(visits(Dimension::Value, is("plan\u{1f}free")).await, 0);
        let question = with(&world, Dimension::Source, is("letter"));
        let pages = world.breakdown(question, Dimension::Page, None).await;
        assert_eq!(pages.len(), 1);
        let numbers = pages[0].numbers;
        assert_eq!((numbers.visitors, numbers.visits, numbers.views), (1, 2, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_values_is_sorted_searched_and_paged() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        play(&world).await;
        let list = async |search: Option<&str>, sort: Option<Column>, page: i64, size: i64| {
            let sort = sort.map(|column| Sort { column, descending: false }).into_iter().collect();
            let page = Some(PageRequest::new(page, size));
            let search = search.map(str::to_owned);
            let listing = Listing { by: Dimension::Page, property: None, search, sort, page };
            let answer = world.tracking.reports.breakdown(world.workspace, world.domain.id, world.question(), listing);
            let answer = answer.await.expect("a list");
            (answer.items.into_iter().map(|share| share.name).collect::<Vec<_>>(), answer.total)
        };
        assert_eq!(list(None, Some(Column::Name), 1, 2).await, (vec!["/".into(), "/join".into()], 3));
        assert_eq!(list(None, Some(Column::Name), 2, 2).await, (vec!["/prices".into()], 3));
        assert_eq!(list(None, Some(Column::Name), 9, 2).await, (vec![], 3));
        assert_eq!(list(Some("PRIC"), None, 1, 25).await, (vec!["/prices".into()], 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_tell_when_visits_began() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        play(&world).await;
        let stats = world.stats(world.question(), Interval::Hour).await;
        let began: Vec<_> = stats.series.iter().map(|point| point.numbers.visits).collect();
        assert_eq!((began.len(), began[9], began[10]), (24, 3, 1));
        let visitors: i64 = stats.series.iter().map(|point| point.numbers.visitors).sum();
        assert_eq!((visitors, stats.numbers.visitors), (4, 3), "who comes in two hours is one visitor of the day");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_there_now_is_told_of() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.view(&sender(1, CHROME), "/old").await;
        world.clock.advance(MINUTE * 10);
        world.view(&sender(2, CHROME), "/now").await;
        let now = world.tracking.reports.realtime(world.workspace, world.domain.id).await.expect("now");
        assert_eq!((now.visitors, now.views.len(), now.views.iter().sum::<i64>()), (1, 30, 2));
        assert_eq!((now.views[29], now.views[19]), (1, 1));
        assert_eq!(now.pages, [("/now".to_owned(), 1), ("/old".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_the_report_of_another_workspace() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let reports = &world.tracking.reports;
        let listing = Listing { by: Dimension::Page, property: None, search: None, sort: Vec::new(), page: None };
        let (theirs, id) = (world.elsewhere, world.domain.id);
        let failures = [
            reports.stats(theirs, id, world.question(), Interval::Day).await.map(drop),
            reports.breakdown(theirs, id, world.question(), listing).await.map(drop),
            reports.realtime(theirs, id).await.map(drop),
        ];
        for failure in failures {
            assert_eq!(failure.expect_err("not theirs").kind(), Kind::NotFound);
        }
    })
    .await;
}
