//! Where a program may keep files, and how much of the disk they may take there.

use crate::weight::{Measure, weigh};
use std::path::PathBuf;

/// A folder that a program may write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) folder: PathBuf,
    /// What its files may take, in MiB.
    pub(crate) most_mb: u32,
    /// Whose limit that is, for people.
    pub(crate) of: String,
}

/// With so many times what it may have, a program is not started at all: it was ended for less, and grew on each time.
pub(super) const HOPELESS: u64 = 2;

/// The first of these that has more than so many times what it may have, if one has.
pub(super) async fn overfull(rooms: Vec<Room>, times: u64) -> Option<Room> {
    let is_overfull = move |room: &Room| {
        let most = (u64::from(room.most_mb) << 20) * times;
        weigh(vec![room.folder.clone()], Measure::Blocks, most) > most
    };
    tokio::task::spawn_blocking(move || rooms.into_iter().find(is_overfull)).await.ok().flatten()
}
