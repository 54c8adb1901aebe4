//! Every report is what a plain scan gives, whatever happens in which order.

use crate::reference::{self, Happened, Visit, by_hit, numbers};
use crate::world::{CHROME, World, event, sender};
use mainstay_kernel::Clock as _;
use mainstay_testkit::{TestDatabase, on_each_database};
use mainstay_tracking::intake::{IntakeService as _, Told};
use mainstay_tracking::reports::{Filter, Interval, Question, ReportService as _, Share, Steps};
use mainstay_tracking::{Day, Dimension, Numbers, Pattern, Step as Done};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A step of a story: time goes by, somebody does something, and now and then it is rolled up.
#[derive(Debug, Clone)]
struct Step {
    minutes: u64,
    late: u64,
    who: u8,
    name: usize,
    page: usize,
    source: usize,
    plan: usize,
    rolls_up: bool,
}

const NAMES: [&str; 4] = ["pageview", "pageview", "sign_up", "web_vitals"];
const PAGES: [&str; 3] = ["/", "/prices", "/join"];
const SOURCES: [&str; 3] = ["", "letter", "Google"];
const PLANS: [Option<&str>; 3] = [None, Some("pro"), Some("free")];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Pauses around half an hour, and now and then most of a day.
    let minutes = prop_oneof![4 => 0_u64..3, 3 => 25_u64..35, 1 => 300_u64..900];
    let late = prop_oneof![5 => Just(0_u64), 1 => 1_u64..50];
    let step = (minutes, late, 0_u8..4, 0_usize..4, 0_usize..3, 0_usize..3, 0_usize..3, any::<bool>());
    let step = step.prop_map(|(minutes, late, who, name, page, source, plan, rolls_up)| Step {
        minutes,
        late,
        who,
        name,
        page,
        source,
        plan,
        rolls_up,
    });
    prop::collection::vec(step, 1..60)
}

async fn play(world: &World, steps: &[Step]) -> Vec<Happened> {
    let mut happened = Vec::new();
    for step in steps {
        world.clock.advance(Duration::from_mins(step.minutes));
        let at = world.clock.now().minus(Duration::from_mins(step.late));
        let one = Happened {
            who: step.who,
            at,
            name: NAMES[step.name],
            page: PAGES[step.page],
            source: SOURCES[step.source],
            plan: PLANS[step.plan],
        };
        let path = match one.source {
            "" => one.page.to_owned(),
            source => format!("{}?utm_source={source}", one.page),
        };
        let properties = one.plan.map_or_else(|| json!({}), |plan| json!({ "plan": plan }));
        let told = Told { at: Some(at), ..event(one.name, &path, &properties) };
        world.tracking.intake.track(&sender(step.who, CHROME), vec![told]).await.expect("kept");
        happened.push(one);
        if step.rolls_up {
            world.tracking.roll_up().await.expect("rolled up");
        }
    }
    happened
}

fn named(shares: Vec<Share>) -> BTreeMap<String, Numbers> {
    shares.into_iter().map(|share| (share.name, share.numbers)).collect()
}

/// Compares each report with the scan, for the visits that a filter chooses.
async fn compare(world: &World, visits: &[Visit], question: &Question, chosen: impl Fn(&Visit) -> bool + Copy) {
    let within = |visit: &&Visit| (question.from..=question.until).contains(&visit.day()) && chosen(visit);
    let all = || visits.iter().filter(within);
    let stats = world.stats(question.clone(), Interval::Day).await;
    assert_eq!(stats.numbers, numbers(all()), "{question:?}");
    for point in &stats.series {
        let of_day = all().filter(|visit| visit.day() == Day::of(point.at));
        assert_eq!(point.numbers, numbers(of_day), "{question:?} {}", point.at);
    }
    let hours = world.stats(question.clone(), Interval::Hour).await;
    for point in &hours.series {
        let hour = point.at.seconds() / 3_600 % 24;
        let of_hour = all().filter(|visit| visit.day() == Day::of(point.at) && visit.hour() == hour);
        assert_eq!(point.numbers, numbers(of_hour), "{question:?} {}", point.at);
    }
    let by = async |dimension, property| named(world.breakdown(question.clone(), dimension, property).await);
    for (source, sums) in by(Dimension::Source, None).await {
        assert_eq!(sums, numbers(all().filter(|visit| visit.source() == source)), "{question:?} {source}");
    }
    let page = |hit: &Happened| (hit.name != "web_vitals").then_some(hit.page);
    assert_eq!(by(Dimension::Page, None).await, by_hit(all(), page), "{question:?}");
    let name = |hit: &Happened| (hit.name != "pageview").then_some(hit.name);
    assert_eq!(by(Dimension::Event, None).await, by_hit(all(), name), "{question:?}");
    assert_eq!(by(Dimension::Value, Some("plan")).await, by_hit(all(), |hit| hit.plan), "{question:?}");
    let visits: Vec<_> = all().collect();
    compare_steps(world, &visits, question).await;
}

