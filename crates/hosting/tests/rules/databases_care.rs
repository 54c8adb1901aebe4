//! What is done for databases though nobody asks: backups by a schedule, and measuring.

use crate::databases::new_database;
use crate::world::{World, actor};
use mainstay_hosting::databases::{
    Backup, BackupOrigin, BackupSchedule, BackupStatus, DatabaseAction, DatabaseChange, DatabaseService as _, Fullness,
    NewDatabase, Shown,
};
use mainstay_hosting::{DatabaseId, HostingError};
use mainstay_kernel::{Clock as _, Patch};
use mainstay_testkit::{on_each_database, rows};
use std::time::Duration;

const MIB: usize = 1024 * 1024;

fn hourly(keep: u32) -> BackupSchedule {
    BackupSchedule { cron: "0 * * * *".to_owned(), keep }
}

impl World {
    /// Makes a database of SQLite that is backed up each hour.
    async fn backed_up_hourly(&self, keep: u32) -> Shown {
        let new = NewDatabase { schedule: Some(hourly(keep)), ..new_database("notes", "sqlite") };
        self.create_database(new).await.expect("a database").0
    }

    /// Lets time pass until the next backup of a database is due.
    async fn pass_to_slot(&self, id: &DatabaseId) {
        let next = self.shown(id).await.database.next_backup_at.expect("a slot");
        assert!(next > self.clock.now());
        self.clock.advance_to(next);
    }

    async fn back_up_due(&self) {
        self.hosting.caring.back_up_due().await.expect("looked after");
    }

    async fn backups_of(&self, id: &DatabaseId) -> Vec<Backup> {
        self.hosting.databases.backups(self.workspace, id).await.expect("backups")
    }

    pub(crate) async fn change_database(&self, id: &DatabaseId, change: DatabaseChange) -> Result<Shown, HostingError> {
        self.hosting.databases.change(self.workspace, id, (actor(), None), change).await
    }

    /// Lets a minute pass, and has everything measured.
    pub(crate) async fn measure(&self) {
        self.clock.advance(Duration::from_mins(1));
        self.hosting.caring.measure_due().await.expect("measured");
    }

