//! Nobody can be told from what is kept.

use crate::world::{CHROME, DAY, FIREFOX, HOUR, World, sender};
use diesel::QueryableByName;
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl as _;
use futures_util::FutureExt as _;
use mainstay_store::Database;
use mainstay_testkit::{TestDatabase, on_each_database, rows};
use serde_json::json;

async fn run_salt_end(world: &World) {
    for handler in world.tracking.handlers() {
        if handler.queue() == "tracking.salts" {
            handler.run(&json!({})).await.expect("done");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salt_outlives_a_restart_and_not_the_day_after_the_next() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.view(&sender(1, CHROME), "/").await;
        world.clock.advance(HOUR);
        let restarted = world.node();
        let told = crate::world::view("/again");
        mainstay_tracking::intake::IntakeService::track(&*restarted.intake, &sender(1, CHROME), vec![told])
            .await
            .expect("kept");
        assert_eq!(world.today().await.numbers.visitors, 1, "the same visitor after the restart");
        assert_eq!(rows::count(&world.database, "tracking_salts").await, 1);
        world.clock.advance(DAY);
        run_salt_end(&world).await;
        assert_eq!(rows::count(&world.database, "tracking_salts").await, 1, "needed until midnight has passed again");
        world.clock.advance(DAY);
        run_salt_end(&world).await;
        assert_eq!(rows::count(&world.database, "tracking_salts").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_differ_by_address_and_browser_and_are_others_on_another_day() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for who in [sender(1, CHROME), sender(1, FIREFOX), sender(2, CHROME), sender(1, CHROME)] {
            world.view(&who, "/").await;
        }
        assert_eq!(world.today().await.numbers.visitors, 3);
        world.clock.advance(DAY);
        world.view(&sender(1, CHROME), "/").await;
        let both = mainstay_tracking::reports::Question { from: world.question().from.minus(1), ..world.question() };
        let numbers = world.stats(both, mainstay_tracking::reports::Interval::Day).await.numbers;
        assert_eq!(numbers.visitors, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_salt_that_is_destroyed_nothing_is_left_on_the_disk() {
    let test = TestDatabase::sqlite().await;
    let world = World::new(test.database.clone()).await;
    world.view(&sender(1, CHROME), "/").await;
    let bytes = salt(&world.database).await;
    assert!(is_on_disk(&test, &bytes), "this is how it would be found");
    world.clock.advance(DAY * 2);
    run_salt_end(&world).await;
    assert!(!is_on_disk(&test, &bytes));
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Binary)]
    salt: Vec<u8>,
}

/// The salt that is kept, as it is on the disk.
async fn salt(database: &Database) -> Vec<u8> {
    let Database::Sqlite(db) = database else { panic!("a file") };
    let read = db.read(|conn| {
        async move { Ok(diesel::sql_query("SELECT salt FROM tracking_salts").get_result::<Kept>(conn).await?) }.boxed()
    });
    read.await.expect("a salt").salt
}

/// Whether these bytes are in any file of the database.
fn is_on_disk(test: &TestDatabase, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(test.dir.path()).expect("a folder").map(|file| file.expect("a file").path());
    files.into_iter().any(|file| std::fs::read(file).expect("bytes").windows(bytes.len()).any(|window| window == bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_address_nor_user_agent_is_anywhere_in_the_file() {
    let test = TestDatabase::sqlite().await;
    let world = World::new(test.database.clone()).await;
    world.view(&sender(77, FIREFOX), "/page-that-is-kept").await;
    world.tracking.roll_up().await.expect("rolled up");
    let has = |part: &[u8]| is_on_disk(&test, part);
    assert!(has(b"/page-that-is-kept"), "this is how it would be found");
    assert!(!has(b"203.0.113") && !has(b"rv:127.0") && !has(&[203, 0, 113, 77]));
}
