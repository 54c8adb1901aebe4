//! What is kept when a device is seen.

use super::fingerprint::Fingerprint;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::jobs::NewJob;
use std::fmt;
use uuid::Uuid;

/// What a person has logged in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub Uuid);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A device that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// Which.
    pub device: DeviceId,
    /// How sure that is.
    pub trust: Trust,
}

/// Why a client is taken for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It brought the device's token.
    Token,
    /// It looks like it, and comes from the very address that the device was last seen at; so may others there.
    Likeness,
    /// It looks like it and comes from the same network.
    None,
}

/// A known device, and where it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub(super) device: DeviceId,
    pub(super) address: Option<String>,
}

/// What a device is recognised by.
#[derive(Debug, Clone)]
pub struct Marks {
    /// The device that it has shown to be.
    pub(super) device: Option<DeviceId>,
    /// What it looks like.
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Marks {
    /// The fingerprint as it is stored; no bytes where there is none.
    pub(super) fn fingerprint_bytes(&self) -> &[u8] {
        self.fingerprint.as_ref().map_or(&[], Fingerprint::bytes)
    }
}

/// A login, as the person's devices see it.
#[derive(Debug, Clone)]
pub struct Sighting {
    pub(super) person: UserId,
    pub(super) marks: Marks,
    pub(super) known_since: Timestamp,
    /// Which device it becomes where it is none that is known.
    pub(super) new: DeviceId,
    pub(super) user_agent: Option<String>,
    pub(super) address: Option<String>,
    pub(super) at: Timestamp,
    pub(super) mail: NewJob,
    pub(super) event: Event,
}

impl Sighting {
    /// What becomes of it where the person has no device yet.
    pub(crate) const fn of_a_new_device(&self) -> Kept {
        Kept { device: self.new, is_new: true }
    }
}

/// What became of a sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The device that was seen.
    pub device: DeviceId,
    /// Whether it was not known before.
    pub is_new: bool,
}
