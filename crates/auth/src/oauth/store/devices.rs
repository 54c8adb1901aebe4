//! Devices that wait, in the database.

use super::authorizations::KeepAuthorization as _;
use super::{DeviceStore, NewAuthorization};
use crate::oauth::device::{Device, Poll};
use crate::oauth::model::ClientId;
use crate::oauth::scopes::OAuthScopes;
use crate::schema::oauth_devices as devices;
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::dialect::Locked;
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts, each_backend};
use std::time::Duration;
use uuid::Uuid;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    client_id: Id,
    device_hash: Vec<u8>,
    scopes: Json<Vec<String>>,
    resource: Option<String>,
    /// In seconds.
    poll_interval: i64,
    polled_at: Option<Ts>,
    allowed_at: Option<Ts>,
    denied_at: Option<Ts>,
    expires_at: Ts,
    created_at: Ts,
}

impl From<Device> for Row {
    fn from(device: Device) -> Self {
        Self {
            id: Id(device.id),
            client_id: Id(device.client.0),
            device_hash: device.hash,
            scopes: Json(device.scopes.to_texts()),
            resource: device.resource,
            poll_interval: seconds(device.interval),
            polled_at: device.polled_at.map(Into::into),
            allowed_at: device.allowed_at.map(Into::into),
            denied_at: device.denied_at.map(Into::into),
            expires_at: device.expires_at.into(),
            created_at: device.created_at.into(),
        }
    }
}

impl TryFrom<Row> for Device {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let interval = u64::try_from(row.poll_interval);
        let interval =
            interval.map_err(|_| StoreError::Damaged("oauth_devices: an interval is negative".to_owned()))?;
        Ok(Self {
            id: row.id.0,
            client: ClientId(row.client_id.0),
            hash: row.device_hash,
            scopes: OAuthScopes::of_texts(&row.scopes.0),
            resource: row.resource,
            interval: Duration::from_secs(interval),
            polled_at: row.polled_at.map(Into::into),
            allowed_at: row.allowed_at.map(Into::into),
            denied_at: row.denied_at.map(Into::into),
            expires_at: row.expires_at.into(),
            created_at: row.created_at.into(),
        })
    }
}

fn seconds(interval: Duration) -> i64 {
    i64::try_from(interval.as_secs()).unwrap_or(i64::MAX)
}

#[each_backend]
impl DieselAuthStore<Db> {
    /// Those about which nobody has decided.
    fn waiting(now: Timestamp) -> devices::BoxedQuery<'static, Backend> {
        devices::table
            .filter(devices::allowed_at.is_null())
            .filter(devices::denied_at.is_null())
            .filter(devices::expires_at.gt(Ts(now)))
            .into_boxed()
    }
}

#[each_backend]
#[async_trait]
impl DeviceStore for DieselAuthStore<Db> {
    async fn add_device(&self, device: Device, user_code_hash: Vec<u8>) -> StoreResult<bool> {
        let row = (Row::from(device), devices::user_code_hash.eq(user_code_hash));
        let insert = diesel::insert_into(devices::table).values(row).on_conflict_do_nothing();
        self.db.write(|conn| async move { Ok(insert.execute(conn).await? == 1) }.boxed()).await
    }

    async fn poll_device(&self, client: ClientId, hash: Vec<u8>, now: Timestamp) -> StoreResult<Option<Poll>> {
        self.db
            .write(move |conn| {
                async move {
                    let own = devices::table.filter(devices::device_hash.eq(hash));
                    let own = own.filter(devices::client_id.eq(Id(client.0))).select(Row::as_select());
                    let row: Option<Row> = Locked(own).get_result(conn).await.optional()?;
                    let Some(device) = row.map(Device::try_from).transpose()? else { return Ok(None) };
                    let answer = device.answer(now);
                    let polled = device.polled(answer, now);
                    let pace =
                        (devices::poll_interval.eq(seconds(polled.interval)), devices::polled_at.eq(Some(Ts(now))));
                    diesel::update(devices::table.find(Id(polled.id))).set(pace).execute(conn).await?;
                    Ok(Some(answer))
                }
                .boxed()
            })
            .await
    }

    async fn waiting_device(&self, user_code_hashes: Vec<Vec<u8>>, now: Timestamp) -> StoreResult<Option<Device>> {
        let shown = Self::waiting(now).filter(devices::user_code_hash.eq_any(user_code_hashes));
        let shown = shown.select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(shown.first::<Row>(conn).await.optional()?) }.boxed()).await?;
        row.map(TryInto::try_into).transpose()
    }

    async fn allow_device(&self, device: Uuid, new: NewAuthorization) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let at = new.authorization.created_at;
                    if !conn.hold_session(&new.authorization).await? {
                        return Ok(false);
                    }
                    let waiting = Self::waiting(at).filter(devices::id.eq(Id(device))).select(devices::id);
                    let waiting: Option<Id> = Locked(waiting).get_result(conn).await.optional()?;
                    let Some(id) = waiting else { return Ok(false) };
                    let allowed = devices::allowed_at.eq(Some(Ts(at)));
                    diesel::update(devices::table.find(id)).set(allowed).execute(conn).await?;
                    conn.keep_authorization(new).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn deny_device(&self, device: Uuid, at: Timestamp) -> StoreResult<bool> {
        let waiting = devices::table
            .find(Id(device))
            .filter(devices::allowed_at.is_null())
            .filter(devices::denied_at.is_null())
            .filter(devices::expires_at.gt(Ts(at)));
        let update = diesel::update(waiting).set(devices::denied_at.eq(Some(Ts(at))));
        self.db.write(|conn| async move { Ok(update.execute(conn).await? == 1) }.boxed()).await
    }

    async fn delete_devices_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let over = devices::table.filter(devices::expires_at.lt(Ts(before)));
                    let some: Vec<Id> = over.limit(most).select(devices::id).load(conn).await?;
                    let some = devices::table.filter(devices::id.eq_any(some));
                    Ok(diesel::delete(some).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
