//! What is told of databases.

use super::model::HostedDatabase;
use crate::sites::Actor;
use mainstay_kernel::{Event, Ids, Timestamp};
use serde_json::json;

mainstay_kernel::event_types! {
    CREATED = "database.created", "A database was asked for, and is being made.";
    READY = "database.ready", "A database was made, and takes connections.";
    FAILED = "database.failed", "A database could not be made, and nothing of it is left.";
    UPDATED = "database.updated", "The settings of a database were changed.";
    STARTED = "database.started", "A database was told to take connections.";
    STOPPED = "database.stopped", "A database was told to take no connections.";
    RESTARTED = "database.restarted", "The connections of a database were closed.";
    DELETED = "database.deleted", "A database was deleted; it can be restored until it is purged.";
    RESTORED = "database.restored", "A database that was deleted is back.";
    PURGED = "database.purged", "Nothing of a deleted database is left.";
    ROTATED = "database.credentials.rotated", "A database was given a new password.";
    REVEALED = "database.credentials.revealed", "The password of a database was shown to somebody.";
    BACKED_UP = "database.backup.created", "A backup of a database was made, and restored on trial.";
    BACKUP_FAILED = "database.backup.failed", "A backup of a database could not be made.";
    BACKUP_MISSED = "database.backup.missed", "A backup of a database was not made when it was due; it is made now.";
    RESTORE_STARTED = "database.restore.started", "A backup is being put in the place of a database.";
    BACKUP_RESTORED = "database.backup.restored", "A backup was put in the place of a database.";
    RESTORE_FAILED = "database.restore.failed", "A backup could not be put in the place of a database, which is as it was.";
    NEARLY_FULL = "database.nearly_full", "Four fifths of how large a database may be are full.";
    OVER_QUOTA = "database.over_quota", "A database is larger than it may be, and is written to no longer.";
    CLOSED = "database.closed", "A database that is larger than it may be grew on, and takes no connections.";
    WITHIN_QUOTA = "database.within_quota", "A database is no longer larger than it may be, and is written to again.";
    DOWNLOADED = "database.backup.downloaded", "A backup of a database was given to somebody.";
}

/// An event of a database. It tells no password.
pub(crate) fn of(database: &HostedDatabase, name: &str, actor: Option<&Actor>, ids: &dyn Ids, at: Timestamp) -> Event {
    let data = json!({
        "id": database.id.0,
        "name": database.name,
        "type": database.kind.name(),
        "status": database.status.name(),
        "actor": actor.map(|actor| &actor.0),
    });
    Event::of(database.workspace, name, data, ids, at)
}
