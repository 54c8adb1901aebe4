//! Files of programs: that they may take so much of the disk, and what comes of more.

use crate::databases::new_database;
use crate::programs::{come_to, run_by};
use crate::world::World;
use mainstay_hosting::SiteId;
use mainstay_hosting::databases::NewDatabase;
use mainstay_hosting::sites::{Resources, SiteStatus};
use mainstay_kernel::Patch;
use mainstay_testkit::on_each_database;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A site whose program runs, may have 16 MiB of files, and is looked after.
async fn small_site(world: &World) -> SiteId {
    let mut new = run_by(world, "serve one");
    new.change.resources = Patch::Set(Resources { disk_mb: 16, ..Resources::default() });
    let id = world.create(new).await.expect("a site").id;
    world.work().await;
    look_later(world, 0).await;
    id
}

fn data(world: &World, id: &SiteId) -> PathBuf {
    world.folder.path().join("hosting/sites").join(&id.0).join("data")
}

/// Writes so many MiB.
fn fill(folder: &Path, mib: usize) -> PathBuf {
    let full = folder.join("full");
    fs::create_dir_all(folder).expect("made");
    fs::write(&full, vec![1; mib << 20]).expect("written");
    full
}

async fn look_later(world: &World, seconds: u64) {
    world.clock.advance(Duration::from_secs(seconds));
    world.hosting.running.look().await.expect("looked");
}

/// How often it was started anew, and how it fares.
async fn state(world: &World, id: &SiteId) -> (i64, SiteStatus) {
    let site = world.site(id).await;
    (site.restart_count, site.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_with_more_files_than_it_may_have_is_ended_and_can_remove_some_before_the_next_look() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = small_site(&world).await;
        let full = fill(&data(&world, &id), 17);
        look_later(&world, 9).await;
        assert_eq!(state(&world, &id).await.0, 0);
        look_later(&world, 1).await;
        assert_eq!(state(&world, &id).await.0, 1);
        // It is started again as any that ends, and has the time until the next look.
        look_later(&world, 1).await;
        come_to(&world, 1).await;
        fs::remove_file(&full).expect("removed");
        look_later(&world, 20).await;
        look_later(&world, 20).await;
        assert_eq!(state(&world, &id).await, (1, SiteStatus::Running));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_grew_on_to_twice_what_it_may_have_is_not_started_before_it_may_have_more() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = small_site(&world).await;
        let full = fill(&data(&world, &id), 33);
        look_later(&world, 10).await;
        for restarts in 2..5 {
            look_later(&world, 31).await;
            assert_eq!((state(&world, &id).await.0, world.driver.programs.running()), (restarts, 0));
        }
        assert_eq!(world.driver.programs.started(), 1);
        fs::remove_file(&full).expect("removed");
        look_later(&world, 31).await;
        come_to(&world, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_beside_a_database_count_for_that_database() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = small_site(&world).await;
        let attached = NewDatabase { site: Some(id.clone()), max_size_mb: Some(16), ..new_database("notes", "sqlite") };
        let notes = world.create_database(attached).await.expect("a database").0.database.id;
        let folder = world.files_of(&notes).join("files/inner");
        for (mib, restarts) in [(17, 0), (20, 1)] {
            // What is a little too much is told of, and is no reason to end anything.
            fill(&folder, mib);
            look_later(&world, 10).await;
            assert_eq!(state(&world, &id).await.0, restarts, "{mib} MiB");
        }
        fs::remove_dir_all(&folder).expect("removed");
        look_later(&world, 1).await;
        come_to(&world, 1).await;
        look_later(&world, 20).await;
        assert_eq!(state(&world, &id).await, (1, SiteStatus::Running));
    })
    .await;
}
