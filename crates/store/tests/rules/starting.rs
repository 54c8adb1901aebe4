//! Several nodes start at once.

use crate::raw::{connection_to, of_server, raw, server};
use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;
use mainstay_kernel::{Ids as _, SystemIds};
use mainstay_store::{Database, DatabaseOptions, StoreError};
use tempfile::TempDir;

async fn start_four(url: &str) -> Vec<Database> {
    let nodes = (0..4).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move { Database::open(&url, &DatabaseOptions::default()).await })
    });
    let started = join_all(nodes).await;
    started.into_iter().map(|node| node.expect("no panic").expect("the node comes up")).collect()
}

async fn each_has_tables(nodes: &[Database]) {
    for node in nodes {
        let jobs = raw(node).lines("SELECT CAST(count(*) AS text) AS line FROM jobs").await;
        assert_eq!(jobs.expect("the table is there"), ["0"]);
        node.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_on_an_empty_server_all_come_up() {
    if std::env::var_os("MAINSTAY_TEST_POSTGRES_URL").is_none() {
        return;
    }
    let name = format!("mainstay_start_{}", SystemIds.uuid().simple());
    let mut administrator = connection_to(&server()).await;
    administrator.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("an empty database");
    each_has_tables(&start_four(&of_server(&server(), &name)).await).await;
    administrator.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("it goes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_on_a_missing_file_all_come_up() {
    for _ in 0..5 {
        let dir = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}", dir.path().join("new.db").display());
        each_has_tables(&start_four(&url).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_database_is_said_so() {
    for url in ["mysql://localhost", "sqlite:///nowhere/at/all.db", "postgres://127.0.0.1:1/none", ""] {
        let opened = Database::open(url, &DatabaseOptions::default()).await;
        assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{url}");
    }
}
