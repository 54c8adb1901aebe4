//! Devices in the database.

use super::{DeviceStore, KeepDevice};
use crate::devices::sighting::{DeviceId, Kept, Known, Marks, Sighting};
use crate::schema::{devices, users};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Prepare as _, StoreResult, Ts, each_backend};
use uuid::Uuid;

/// Most devices a person is known to have.
const MOST: i64 = 50;

diesel::alias!(devices as later: Later);

/// The steps of keeping a device.
#[async_trait]
trait DeviceRows {
    /// The person's known device with these marks.
    async fn known(&mut self, person: UserId, marks: &Marks, since: Timestamp) -> StoreResult<Option<Known>>;
    /// Notes a known device's sighting.
    async fn see_again(&mut self, device: DeviceId, sighting: &Sighting) -> StoreResult<()>;
    /// Adds a device, in place of one that looked the same and is not known any more.
    async fn add(&mut self, sighting: &Sighting) -> StoreResult<()>;
    /// Deletes what is too much beside the new device.
    async fn trim(&mut self, sighting: &Sighting) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl DeviceRows for Conn {
    async fn known(&mut self, person: UserId, marks: &Marks, since: Timestamp) -> StoreResult<Option<Known>> {
        // No device has the id of zeros or a fingerprint without bytes.
        let shown = Id(marks.device.map_or(Uuid::nil(), |device| device.0));
        let found: Vec<(Id, Option<String>)> = devices::table
            .filter(devices::user_id.eq(Id(person.0)))
            .filter(devices::last_seen_at.gt(Ts(since)))
            .filter(devices::id.eq(shown).or(devices::fingerprint.eq(marks.fingerprint_bytes())))
            .select((devices::id, devices::address))
            .load(self)
            .await?;
        let best = found.into_iter().max_by_key(|(id, _)| *id == shown);
        Ok(best.map(|(id, address)| Known { device: DeviceId(id.0), address }))
    }

    async fn see_again(&mut self, device: DeviceId, sighting: &Sighting) -> StoreResult<()> {
        let seen = (
            devices::last_seen_at.eq(Ts(sighting.at)),
            devices::user_agent.eq(&sighting.user_agent),
            devices::address.eq(&sighting.address),
        );
        diesel::update(devices::table.find(Id(device.0))).set(seen).prepared().execute(self).await?;
        Ok(())
    }

    async fn add(&mut self, sighting: &Sighting) -> StoreResult<()> {
        let of_person = devices::table.filter(devices::user_id.eq(Id(sighting.person.0)));
        let same = of_person.filter(devices::fingerprint.eq(sighting.marks.fingerprint_bytes()));
        diesel::delete(same).execute(self).await?;
        let row = (
            devices::id.eq(Id(sighting.new.0)),
            devices::user_id.eq(Id(sighting.person.0)),
            devices::fingerprint.eq(sighting.marks.fingerprint_bytes()),
            devices::user_agent.eq(&sighting.user_agent),
            devices::address.eq(&sighting.address),
            devices::first_seen_at.eq(Ts(sighting.at)),
            devices::last_seen_at.eq(Ts(sighting.at)),
        );
        diesel::insert_into(devices::table).values(row).execute(self).await?;
        Ok(())
    }

    async fn trim(&mut self, sighting: &Sighting) -> StoreResult<()> {
        let others = devices::table
            .filter(devices::user_id.eq(Id(sighting.person.0)))
            .filter(devices::id.ne(Id(sighting.new.0)))
            .order((devices::last_seen_at.desc(), devices::id.desc()));
        let surplus: Vec<Id> = others.select(devices::id).offset(MOST - 1).limit(MOST).load(self).await?;
        diesel::delete(devices::table.filter(devices::id.eq_any(surplus))).execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl KeepDevice for Conn {
    async fn keep_device(&mut self, sighting: &Sighting) -> StoreResult<Kept> {
        let owner = users::table.find(Id(sighting.person.0)).select(users::id);
        // Held, so that of two sightings at once the second knows of the first.
        let _: Option<Id> = Locked(owner).get_result(self).await.optional()?;
        if let Some(Known { device, .. }) = self.known(sighting.person, &sighting.marks, sighting.known_since).await? {
            self.see_again(device, sighting).await?;
            return Ok(Kept { device, is_new: false });
        }
        let had = exists(devices::table.filter(devices::user_id.eq(Id(sighting.person.0))));
        let had_one: bool = diesel::select(had).get_result(self).await?;
        self.add(sighting).await?;
        self.trim(sighting).await?;
        if had_one {
            self.enqueue(&sighting.mail, sighting.at).await?;
            self.append(&sighting.event).await?;
        }
        Ok(Kept { device: sighting.new, is_new: true })
    }

    async fn forget_devices(&mut self, person: UserId) -> StoreResult<()> {
        let of_person = devices::table.filter(devices::user_id.eq(Id(person.0)));
        diesel::delete(of_person).execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl DeviceStore for DieselAuthStore<Db> {
    async fn known_device(&self, person: UserId, marks: Marks, since: Timestamp) -> StoreResult<Option<Known>> {
        self.db.read(|conn| async move { conn.known(person, &marks, since).await }.boxed()).await
    }

    async fn note_device(&self, sighting: Sighting) -> StoreResult<Kept> {
        self.db.write(move |conn| async move { conn.keep_device(&sighting).await }.boxed()).await
    }

    async fn forget_devices_of(&self, person: UserId) -> StoreResult<()> {
        self.db.write(move |conn| async move { conn.forget_devices(person).await }.boxed()).await
    }

    async fn delete_devices_unseen_since(&self, since: Timestamp, most: i64) -> StoreResult<usize> {
        let seen_later = later
            .filter(later.field(devices::user_id).eq(devices::user_id))
            .filter(later.field(devices::last_seen_at).gt(devices::last_seen_at));
        let unseen = devices::table.filter(devices::last_seen_at.le(Ts(since)));
        let some = unseen.filter(exists(seen_later)).limit(most).select(devices::id);
        // Looked for outside the transaction: the last devices of people who stay away pile up before them.
        let some: Vec<Id> = self.db.scan(move |conn| async move { Ok(some.load(conn).await?) }.boxed()).await?;
        if some.is_empty() {
            return Ok(0);
        }
        let still_unseen = unseen.filter(devices::id.eq_any(some));
        self.db.write(move |conn| async move { Ok(diesel::delete(still_unseen).execute(conn).await?) }.boxed()).await
    }
}