fn page(path: &str) -> Done {
    Done::Page(path.to_owned())
}

fn done(event: &str) -> Done {
    Done::Event(event.to_owned())
}

/// Compares what visits did, and in which order, with the scan.
async fn compare_steps(world: &World, visits: &[&Visit], question: &Question) {
    let ask = async |steps: Steps| {
        let reports = &world.tracking.reports;
        reports.followed(world.workspace, world.domain.id, question.clone(), steps).await.expect("a report")
    };
    let goals = [page("/join"), page("/pri*"), page("/*"), done("sign_up"), done("*"), page("/nowhere")];
    let reached = ask(Steps::Any(goals.to_vec())).await;
    assert_eq!(reached.all, numbers(visits.iter().copied()), "{question:?}");
    for (goal, seen) in goals.iter().zip(&reached.steps) {
        assert_eq!(*seen, reference::reached(visits, goal), "{question:?} {goal:?}");
    }
    for funnel in [vec![page("/"), page("/prices"), done("sign_up")], vec![page("/*"), page("/*"), page("/join")]] {
        let passed = ask(Steps::InTurn(funnel.clone())).await;
        for (length, seen) in (1..).zip(&passed.steps) {
            let expected = reference::passed(visits, &funnel[..length]);
            assert_eq!((seen.visitors, seen.visits), expected, "{question:?} {funnel:?} {length}");
        }
    }
}

async fn check(world: &World, steps: &[Step]) {
    let first = world.question().from;
    let visits = reference::visits(&play(world, steps).await);
    let whole = Question { from: first, ..world.question() };
    compare(world, &visits, &whole, |_| true).await;
    let part = Question { from: first.plus(1), until: first.plus(2), filters: Vec::new() };
    compare(world, &visits, &part, |_| true).await;
    let filtered = |dimension, value: &str| {
        let filters = vec![Filter { dimension, pattern: Pattern::Is(value.to_owned()) }];
        Question { filters, ..whole.clone() }
    };
    let letter = filtered(Dimension::Source, "letter");
    compare(world, &visits, &letter, |visit| visit.source() == "letter").await;
    let prices = filtered(Dimension::Page, "/prices");
    compare(world, &visits, &prices, |visit| visit.has(|hit| hit.page == "/prices" && hit.name != "web_vitals")).await;
    let pro = filtered(Dimension::Value, "plan\u{1f}pro");
    compare(world, &visits, &pro, |visit| visit.has(|hit| hit.plan == Some("pro"))).await;
}

fn play_random_stories(cases: u32, play: impl Fn(Vec<Step>)) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&steps(), |steps| {
        play(steps);
        Ok(())
    });
    outcome.expect("reports are what a plain scan gives");
}

#[test]
fn reports_are_what_a_plain_scan_gives() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    play_random_stories(24, |steps| {
        runtime.block_on(async {
            let test = TestDatabase::sqlite().await;
            check(&World::new(test.database.clone()).await, &steps).await;
        });
    });
}

#[test]
fn reports_are_what_a_plain_scan_gives_on_each_database() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    play_random_stories(4, |steps| {
        runtime.block_on(on_each_database(async |database| {
            check(&World::new(database).await, &steps).await;
        }));
    });
}
