//! Standard output and error of a box.

use crate::spec::Identity;
use rustix::fs::{Gid, Uid, fchown, fstatfs};
use rustix::stdio::{stderr, stdout};
use std::io;

/// The file system of pipes without a name (`PIPEFS_MAGIC`).
const PIPES: u64 = 0x5049_5045;

/// Gives pipes to the program's user, so that it may also open them by name, as `/dev/stdout`. What has a name of its
/// own on the host stays whose it is.
pub(super) fn give(identity: Identity) -> io::Result<()> {
    for stream in [stdout(), stderr()] {
        if u64::try_from(fstatfs(stream)?.f_type) == Ok(PIPES) {
            fchown(stream, Some(Uid::from_raw(identity.uid)), Some(Gid::from_raw(identity.gid)))?;
        }
    }
    Ok(())
}
