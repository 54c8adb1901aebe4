//! Facts about this installation, such as which master key it uses.

use crate::database::Database;
use crate::each_backend;
use crate::error::{StoreError, StoreResult};
use crate::schema::installation;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids, Keyring};

/// Named values, written once.
#[async_trait]
trait Facts: Send + Sync {
    /// Keeps `value` under `name` unless there is one; gives the one that stands.
    async fn keep(&self, name: &'static str, value: Vec<u8>) -> StoreResult<Vec<u8>>;
}

#[each_backend]
#[async_trait]
impl Facts for Db {
    async fn keep(&self, name: &'static str, value: Vec<u8>) -> StoreResult<Vec<u8>> {
        self.write(move |conn| {
            async move {
                diesel::insert_into(installation::table)
                    .values((installation::name.eq(name), installation::value.eq(&value)))
                    .on_conflict_do_nothing()
                    .execute(conn)
                    .await?;
                let found = installation::table.find(name).select(installation::value).first(conn).await?;
                Ok(found)
            }
            .boxed()
        })
        .await
    }
}

const CANARY: &str = "master key canary";

/// Checks that the master key is the one that this database was begun with, and marks a new
/// database with it.
///
/// # Errors
/// [`StoreError::Damaged`] when the database's secrets were sealed with another key.
pub async fn check_master_key(database: &Database, keyring: &Keyring, ids: &dyn Ids) -> StoreResult<()> {
    let fresh = keyring.seal(CANARY, b"mainstay", ids);
    let kept = match database {
        Database::Sqlite(db) => db.keep(CANARY, fresh).await?,
        Database::Postgres(db) => db.keep(CANARY, fresh).await?,
    };
    keyring.open(CANARY, &kept).map_err(|cause| StoreError::Damaged(cause.to_string()))?;
    Ok(())
}
