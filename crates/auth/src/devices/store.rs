//! What the rules of devices need kept.

mod diesel;

use super::sighting::{Kept, Known, Marks, Sighting};
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::StoreResult;

/// Devices.
#[async_trait]
pub trait DeviceStore: Send + Sync {
    /// The person's device with these marks, if it was last seen later than `since`. The one that it has shown to
    /// be goes before the one that it looks like.
    async fn known_device(&self, person: UserId, marks: Marks, since: Timestamp) -> StoreResult<Option<Known>>;

    /// Keeps a sighting that belongs to no login.
    async fn note_device(&self, sighting: Sighting) -> StoreResult<Kept>;

    /// Forgets all devices of a person.
    async fn forget_devices_of(&self, person: UserId) -> StoreResult<()>;

    /// Deletes at most `most` devices that were not seen later than `since`, of people who were seen with another
    /// one after it; gives how many.
    async fn delete_devices_unseen_since(&self, since: Timestamp, most: i64) -> StoreResult<usize>;
}

/// Keeps devices on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait KeepDevice {
    /// Notes that a device was seen. Where it is not known and the person has had one before, the person is told.
    /// Of more than 50 devices of a person, those unseen for longest go.
    async fn keep_device(&mut self, sighting: &Sighting) -> StoreResult<Kept>;

    /// Forgets all devices of a person: none of them is trusted any more, and none new is told of.
    async fn forget_devices(&mut self, person: UserId) -> StoreResult<()>;
}
