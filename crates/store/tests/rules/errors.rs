//! Both databases tell of the same failure in the same words.

use crate::raw::{connection_to, raw, server};
use diesel_async::SimpleAsyncConnection as _;
use mainstay_kernel::{Fault as _, Kind};
use mainstay_store::{Database, StoreError};
use mainstay_testkit::on_each_database;

const FAMILY: &str = "CREATE TABLE parents (id bigint NOT NULL PRIMARY KEY);
    CREATE TABLE children (
        parent_id bigint NOT NULL REFERENCES parents (id),
        a bigint NOT NULL, b bigint NOT NULL, c bigint NOT NULL UNIQUE, UNIQUE (a, b)
    );
    CREATE UNIQUE INDEX children_b_key ON children (b) WHERE b > 10;
    INSERT INTO parents VALUES (1);
    INSERT INTO children VALUES (1, 1, 20, 1)";

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_uniqueness_has_the_same_name_on_both() {
    on_each_database(|database| async move {
        let raw = raw(&database);
        raw.run(FAMILY).await.expect("tables");
        let cases =
            [("(1, 1, 20, 2)", &["children_a_b_key", "children_b_key"][..]), ("(1, 2, 2, 1)", &["children_c_key"])];
        let partial = [("(1, 2, 20, 2)", &["children_b_key"][..])];
        for (values, names) in cases.into_iter().chain(partial) {
            let broken = raw.run(&format!("INSERT INTO children VALUES {values}")).await;
            assert!(matches!(&broken, Err(StoreError::NotUnique(name)) if names.contains(&&**name)), "{broken:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_to_nothing_is_named_as_such() {
    on_each_database(|database| async move {
        let raw = raw(&database);
        raw.run(FAMILY).await.expect("tables");
        let dangling = raw.run("INSERT INTO children VALUES (2, 2, 2, 2)").await;
        assert!(matches!(dangling, Err(StoreError::MissingReference)), "{dangling:?}");
        let orphaned = raw.run("DELETE FROM parents").await;
        assert!(matches!(orphaned, Err(StoreError::MissingReference)), "{orphaned:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_our_fault_and_no_outage() {
    on_each_database(|database| async move {
        let refused = raw(&database).run("NONSENSE").await.expect_err("refused");
        assert!(matches!(refused, StoreError::Refused(_)));
        assert_eq!(refused.kind(), Kind::Internal);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ends_are_an_outage_that_passes() {
    on_each_database(|database| async move {
        let Database::Postgres(_) = database else { return };
        let raw = raw(&database);
        let name = raw.lines("SELECT CAST(current_database() AS text) AS line").await.expect("a name").remove(0);
        let end_all = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        let own = raw.run(&end_all).await.expect_err("its own connection is among them");
        assert_eq!(own.kind(), Kind::Unavailable, "{own:?}");
        connection_to(&server()).await.batch_execute(&end_all).await.expect("ended again");
        let mut answers = Vec::new();
        for _ in 0..20 {
            answers.push(raw.lines("SELECT 'x' AS line").await);
        }
        let outage = |answer: &Result<_, StoreError>| answer.as_ref().is_err_and(|e| e.kind() != Kind::Unavailable);
        assert!(!answers.iter().any(outage), "{answers:?}");
        assert!(answers.last().is_some_and(Result::is_ok), "new connections take their place: {answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_an_outage_that_passes() {
    on_each_database(|database| async move {
        let Database::Postgres(_) = database else { return };
        let slow = raw(&database).run("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(5)").await;
        assert_eq!(slow.expect_err("ended").kind(), Kind::Unavailable);
    })
    .await;
}
