//! What sites answer and use is counted by minute and by hour.

use crate::world::World;
use mainstay_hosting::metrics::{Counted, MetricsQuery, MetricsService as _, Series, Span, Tally};
use mainstay_hosting::serving::Asked;
use mainstay_hosting::sites::SiteService as _;
use mainstay_hosting::{Hosting, HostingError, SiteId};
use mainstay_kernel::{Clock as _, Patch, Timestamp};
use mainstay_testkit::{on_each_database, rows};
use std::sync::Arc;
use std::time::Duration;

fn counted(hosting: &Hosting) -> Arc<Counted> {
    match hosting.serving.asked("shop.sites.test") {
        Asked::Site(served) => Arc::clone(&served.counted),
        _ => panic!("no site"),
    }
}

fn answer(hosting: &Hosting, status: u16) {
    let counted = counted(hosting);
    counted.answered(status, Duration::from_millis(4));
    counted.sent(100);
}

impl World {
    async fn metrics(&self, id: &SiteId, query: MetricsQuery) -> Result<Series, HostingError> {
        self.hosting.metrics.of_site(self.workspace, id, query).await
    }

    async fn points(&self, id: &SiteId) -> Vec<(Timestamp, Tally)> {
        self.metrics(id, MetricsQuery::default()).await.expect("metrics").points
    }

    async fn by_hour(&self, id: &SiteId) -> Vec<(Timestamp, Tally)> {
        let query = MetricsQuery { span: Some(Span::Hour), ..MetricsQuery::default() };
        self.metrics(id, query).await.expect("metrics").points
    }

    /// Lets so many minutes begin, each of which is written once it is over.
    async fn let_minutes_pass(&self, count: u32) {
        for _ in 0..count {
            self.clock.advance(Duration::from_mins(1));
            self.hosting.metrics.write().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_told_at_once_and_written_once_its_minute_is_over() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        for status in [200, 200, 304, 404, 502] {
            answer(&world.hosting, status);
        }
        let now = world.points(&id).await;
        assert_eq!(now.len(), 1);
        let (at, tally) = &now[0];
        assert_eq!(at.seconds(), world.clock.now().seconds() / 60 * 60);
        assert_eq!((tally.requests, tally.statuses, tally.bytes_out), (5, [2, 1, 1, 1], 500));
        let half = tally.within(500).expect("a time");
        assert!((3.0..=5.0).contains(&half), "{half}");
        world.hosting.metrics.write().await;
        assert_eq!(rows::count(&world.database, "hosting_metrics").await, 0, "the minute is not over");
        world.let_minutes_pass(1).await;
        assert_eq!(rows::count(&world.database, "hosting_metrics").await, 1);
        assert_eq!(world.points(&id).await, now);
        answer(&world.hosting, 200);
        world.let_minutes_pass(2).await;
        let points = world.points(&id).await;
        assert_eq!(points.iter().map(|(_, tally)| tally.requests).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(points[1].0.since(points[0].0), Duration::from_mins(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_several_processes_counted_is_added_and_what_one_counted_last_is_written_at_its_end() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        answer(&world.hosting, 200);
        let other = world.restarted().await;
        answer(&other, 404);
        other.metrics.end().await;
        world.let_minutes_pass(1).await;
        let points = world.points(&id).await;
        assert_eq!(points.len(), 1);
        assert_eq!((points[0].1.requests, points[0].1.statuses), (2, [1, 0, 1, 0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_become_hours_and_each_is_forgotten_when_it_is_old() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        for _ in 0..3 {
            answer(&world.hosting, 200);
            world.let_minutes_pass(40).await;
        }
        let requests = |points: Vec<(Timestamp, Tally)>| points.iter().map(|(_, own)| own.requests).sum::<u64>();
        let before = world.by_hour(&id).await;
        assert_eq!(requests(before.clone()), 3, "hours that are not made are in their minutes");
        world.clock.advance(Duration::from_hours(2));
        world.hosting.roll_up.roll_up().await.expect("rolled up");
        world.hosting.roll_up.roll_up().await.expect("nothing is made twice");
        assert_eq!(world.by_hour(&id).await, before);
        let made = rows::count(&world.database, "hosting_metrics").await;
        assert_eq!(made, 3 + i64::try_from(before.len()).expect("a few"));
        world.clock.advance(Duration::from_hours(25));
        world.hosting.roll_up.roll_up().await.expect("rolled up");
        assert_eq!(rows::count(&world.database, "hosting_metrics").await, i64::try_from(before.len()).expect("a few"));
        world.clock.advance(Duration::from_hours(30 * 24));
        world.hosting.roll_up.roll_up().await.expect("rolled up");
        assert_eq!(rows::count(&world.database, "hosting_metrics").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_used_since_the_minute_before_is_told() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = world.new_site("shop");
        new.change.start_command = Patch::Set("serve one".to_owned());
        let id = world.create(new).await.expect("a site").id;
        world.work().await;
        // The program of these tests uses a second more each time that somebody looks.
        world.let_minutes_pass(2).await;
        let points = world.points(&id).await;
        let used: Vec<_> = points.iter().map(|(_, own)| own.cpu_micros).collect();
        assert_eq!(used, [Some(1_000_000), Some(1_000_000), Some(1_000_000)]);
        assert_eq!((points[0].1.memory_bytes, points[0].1.processes), (Some(3 << 20), Some(2)));
        assert_eq!(points[0].1.requests, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_time_is_named_and_nobody_reads_the_metrics_of_others() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (id, now) = (world.live_site("shop").await, world.clock.now());
        let of = |hours, span| MetricsQuery { from: Some(now.minus(Duration::from_hours(hours))), to: Some(now), span };
        assert!(world.metrics(&id, of(24, None)).await.is_ok());
        assert!(world.metrics(&id, of(30 * 24, Some(Span::Hour))).await.is_ok());
        for wrong in [of(25, None), of(30 * 24 + 1, Some(Span::Hour)), of(0, None)] {
            match world.metrics(&id, wrong).await {
                Err(HostingError::Invalid(fields)) => assert_eq!(fields[0].field, "from"),
                other => panic!("{other:?}"),
            }
        }
        let theirs = world.hosting.metrics.of_site(world.elsewhere, &id, MetricsQuery::default()).await;
        assert!(matches!(theirs, Err(HostingError::SiteNotFound)));
        answer(&world.hosting, 200);
        world.let_minutes_pass(1).await;
        answer(&world.hosting, 200);
        world.hosting.sites.delete(world.workspace, &id, None).await.expect("deleted");
        world.clock.advance(Duration::from_hours(80));
        world.hosting.purge.purge().await.expect("purged");
        world.hosting.metrics.write().await;
        assert_eq!(rows::count(&world.database, "hosting_metrics").await, 0, "of a site that is gone nothing is left");
    })
    .await;
}
