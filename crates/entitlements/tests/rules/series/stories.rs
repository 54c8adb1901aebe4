//! Random stories: a series shows what a plain look at everything that was told shows.

use super::{by, figure};
use crate::world::{World, some};
use chrono::{DateTime, Datelike as _, Months, NaiveDate, TimeDelta, Utc};
use mainstay_entitlements::usage::series::{Figure, Group, GroupName, Interval, MOST_INTERVALS, Point, SeriesQuery};
use mainstay_entitlements::{EntitlementError, NewUse};
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_testkit::TestDatabase;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::runtime::Runtime;

/// A feature of each aggregation, and one that counts in the pool of another.
const FEATURES: [&str; 7] = ["posts", "storage", "storage.files", "peak", "calls", "visitors", "api_calls"];

/// A use, and how long after the one before.
#[derive(Debug, Clone)]
struct Step {
    minutes: u64,
    feature: &'static str,
    quantity: u64,
    /// How long it took to tell of it, where late ones are taken.
    late: u64,
    metadata: Map<String, Value>,
}

/// What is asked at the end.
#[derive(Debug, Clone)]
struct Question {
    /// How many minutes before now it begins, and ends.
    from: Option<u64>,
    to: Option<u64>,
    interval: Interval,
    grouping: Option<(&'static str, usize)>,
}

fn said() -> impl Strategy<Value = Option<Value>> {
    let values =
        [json!("a"), json!("b"), json!("ä\"\\"), json!(""), json!(1), json!("1"), json!(1.5), json!(true), json!([])];
    proptest::option::weighted(0.8, proptest::sample::select(values.to_vec()))
}

fn step() -> impl Strategy<Value = Step> {
    let pause = prop_oneof![4 => Just(0_u64), 4 => 1..200_u64, 1 => 1..60_000_u64];
    let feature = proptest::sample::select(FEATURES.to_vec());
    let late = prop_oneof![3 => Just(0_u64), 1 => 0..50_000_u64];
    let use_of = (pause, feature, 1..9_u64, late, said(), 0..4_u8);
    use_of.prop_map(|(minutes, feature, quantity, late, who, visitor)| {
        let mut metadata: Map<String, Value> = who.map(|who| ("who".to_owned(), who)).into_iter().collect();
        metadata.insert("visitor".to_owned(), json!(visitor));
        Step { minutes, feature, quantity, late, metadata }
    })
}

fn question() -> impl Strategy<Value = Question> {
    let ago = || proptest::option::of(prop_oneof![0..3_000_u64, 0..200_000_u64]);
    let member = proptest::sample::select(vec!["who", "visitor", "nothing"]);
    let grouping = proptest::option::of((member, 1..4_usize));
    (ago(), ago(), proptest::sample::select(Interval::ALL.to_vec()), grouping)
        .prop_map(|(from, to, interval, grouping)| Question { from, to, interval, grouping })
}

/// A use that was told.
struct Told {
    counted: &'static str,
    at: Timestamp,
    quantity: u64,
    metadata: Map<String, Value>,
}

/// Where the interval begins in which an instant lies, by the calendar.
fn beginning(interval: Interval, at: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    match interval {
        Interval::Hour => at - TimeDelta::microseconds(at.timestamp_micros() % 3_600_000_000),
        Interval::Day => midnight(at.date_naive()),
        Interval::Month => midnight(at.date_naive().with_day(1).expect("a first")),
    }
}

fn next(interval: Interval, begun: DateTime<Utc>) -> DateTime<Utc> {
    match interval {
        Interval::Hour => begun + TimeDelta::hours(1),
        Interval::Day => begun + TimeDelta::days(1),
        Interval::Month => begun + Months::new(1),
    }
}

/// The intervals of a question: where each begins, and the last one ends; nothing where there is none.
fn bounds(question: &Question, from: Timestamp, to: Timestamp) -> Option<Vec<DateTime<Utc>>> {
    let mut bounds = vec![beginning(question.interval, from.utc())];
    while from < to && bounds[bounds.len() - 1] < to.utc() {
        bounds.push(next(question.interval, bounds[bounds.len() - 1]));
    }
    (2..=MOST_INTERVALS + 1).contains(&bounds.len()).then_some(bounds)
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        other @ (Value::Number(_) | Value::Bool(_)) => Some(other.to_string()),
        _ => None,
    }
}

/// What some uses come to.
fn sum(feature: &str, uses: &[&Told]) -> Figure {
    let quantities = || uses.iter().map(|told| told.quantity);
    let value = match feature {
        "posts" | "api_calls" => quantities().sum(),
        "calls" => u64::try_from(uses.len()).expect("few"),
        "peak" => quantities().max().unwrap_or(0),
        "visitors" => {
            let visitors: BTreeSet<_> = uses.iter().map(|told| text(told.metadata.get("visitor"))).collect();
            u64::try_from(visitors.len()).expect("few")
        }
        // Of several at one instant, the one that was told of last.
        _ => uses.iter().max_by_key(|told| told.at).map_or(0, |told| told.quantity),
    };
    figure(value, u64::try_from(uses.len()).expect("few"))
}

/// What some uses come to in each interval, and in all of them.
fn line(feature: &str, uses: &[&Told], bounds: &[DateTime<Utc>]) -> (Vec<Point>, Figure) {
    let point = |pair: &[DateTime<Utc>]| {
        let within: Vec<_> = uses.iter().copied().filter(|told| (pair[0]..pair[1]).contains(&told.at.utc())).collect();
        let start = Timestamp::from_micros(pair[0].timestamp_micros());
        Point { start, used: sum(feature, &within) }
    };
    (bounds.windows(2).map(point).collect(), sum(feature, uses))
}

