//! Which hits belong together.

use crate::world::{CHROME, HOUR, MINUTE, World, event, sender};
use mainstay_kernel::Timestamp;
use mainstay_testkit::{on_each_database, rows};
use mainstay_tracking::Day;
use mainstay_tracking::reports::{Interval, Question, ReportService as _};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_ends_after_half_an_hour_of_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let someone = sender(1, CHROME);
        world.view(&someone, "/").await;
        world.clock.advance(MINUTE * 30);
        world.view(&someone, "/still").await;
        assert_eq!(world.today().await.numbers.visits, 1);
        world.clock.advance(MINUTE * 30 + Duration::from_secs(1));
        world.view(&someone, "/anew").await;
        let numbers = world.today().await.numbers;
        assert_eq!((numbers.visitors, numbers.visits, numbers.views), (1, 2, 3));
        assert_eq!(numbers.spent_us, 30 * 60 * 1_000_000);
        assert_eq!(numbers.bounces, 1, "the second visit so far");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_on_over_midnight_and_counts_where_it_began() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let someone = sender(1, CHROME);
        world.clock.advance_to(Timestamp::parse("2026-03-10T23:50:00Z").expect("a time"));
        let first = world.question();
        world.view(&someone, "/").await;
        world.clock.advance(MINUTE * 20);
        world.view(&someone, "/late").await;
        let (before, after) = (world.stats(first, Interval::Day).await, world.today().await);
        assert_eq!((before.numbers.visits, before.numbers.views), (1, 2));
        assert_eq!(after.numbers, mainstay_tracking::Numbers::default());
        world.clock.advance(HOUR);
        world.view(&someone, "/morning").await;
        assert_eq!(world.today().await.numbers.visitors, 1, "a new day's visitor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_page_alone_is_a_bounce_and_how_it_felt_changes_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let someone = sender(1, CHROME);
        world.view(&someone, "/").await;
        world.clock.advance(MINUTE);
        world.track(&someone, event("web_vitals", "/", &json!({ "metric": "LCP" }))).await.expect("kept");
        let numbers = world.today().await.numbers;
        assert_eq!((numbers.bounces, numbers.events, numbers.spent_us), (1, 0, 60_000_000));
        world.track(&someone, event("sign_up", "/", &json!({}))).await.expect("kept");
        assert_eq!(world.today().await.numbers.bounces, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_are_told_of_one_visitor_make_one_visit() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (here, there) = (&world.tracking, world.node());
        let tell = async |tracking: &mainstay_tracking::Tracking, path: &str| {
            let told = vec![crate::world::view(path)];
            mainstay_tracking::intake::IntakeService::track(&*tracking.intake, &sender(1, CHROME), told)
                .await
                .expect("kept");
        };
        for number in 0..10 {
            tell(here, &format!("/{number}")).await;
            tell(&there, &format!("/{number}")).await;
            let (one, other) = tokio::join!(here.roll_up(), there.roll_up());
            one.and(other).expect("rolled up");
        }
        let numbers = world.today().await.numbers;
        assert_eq!((numbers.visitors, numbers.visits, numbers.views), (1, 1, 20));
        assert_eq!(rows::count(&world.database, "tracking_events").await, 20);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_hits_do_not_belong_together_each_is_a_visit() {
    on_each_database(async |database| {
        use mainstay_tracking::domains::{DomainChange, DomainService as _, SettingsChange};
        let world = World::new(database).await;
        let settings = SettingsChange { sessions: Some(false), ..SettingsChange::default() };
        let change = DomainChange { settings, has_new_key: false };
        world.tracking.domains.change(world.workspace, world.domain.id, change).await.expect("changed");
        for path in ["/", "/a", "/b"] {
            world.view(&sender(1, CHROME), path).await;
        }
        let numbers = world.today().await.numbers;
        assert_eq!((numbers.visitors, numbers.visits, numbers.views), (3, 3, 3));
        assert_eq!(rows::count(&world.database, "tracking_salts").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_a_long_time_is_refused() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let reports = &world.tracking.reports;
        let ask = async |from: i32, until: i32, interval| {
            let question = Question { from: Day(from), until: Day(until), filters: Vec::new() };
            reports.stats(world.workspace, world.domain.id, question, interval).await.is_ok()
        };
        assert!(ask(0, 3_659, Interval::Month).await && !ask(0, 3_660, Interval::Month).await);
        assert!(ask(0, 30, Interval::Hour).await && !ask(0, 31, Interval::Hour).await);
        assert!(!ask(1, 0, Interval::Day).await && !ask(i32::MIN, i32::MAX, Interval::Day).await);
    })
    .await;
}
