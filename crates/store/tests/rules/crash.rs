//! A process that dies loses nothing that it answered.

use crate::raw::{add, numbers, raw, things};
use mainstay_store::{Database, DatabaseOptions};
use mainstay_testkit::TestDatabase;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_in_the_file_the_moment_it_was_answered() {
    let test = TestDatabase::sqlite().await;
    let things = things(&test.database).await;
    for n in 0..5 {
        things.run(&add(n)).await.expect("written");
        // The file and its log as a process that is killed now would leave them.
        let after = test.dir.path().join(format!("killed-{n}"));
        fs::create_dir(&after).expect("a folder");
        for file in ["mainstay.db", "mainstay.db-wal"] {
            fs::copy(test.dir.path().join(file), after.join(file)).expect("a copy");
        }
        let url = format!("sqlite://{}", after.join("mainstay.db").display());
        let survivor = Database::open(&url, &DatabaseOptions::default()).await.expect("it opens");
        assert_eq!(numbers(&raw(&survivor)).await, (0..=n).collect::<Vec<_>>());
        survivor.close().await;
    }
}