/// The groups of some uses, as they should be told of.
fn groups(feature: &str, uses: &[&Told], bounds: &[DateTime<Utc>], (member, most): (&str, usize)) -> Vec<Group> {
    let mut parts: BTreeMap<Option<String>, Vec<&Told>> = BTreeMap::new();
    for told in uses {
        parts.entry(text(told.metadata.get(member))).or_default().push(told);
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(_, uses)| {
        let Figure { value, records } = sum(feature, uses);
        std::cmp::Reverse((value, records))
    });
    let rest: Vec<_> = parts.split_off(most.min(parts.len())).into_iter().flat_map(|(_, uses)| uses).collect();
    // As they were told of.
    let rest: Vec<_> = uses.iter().copied().filter(|told| rest.iter().any(|left| std::ptr::eq(*left, *told))).collect();
    let named = parts.into_iter().map(|(name, uses)| (name.map_or(GroupName::Without, GroupName::Value), uses));
    let all = named.chain((!rest.is_empty()).then_some((GroupName::Rest, rest)));
    let group = |(name, uses): (GroupName, Vec<&Told>)| {
        let (points, total) = line(feature, &uses, bounds);
        Group { name, points, total }
    };
    all.map(group).collect()
}

/// Tells of a use; gives what was told.
async fn play(world: &World, step: &Step) -> Told {
    world.clock.advance(Duration::from_mins(step.minutes));
    let counted = if step.feature == "storage.files" { "storage" } else { step.feature };
    // What never starts anew takes late ones.
    let late = if matches!(counted, "posts" | "storage") { step.late } else { 0 };
    let at = world.clock.now().minus(Duration::from_mins(late));
    let metadata = step.metadata.clone();
    let told = NewUse { metadata: metadata.clone(), at: Some(at), ..some(step.feature, step.quantity) };
    world.record(told).await;
    Told { counted, at, quantity: step.quantity, metadata }
}

async fn ask(world: &World, told: &[Told], feature: &str, question: &Question) -> Result<(), TestCaseError> {
    let (now, counted) = (world.clock.now(), if feature == "storage.files" { "storage" } else { feature });
    let ago = |minutes: u64| now.minus(Duration::from_mins(minutes));
    let asked = SeriesQuery {
        feature: feature.to_owned(),
        from: question.from.map(ago),
        to: question.to.map(ago),
        interval: question.interval,
        grouping: None,
    };
    let asked = question.grouping.map_or(asked.clone(), |(member, most)| by(asked, member, most));
    let going_on = next(question.interval, beginning(question.interval, now.utc()));
    let (from, to) = (asked.from, asked.to.unwrap_or(Timestamp::from_micros(going_on.timestamp_micros())));
    let series = match world.look_back(asked).await {
        Ok(series) => series,
        Err(EntitlementError::Invalid(fields)) => {
            prop_assert_eq!(fields[0].field.as_str(), "from");
            prop_assert!(bounds(question, from.expect("one was said"), to).is_none());
            return Ok(());
        }
        Err(other) => panic!("{other}"),
    };
    let bounds = bounds(question, from.unwrap_or(series.from), to).expect("not too many");
    let within = |told: &&Told| {
        told.counted == counted && bounds[0] <= told.at.utc() && told.at.utc() < bounds[bounds.len() - 1]
    };
    let uses: Vec<_> = told.iter().filter(within).collect();
    let (points, total) = line(counted, &uses, &bounds);
    prop_assert_eq!((&series.points, series.total), (&points, total), "{} {:?}", feature, question);
    let groups = question.grouping.map(|grouping| groups(counted, &uses, &bounds, grouping));
    prop_assert_eq!(&series.groups, &groups, "{} {:?}", feature, question);
    if matches!(counted, "posts" | "calls" | "api_calls") {
        adds_up(&series.points, &series.groups.unwrap_or_default())?;
    }
    Ok(())
}

/// What the hours tell is what the groups, which are read from the records, come to.
fn adds_up(points: &[Point], groups: &[Group]) -> Result<(), TestCaseError> {
    if groups.is_empty() {
        return Ok(());
    }
    for (place, point) in points.iter().enumerate() {
        let of = |part: fn(&Figure) -> u64| groups.iter().map(|group| part(&group.points[place].used)).sum::<u64>();
        prop_assert_eq!(figure(of(|used| used.value), of(|used| used.records)), point.used);
    }
    Ok(())
}

fn tell(cases: u32, open: impl AsyncFn() -> Option<TestDatabase>) {
    let runtime = Runtime::new().expect("a runtime");
    let Some(test) = runtime.block_on(open()) else { return };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let stories = (proptest::collection::vec(step(), 1..40), proptest::collection::vec(question(), 1..6));
    let told = runner.run(&stories, |(steps, questions)| {
        runtime.block_on(async {
            let world = World::of_a_story(test.database.clone()).await;
            let mut told = Vec::new();
            for step in &steps {
                told.push(play(&world, step).await);
            }
            for question in &questions {
                for feature in FEATURES {
                    ask(&world, &told, feature, question).await?;
                }
            }
            Ok(())
        })
    });
    told.expect("every story holds");
}

#[test]
fn on_sqlite_a_series_is_what_was_told() {
    tell(60, async || Some(TestDatabase::sqlite().await));
}

#[test]
fn on_postgres_a_series_is_what_was_told() {
    tell(30, TestDatabase::postgres);
}
