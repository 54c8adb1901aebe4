//! Signing keys in the database.

use super::{DieselAuthStore, SigningKeyStore};
use crate::schema::signing_keys;
use crate::tokens::TOPIC;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::changes::Announce as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// A key pair as it is stored.
#[derive(Debug, Clone)]
pub struct SealedKey {
    /// Its thumbprint (RFC 7638).
    pub kid: String,
    /// As RFC 7518 names it.
    pub algorithm: String,
    /// The private key, sealed by the master key.
    pub sealed_private: Vec<u8>,
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to sign; none while it has no successor.
    pub retired_at: Option<Timestamp>,
}

/// A new key for an old one.
#[derive(Debug, Clone)]
pub struct Succession {
    /// The key that retires at the moment when the new one begins to sign.
    pub retiring: String,
    /// The new key.
    pub new: SealedKey,
    /// Keys that retired before this are deleted.
    pub spent_before: Timestamp,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
struct Row {
    kid: String,
    algorithm: String,
    sealed_private: Vec<u8>,
    signs_from: Ts,
    created_at: Ts,
    retired_at: Option<Ts>,
}

impl From<SealedKey> for Row {
    fn from(key: SealedKey) -> Self {
        Self {
            kid: key.kid,
            algorithm: key.algorithm,
            sealed_private: key.sealed_private,
            signs_from: key.signs_from.into(),
            created_at: key.created_at.into(),
            retired_at: key.retired_at.map(Into::into),
        }
    }
}

impl From<Row> for SealedKey {
    fn from(row: Row) -> Self {
        Self {
            kid: row.kid,
            algorithm: row.algorithm,
            sealed_private: row.sealed_private,
            signs_from: row.signs_from.into(),
            created_at: row.created_at.into(),
            retired_at: row.retired_at.map(Into::into),
        }
    }
}

#[each_backend]
#[async_trait]
impl SigningKeyStore for DieselAuthStore<Db> {
    async fn signing_keys(&self) -> StoreResult<Vec<SealedKey>> {
        let found = signing_keys::table.select(Row::as_select());
        let rows = self.db.read(|conn| async move { Ok(found.load(conn).await?) }.boxed());
        Ok(rows.await?.into_iter().map(Into::into).collect())
    }

    async fn add_first_signing_key(&self, key: SealedKey) -> StoreResult<()> {
        let insert = diesel::insert_into(signing_keys::table).values(Row::from(key)).on_conflict_do_nothing();
        self.db.write(move |conn| async move { Ok(insert.execute(conn).await.map(|_| ())?) }.boxed()).await
    }

    async fn succeed_signing_key(&self, succession: Succession) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let Succession { retiring, new, spent_before } = succession;
                    let (kid, now) = (new.kid.clone(), new.created_at);
                    let newest = signing_keys::table.find(retiring).filter(signing_keys::retired_at.is_null());
                    let retired = signing_keys::retired_at.eq(Some(Ts(new.signs_from)));
                    if diesel::update(newest).set(retired).execute(conn).await? == 0 {
                        return Ok(false);
                    }
                    diesel::insert_into(signing_keys::table).values(Row::from(new)).execute(conn).await?;
                    let spent = signing_keys::table.filter(signing_keys::retired_at.lt(Ts(spent_before)));
                    diesel::delete(spent).execute(conn).await?;
                    conn.announce(TOPIC, kid, now).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }
}
