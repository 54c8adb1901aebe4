//! Which intervals there are, what is in them, and what is refused.

use super::{by, days, figure, from, totals, used, value};
use crate::world::{World, at, some, visit, wrong};
use mainstay_entitlements::NewUse;
use mainstay_entitlements::usage::series::{GroupName, Interval, SeriesQuery, SeriesService as _};
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_testkit::{on_each_database, rows};
use serde_json::{Value, json};
use std::time::Duration;

/// A use by somebody.
fn told(feature: &str, quantity: u64, who: Value) -> NewUse {
    NewUse { metadata: [("who".to_owned(), who)].into_iter().collect(), ..some(feature, quantity) }
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse(text).expect(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_interval_is_there_and_shows_what_was_used_in_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(at(some("posts", 5), day("2026-01-13T23:59:59.999999Z"))).await;
        world.record(at(some("posts", 7), day("2026-01-14"))).await;
        world.record(some("posts", 1)).await;
        let series = world.days("posts").await;
        assert_eq!((series.from, series.to), (day("2025-12-17"), day("2026-01-16")), "with the day that is going on");
        assert_eq!((series.points.len(), series.total), (30, figure(13, 3)));
        let expected = [("13", figure(5, 1)), ("14", figure(7, 1)), ("15", figure(1, 1))];
        let expected = expected.map(|(day, figure)| (format!("2026-01-{day}T00:00:00Z"), figure));
        assert_eq!(used(&series.points), expected);
        assert_eq!(series.groups, None);
        let hours = world.look_back(from(days("posts"), Interval::Hour, day("2026-01-13T23:30:00Z"))).await;
        let hours = hours.expect("a series");
        assert_eq!((hours.points.len(), hours.total), (36, figure(13, 3)), "the hour that was begun is whole");
        let months = world.look_back(from(days("posts"), Interval::Month, day("2025-11-30"))).await.expect("a series");
        assert_eq!(months.points.iter().map(|point| point.used.value).collect::<Vec<_>>(), [0, 0, 13]);
        let before = SeriesQuery { to: Some(day("2026-01-14")), ..days("posts") };
        assert_eq!(world.look_back(before).await.expect("a series").total, figure(5, 1), "its end is not in it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_is_no_sum_where_the_feature_is_not_summed() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for (feature, quantities) in [("peak", [7, 9]), ("calls", [5, 5]), ("storage", [80, 30])] {
            world.record(some(feature, quantities[0])).await;
            world.record(some(feature, quantities[1])).await;
        }
        world.record_all(["ada", "ada", "grace"].map(|who| visit(&json!(who))).to_vec()).await;
        world.clock.advance(Duration::from_hours(24));
        for (feature, quantity) in [("peak", 8), ("calls", 1), ("storage", 50)] {
            world.record(some(feature, quantity)).await;
        }
        world.record(visit(&json!("ada"))).await;
        for (feature, values, total) in [
            ("peak", [9, 8], figure(9, 3)),
            ("calls", [2, 1], figure(3, 3)),
            ("storage", [30, 50], figure(50, 3)),
            ("visitors", [2, 1], figure(2, 4)),
        ] {
            let series = world.days(feature).await;
            let told: Vec<_> = used(&series.points).into_iter().map(|(_, figure)| figure.value).collect();
            assert_eq!((told, series.total), (values.to_vec(), total), "{feature}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_told_of_the_most_used_first_and_the_rest_together() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for (who, quantity) in [("ada", 5), ("grace", 9), ("alan", 5), ("kurt", 1), ("ada", 3)] {
            world.record(told("posts", quantity, json!(who))).await;
        }
        world.record(some("posts", 6)).await;
        world.record(told("posts", 1, json!(["no", "text"]))).await;
        let series = world.look_back(by(days("posts"), "who", 3)).await.expect("a series");
        let expected = [
            (value("grace"), figure(9, 1)),
            (value("ada"), figure(8, 2)),
            (GroupName::Without, figure(7, 2)),
            (GroupName::Rest, figure(6, 2)),
        ];
        assert_eq!((totals(&series), series.total), (expected.to_vec(), figure(30, 7)));
        let groups = series.groups.expect("groups");
        assert!(groups.iter().all(|group| group.points.len() == 30), "each has every interval");
        assert_eq!(used(&groups[1].points), [("2026-01-15T00:00:00Z".to_owned(), figure(8, 2))]);
        let all = world.look_back(by(days("posts"), "who", 5)).await.expect("a series");
        assert_eq!(totals(&all).len(), 5, "nothing is left");
        let nobody = world.look_back(by(days("seats"), "who", 5)).await.expect("a series");
        assert_eq!(totals(&nobody), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_distinct_values_counts_each_of_them_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let visit = |page: &str, visitor: &str| {
            let Value::Object(metadata) = json!({ "page": page, "visitor": visitor }) else {
                unreachable!("it is one")
            };
            NewUse { metadata, ..some("visitors", 1) }
        };
        for (page, visitor) in [("a", "ada"), ("a", "alan"), ("b", "ada"), ("c", "ada"), ("c", "ada")] {
            world.record(visit(page, visitor)).await;
        }
        let series = world.look_back(by(days("visitors"), "page", 1)).await.expect("a series");
        assert_eq!(totals(&series), [(value("a"), figure(2, 2)), (GroupName::Rest, figure(1, 3))]);
        assert_eq!(series.total, figure(2, 5));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_named_by_what_its_uses_say_whatever_that_is() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let long = "é".repeat(300);
        let cases = [
            (json!(""), value("")),
            (json!("="), value("=")),
            (json!("a \"quoted\" \\ text\n"), value("a \"quoted\" \\ text\n")),
            (json!(7), value("7")),
            (json!(0.1), value("0.1")),
            (json!(u64::MAX), value("18446744073709551615")),
            (json!(false), value("false")),
            (json!(null), GroupName::Without),
            (json!({}), GroupName::Without),
            (json!(long), value(&"é".repeat(255))),
        ];
        for (place, member) in
            ["plain", "", "with space", "a.b", "$.a", "\"", "back\\slash", "ü"].into_iter().enumerate()
        {
            let since = world.clock.now();
            for (said, _) in &cases {
                let metadata = [(member.to_owned(), said.clone())].into_iter().collect();
                world.record(NewUse { metadata, ..some("seats", 1) }).await;
            }
            let asked = by(from(days("seats"), Interval::Hour, since), member, 10);
            if member.is_empty() {
                assert_eq!(wrong(world.look_back(asked).await), ["group_by"]);
            } else {
                let told = totals(&world.look_back(asked).await.expect("a series"));
                assert_eq!(told.len(), 9, "{place} {told:?}");
                for (said, name) in &cases {
                    assert!(told.iter().any(|(told, _)| told == name), "{member:?} {said}");
                }
            }
            world.clock.advance(Duration::from_hours(1));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_and_a_text_that_look_the_same_are_one_group() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(told("posts", 1, json!(1))).await;
        world.record(told("posts", 2, json!("1"))).await;
        let series = world.look_back(by(days("posts"), "who", 9)).await.expect("a series");
        assert_eq!(totals(&series), [(value("1"), figure(3, 2))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_series_of_what_counts_in_a_pool_is_that_of_the_pool() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("storage", 30)).await;
        world.record(some("storage.files", 50)).await;
        let (pool, file) = (world.days("storage").await, world.days("storage.files").await);
        assert_eq!((&pool.counted.code, pool.total), (&"storage".to_owned(), figure(50, 2)));
        assert_eq!(pool, file);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_what_another_workspace_used() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(told("posts", 5, json!("ada"))).await;
        world.record(visit(&json!("ada"))).await;
        for feature in ["posts", "visitors"] {
            let asked = by(days(feature), "who", 10);
            let theirs = world.entitlements.series(world.elsewhere, asked).await.expect("a series");
            assert_eq!((theirs.total, totals(&theirs)), (figure(0, 0), Vec::new()), "{feature}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_is_refused_by_name() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let now = world.clock.now();
        let hours = |count| from(days("posts"), Interval::Hour, now.minus(Duration::from_hours(count)));
        for (asked, field) in [
            (days("nothing"), "feature"),
            (days(""), "feature"),
            (from(days("posts"), Interval::Day, now.plus(Duration::from_hours(24))), "from"),
            (hours(1_000), "from"),
            (by(days("posts"), "", 10), "group_by"),
            (by(days("posts"), "a\0b", 10), "group_by"),
            (by(days("posts"), &"a".repeat(101), 10), "group_by"),
            (by(days("posts"), "who", 0), "groups"),
            (by(days("posts"), "who", 101), "groups"),
            (by(hours(100), "who", 100), "groups"),
        ] {
            assert_eq!(wrong(world.look_back(asked.clone()).await), [field], "{asked:?}");
        }
        assert_eq!(world.look_back(hours(999)).await.expect("just enough").points.len(), 1_000);
        assert!(world.look_back(by(hours(99), "who", 100)).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_uses_are_not_read_one_by_one_and_their_sums_are_shown_all_the_same() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("posts", 1)).await;
        world.record(visit(&json!("ada"))).await;
        rows::run(&world.database, "UPDATE usage_hours SET records = 500000").await;
        assert!(world.look_back(by(days("posts"), "who", 10)).await.is_ok());
        rows::run(&world.database, "UPDATE usage_hours SET records = 500001").await;
        for asked in [days("visitors"), by(days("posts"), "who", 10)] {
            assert_eq!(wrong(world.look_back(asked.clone()).await), ["from"], "{asked:?}");
        }
        assert_eq!(world.days("posts").await.total.records, 500_001);
    })
    .await;
}
