//! Column types keep what they are given, and sort as Rust does.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::{Database, Id, Json, StoreResult, Ts, each_backend};
use mainstay_testkit::on_each_database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use uuid::Uuid;

mod schema {
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};

    diesel::table! {
        use diesel::sql_types::BigInt;
        use super::{JsonDoc, UtcTimestamp, UuidKey};
        samples (n) {
            n -> BigInt,
            at -> UtcTimestamp,
            uuid -> UuidKey,
            doc -> JsonDoc,
        }
    }
}

use schema::samples;

const ON_SQLITE: &str = "CREATE TABLE samples (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, uuid BLOB NOT NULL,
    doc TEXT NOT NULL) STRICT";
const ON_POSTGRES: &str = "CREATE TABLE samples (n bigint PRIMARY KEY, at timestamptz NOT NULL, uuid uuid NOT NULL,
    doc jsonb NOT NULL)";

type Sample = (i64, Ts, Id, Json<Value>);

#[async_trait]
trait Samples {
    async fn replace(&self, samples: Vec<Sample>) -> StoreResult<()>;
    async fn by_time(&self) -> StoreResult<Vec<Sample>>;
    async fn by_uuid(&self) -> StoreResult<Vec<Sample>>;
    async fn find(&self, at: Timestamp, uuid: Uuid) -> StoreResult<Vec<i64>>;
}

#[each_backend]
#[async_trait]
impl Samples for Db {
    async fn replace(&self, samples: Vec<Sample>) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                diesel::delete(samples::table).execute(conn).await?;
                for (n, at, uuid, doc) in samples {
                    let row = (samples::n.eq(n), samples::at.eq(at), samples::uuid.eq(uuid), samples::doc.eq(doc));
                    diesel::insert_into(samples::table).values(row).execute(conn).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn by_time(&self) -> StoreResult<Vec<Sample>> {
        self.read(|conn| async move { Ok(samples::table.order((samples::at, samples::n)).load(conn).await?) }.boxed())
            .await
    }

    async fn by_uuid(&self) -> StoreResult<Vec<Sample>> {
        self.read(|conn| async move { Ok(samples::table.order((samples::uuid, samples::n)).load(conn).await?) }.boxed())
            .await
    }

    async fn find(&self, at: Timestamp, uuid: Uuid) -> StoreResult<Vec<i64>> {
        self.read(move |conn| {
            async move {
                let found = samples::table.filter(samples::at.eq(Ts(at))).filter(samples::uuid.eq(Id(uuid)));
                Ok(found.select(samples::n).order(samples::n).load(conn).await?)
            }
            .boxed()
        })
        .await
    }
}

/// Text without the null character, which PostgreSQL keeps in no text.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| text.replace('\0', "0"))
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|n| json!(f64::from(n) / 4.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..5).prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

fn sample() -> impl Strategy<Value = (Timestamp, Uuid, Value)> {
    // Neighbours in time and equal ones are likely, or the order would hardly be tried.
    let instant = prop_oneof![any::<i64>(), 0..3_i64, 1_768_473_000_000_000..1_768_473_000_000_003_i64];
    let uuid = prop_oneof![any::<u128>(), 0..3_u128];
    (instant.prop_map(Timestamp::from_micros), uuid.prop_map(Uuid::from_u128), document())
}

async fn keeps(samples: &dyn Samples, given: Vec<(Timestamp, Uuid, Value)>) {
    let rows = (0..).zip(given).map(|(n, (at, uuid, doc))| (n, Ts(at), Id(uuid), Json(doc)));
    let mut rows: Vec<Sample> = rows.collect();
    samples.replace(rows.clone()).await.expect("written");
    rows.sort_by_key(|(n, at, ..)| (*at, *n));
    assert_eq!(samples.by_time().await.expect("read"), rows);
    rows.sort_by_key(|(n, _, id, _)| (id.0, *n));
    assert_eq!(samples.by_uuid().await.expect("read"), rows);
    if let Some((n, at, id, _)) = rows.as_slice().first() {
        assert!(samples.find(at.0, id.0).await.expect("read").contains(n), "it is found by its values");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_again_and_sorts_as_in_rust() {
    on_each_database(|database| async move {
        let (create, samples): (_, Box<dyn Samples>) = match &database {
            Database::Sqlite(db) => (ON_SQLITE, Box::new(db.clone())),
            Database::Postgres(db) => (ON_POSTGRES, Box::new(db.clone())),
        };
        crate::raw::raw(&database).run(create).await.expect("a table");
        tokio::task::block_in_place(|| {
            let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(40) });
            let played = runner.run(&prop::collection::vec(sample(), 0..12), |given| {
                Handle::current().block_on(keeps(&*samples, given));
                Ok(())
            });
            played.expect("both databases keep everything");
        });
    })
    .await;
}
