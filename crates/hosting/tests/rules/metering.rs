//! What runs is counted, and stopped while nobody pays for it.

use crate::databases::new_database;
use crate::world::{World, deploy};
use mainstay_hosting::databases::{DatabaseAction, DatabaseStatus};
use mainstay_hosting::metering::{Leave, Metered};
use mainstay_hosting::sites::{Action, SiteStatus, StopReason};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_testkit::on_each_database;
use std::time::Duration;

impl World {
    /// Lets so many minutes pass, each of which is noted.
    async fn minutes(&self, count: u32) {
        for _ in 0..count {
            self.clock.advance(Duration::from_mins(1));
            self.hosting.metering.meter().await.expect("metered");
        }
    }

    /// Lets hours pass of which nobody notes but the end.
    async fn hours(&self, count: u32) {
        self.clock.advance(Duration::from_hours(count.into()));
        self.hosting.metering.meter().await.expect("metered");
    }

    async fn told(&self, name: &str) -> usize {
        self.events().await.iter().filter(|told| *told == name).count()
    }

    /// A site whose workspace has owed for more than a day.
    async fn suspended_site(&self) -> SiteId {
        let id = self.live_site("shop").await;
        self.purse.set(0);
        self.minutes(1).await;
        self.hours(2).await;
        self.hours(24).await;
        id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_minute_that_something_runs_is_counted_once_its_hour_is_over() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        world.minutes(5).await;
        // Whoever notes the same minute too adds nothing.
        world.hosting.metering.meter().await.expect("metered");
        world.restarted().await.metering.meter().await.expect("metered");
        world.act(&id, Action::Stop).await.expect("stopped");
        world.hours(2).await;
        assert_eq!(world.purse.counted(Metered::Site), [5]);
        assert_eq!(world.purse.counted(Metered::Database), [5]);
        world.hours(2).await;
        assert_eq!(world.purse.counted(Metered::Site), [5], "a stopped site costs nothing");
        assert_eq!(world.purse.counted(Metered::Database), [5, 1], "an hour that nobody saw is not made up");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_build_took_is_counted_though_nothing_covers_it_and_the_next_is_refused() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.purse.set(0);
        world.act(&id, Action::Stop).await.expect("stopped");
        world.minutes(1).await;
        world.hours(2).await;
        assert_eq!(world.purse.counted(Metered::Build), [1], "a minute that is begun counts whole");
        world.hours(2).await;
        assert_eq!(world.purse.counted(Metered::Build), [1], "a build is counted once");
        world.purse.set(100);
        world.purse.let_build(Leave::LimitReached);
        let refused = world.act(&id, deploy()).await;
        assert!(matches!(refused, Err(HostingError::UsedUp(Metered::Build))), "{refused:?}");
        world.purse.let_build(Leave::Unpaid);
        assert!(matches!(world.act(&id, deploy()).await, Err(HostingError::Unpaid)));
        assert!(matches!(world.create(world.new_site("other")).await, Err(HostingError::Unpaid)));
        assert_eq!(world.deployments(&id).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_owes_is_told_and_has_a_day_until_what_they_run_is_stopped() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        world.purse.set(0);
        world.minutes(1).await;
        assert_eq!(world.told("hosting.payment_due").await, 0, "the hour is not over");
        world.hours(2).await;
        assert_eq!(world.told("hosting.payment_due").await, 1);
        world.hours(23).await;
        assert_eq!(world.site(&id).await.status, SiteStatus::Running);
        world.hours(1).await;
        world.hours(1).await;
        let site = world.site(&id).await;
        assert_eq!((site.status, site.stop_reason), (SiteStatus::Stopped, Some(StopReason::InsufficientCredits)));
        assert_eq!(world.visit("shop.sites.test", "/"), "stopped");
        let database = world.shown(&shown.database.id).await.database;
        assert_eq!(
            (database.status, database.stop_reason),
            (DatabaseStatus::Stopped, Some(StopReason::InsufficientCredits))
        );
        let told = (world.told("hosting.payment_due").await, world.told("hosting.suspended").await);
        assert_eq!(told, (1, 1), "each is told once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_as_long_as_something_is_owed() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = world.suspended_site().await;
        for action in [Action::Start, Action::Restart, deploy()] {
            assert!(matches!(world.act(&id, action).await, Err(HostingError::Unpaid)));
        }
        for action in [DatabaseAction::Start, DatabaseAction::Restart] {
            assert!(matches!(world.do_to(&shown.database.id, action).await, Err(HostingError::Unpaid)));
        }
        assert!(matches!(world.create_database(new_database("more", "sqlite")).await, Err(HostingError::Unpaid)));
        assert_eq!(world.site(&id).await.status, SiteStatus::Stopped);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_it_is_paid_for_it_starts_again_unless_somebody_stopped_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = world.suspended_site().await;
        world.act(&id, Action::Stop).await.expect("stopped by somebody");
        world.purse.set(1_000);
        world.minutes(1).await;
        assert_eq!(world.told("hosting.paid").await, 1);
        let site = world.site(&id).await;
        assert_eq!((site.status, site.stop_reason), (SiteStatus::Stopped, Some(StopReason::User)));
        let database = world.shown(&shown.database.id).await.database;
        assert_eq!((database.status, database.stop_reason), (DatabaseStatus::Running, None));
        world.act(&id, Action::Start).await.expect("started");
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_was_stopped_for_it_answers_again_with_what_it_had() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.suspended_site().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "stopped");
        world.purse.set(1_000);
        world.minutes(1).await;
        assert_eq!(world.site(&id).await.stop_reason, None);
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
    })
    .await;
}