    pub(crate) async fn told_of(&self, name: &str) -> usize {
        self.events().await.iter().filter(|told| *told == name).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_once_a_slot_whoever_looks_and_as_many_are_kept_as_the_schedule_says() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.backed_up_hourly(2).await.database.id;
        world.back_up_due().await;
        assert!(world.backups_of(&id).await.is_empty(), "nothing is due");
        let asked = world.do_to(&id, DatabaseAction::BackUp).await.expect("a backup").backup.expect("a backup");
        assert_eq!(asked.origin, BackupOrigin::Api);
        let other = world.restarted().await;
        for round in 1..=4 {
            world.pass_to_slot(&id).await;
            let (one, two) = tokio::join!(world.hosting.caring.back_up_due(), other.caring.back_up_due());
            one.and(two).expect("looked after");
            world.back_up_due().await;
            let kept = world.backups_of(&id).await;
            let scheduled: Vec<_> = kept.iter().filter(|own| own.origin == BackupOrigin::Schedule).collect();
            assert_eq!(scheduled.len(), round.min(2), "{kept:?}");
            assert!(scheduled.iter().all(|own| own.status == BackupStatus::Succeeded), "{kept:?}");
            assert_eq!(scheduled[0].created_at, world.clock.now());
            assert!(kept.iter().any(|own| own.id == asked.id), "what was asked for stays");
        }
        assert_eq!(std::fs::read_dir(world.files_of(&id).join("backups")).expect("a folder").count(), 3);
        assert_eq!(world.told_of("database.backup.created").await, 5);
        assert_eq!(world.told_of("database.backup.missed").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_while_nobody_looked_is_told_and_made_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.backed_up_hourly(5).await.database.id;
        world.clock.advance(Duration::from_hours(30));
        let again = world.restarted().await;
        again.caring.back_up_due().await.expect("looked after");
        again.caring.back_up_due().await.expect("looked after");
        assert_eq!(world.backups_of(&id).await.len(), 1);
        assert_eq!(world.told_of("database.backup.missed").await, 1);
        world.pass_to_slot(&id).await;
        world.back_up_due().await;
        assert_eq!((world.backups_of(&id).await.len(), world.told_of("database.backup.missed").await), (2, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_fails_is_told_and_the_next_one_is_tried_all_the_same() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.backed_up_hourly(5).await.database.id;
        let file = world.files_of(&id).join("files/database.sqlite");
        let whole = std::fs::read(&file).expect("read");
        std::fs::write(&file, "no database").expect("written");
        world.pass_to_slot(&id).await;
        world.back_up_due().await;
        let latest = world.shown(&id).await.database.latest_backup.expect("a backup");
        assert!(latest.status == BackupStatus::Failed && latest.error.is_some(), "{latest:?}");
        assert_eq!(world.told_of("database.backup.failed").await, 1);
        std::fs::write(&file, whole).expect("written");
        world.pass_to_slot(&id).await;
        world.back_up_due().await;
        let latest = world.shown(&id).await.database.latest_backup.expect("a backup");
        assert_eq!((latest.status, latest.origin), (BackupStatus::Succeeded, BackupOrigin::Schedule));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_died_over_a_slot_took_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.backed_up_hourly(5).await.database.id;
        world.pass_to_slot(&id).await;
        world.back_up_due().await;
        // As if the process had died over it.
        rows::run(&world.database, "UPDATE hosting_databases SET settle_at = created_at").await;
        rows::run(&world.database, "UPDATE hosting_database_backups SET status = 'RUNNING'").await;
        let again = world.restarted().await;
        again.settling.take_over().await.expect("taken over");
        again.settling.settle_due().await.expect("looked after");
        again.caring.back_up_due().await.expect("looked after");
        let kept = world.backups_of(&id).await;
        assert!(kept.len() == 1 && kept[0].status == BackupStatus::Failed, "{kept:?}");
        assert_eq!(world.told_of("database.backup.failed").await, 1);
        world.pass_to_slot(&id).await;
        again.caring.back_up_due().await.expect("looked after");
        assert_eq!(world.backups_of(&id).await[0].status, BackupStatus::Succeeded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_changed_and_cleared_and_a_deleted_database_has_none() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create_database(new_database("notes", "sqlite")).await.expect("a database").0.database.id;
        assert_eq!(world.shown(&id).await.database.next_backup_at, None);
        let change = |schedule| DatabaseChange { schedule, ..DatabaseChange::default() };
        for wrong in [BackupSchedule { cron: "* * * * *".to_owned(), keep: 1 }, hourly(0), hourly(31)] {
            let refused = world.change_database(&id, change(Patch::Set(wrong))).await;
            assert!(matches!(refused, Err(HostingError::Invalid(_))), "{refused:?}");
        }
        let changed = world.change_database(&id, change(Patch::Set(hourly(1)))).await.expect("changed").database;
        assert!(changed.next_backup_at.is_some() && changed.schedule == Some(hourly(1)));
        let cleared = world.change_database(&id, change(Patch::Clear)).await.expect("changed").database;
        assert_eq!((cleared.next_backup_at, cleared.schedule), (None, None));
        world.change_database(&id, change(Patch::Set(hourly(1)))).await.expect("changed");
        world.delete_database(&id).await.expect("deleted");
        world.clock.advance(Duration::from_hours(2));
        world.back_up_due().await;
        let kept = world.backups_of(&id).await;
        assert!(kept.len() == 1 && kept[0].origin == BackupOrigin::Final, "{kept:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_crossing_of_what_a_database_may_be_is_told_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let new = NewDatabase { max_size_mb: Some(16), ..new_database("notes", "sqlite") };
        let made = world.create_database(new).await.expect("a database").0;
        assert_eq!(made.max_size_mb, Some(16));
        let id = made.database.id;
        let filler = world.files_of(&id).join("files/filler");
        let counts = async || {
            let mut counts = Vec::new();
            for name in ["database.nearly_full", "database.over_quota", "database.within_quota"] {
                counts.push(world.told_of(name).await);
            }
            counts
        };
        for (size, fullness, told) in [
            (0, Fullness::Within, [0, 0, 0]),
            (14 * MIB, Fullness::Nearly, [1, 0, 0]),
            (15 * MIB, Fullness::Nearly, [1, 0, 0]),
            (17 * MIB, Fullness::Over, [1, 1, 0]),
            (17 * MIB, Fullness::Over, [1, 1, 0]),
            (14 * MIB, Fullness::Nearly, [1, 1, 1]),
            (0, Fullness::Within, [1, 1, 1]),
            (14 * MIB, Fullness::Nearly, [2, 1, 1]),
        ] {
            std::fs::write(&filler, vec![0u8; size]).expect("written");
            world.measure().await;
            let own = world.shown(&id).await.database;
            assert_eq!((own.fullness, counts().await.as_slice()), (fullness, told.as_slice()), "{size}");
            assert!(own.size_bytes >= i64::try_from(size).ok(), "{own:?}");
        }
        // Within the same minute nobody looks again.
        std::fs::write(&filler, vec![0u8; 17 * MIB]).expect("written");
        world.hosting.caring.measure_due().await.expect("measured");
        assert_eq!(world.shown(&id).await.database.fullness, Fullness::Nearly);
        let more = DatabaseChange { max_size_mb: Some(64), ..DatabaseChange::default() };
        assert_eq!(world.change_database(&id, more).await.expect("changed").max_size_mb, Some(64));
        world.hosting.caring.measure_due().await.expect("measured");
        assert_eq!(world.shown(&id).await.database.fullness, Fullness::Within, "a change is followed at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_may_be_is_between_the_least_and_what_the_installation_allows() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for wrong in [0, 15, 1025] {
            let new = NewDatabase { max_size_mb: Some(wrong), ..new_database("notes", "sqlite") };
            let refused = world.create_database(new).await;
            assert!(matches!(refused, Err(HostingError::Invalid(_))), "{refused:?}");
        }
        let usual = world.create_database(new_database("notes", "sqlite")).await.expect("a database").0;
        assert_eq!(usual.max_size_mb, Some(1024));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_database_that_is_being_deleted_comes_at_once_if_somebody_says_so() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create_database(new_database("notes", "sqlite")).await.expect("a database").0.database.id;
        let databases = &world.hosting.databases;
        let refused = databases.purge(world.workspace, &id).await;
        assert!(matches!(refused, Err(HostingError::DatabaseNotDeleting)), "{refused:?}");
        world.delete_database(&id).await.expect("deleted");
        let theirs = databases.purge(world.elsewhere, &id).await;
        assert!(matches!(theirs, Err(HostingError::DatabaseNotFound)), "{theirs:?}");
        databases.purge(world.workspace, &id).await.expect("ended");
        assert!(!world.files_of(&id).exists());
        assert_eq!(rows::count(&world.database, "hosting_databases").await, 0);
        assert_eq!(world.events().await.last().map(String::as_str), Some("database.purged"));
    })
    .await;
}
