//! What is done with a database, as changes of its record.

use super::events;
use super::model::{Attached, Backup, DatabaseChange, DatabaseStatus, HostedDatabase};
use super::settling::{LONG, SHORT};
use super::store::AmendDatabase;
use crate::error::HostingError;
use crate::ids::BackupId;
use crate::sites::{Actor, DesiredState, StopReason};
use mainstay_kernel::{Event, Ids, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// How long a deleted database can be restored.
const GRACE: Duration = Duration::from_hours(72);
/// A backup that is begun so long after its slot was missed then.
const LATE: Duration = Duration::from_mins(5);

/// Who does something, when, and with what it takes to tell of it.
#[derive(Clone)]
pub(super) struct Doing {
    pub(super) actor: Option<Actor>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) now: Timestamp,
}

impl Doing {
    pub(super) fn told(&self, database: &HostedDatabase, name: &str) -> Event {
        events::of(database, name, self.actor.as_ref(), &*self.ids, self.now)
    }

    /// Takes hold of a database that nobody is at and that stays.
    fn hold(&self, database: &mut HostedDatabase, for_so_long: Duration) -> Result<(), HostingError> {
        must_stay(database)?;
        self.must_be_free(database)?;
        database.settle_at = Some(self.now.plus(for_so_long));
        Ok(())
    }

    fn must_be_free(&self, database: &HostedDatabase) -> Result<(), HostingError> {
        let is_unmade = database.status == DatabaseStatus::Creating;
        if is_unmade || database.is_busy(self.now) { Err(HostingError::Busy) } else { Ok(()) }
    }
}

fn must_stay(database: &HostedDatabase) -> Result<(), HostingError> {
    if database.deleted_at.is_some() { Err(HostingError::DatabaseDeleting) } else { Ok(()) }
}

/// To take connections. What does so already stays, unless it is not settled.
pub(super) fn start(doing: Doing) -> AmendDatabase {
    become_state(doing, DesiredState::Running, None, events::STARTED)
}

/// To take connections again, if it takes none for want of credits.
pub(super) fn start_paid(doing: Doing) -> AmendDatabase {
    let start = start(doing);
    Box::new(|own| match own.stop_reason {
        Some(StopReason::InsufficientCredits) if own.deleted_at.is_none() => start(own),
        _ => Ok(Vec::new()),
    })
}

/// To take no connections, for this reason. What takes none already stays, unless it is not settled.
pub(super) fn stop(doing: Doing, reason: StopReason) -> AmendDatabase {
    become_state(doing, DesiredState::Stopped, Some(reason), events::STOPPED)
}

fn become_state(doing: Doing, desired: DesiredState, reason: Option<StopReason>, told: &'static str) -> AmendDatabase {
    Box::new(move |own| {
        must_stay(own)?;
        // What somebody stops does not start again when it is paid for.
        let is_as_wanted = own.desired == desired && (own.stop_reason == reason || reason != Some(StopReason::User));
        if is_as_wanted && own.is_settled() {
            return Ok(Vec::new());
        }
        doing.hold(own, SHORT)?;
        (own.desired, own.stop_reason) = (desired, reason);
        own.settle(doing.now);
        Ok(vec![doing.told(own, told)])
    })
}

/// To have its connections ended; one that is stopped is started.
pub(super) fn restart(doing: Doing) -> AmendDatabase {
    Box::new(move |own| {
        doing.hold(own, SHORT)?;
        (own.desired, own.stop_reason) = (DesiredState::Running, None);
        own.settle(doing.now);
        Ok(vec![doing.told(own, events::RESTARTED)])
    })
}

/// To be held while a backup is made.
pub(super) fn hold_for_backup(doing: Doing) -> AmendDatabase {
    Box::new(move |own| doing.hold(own, LONG).map(|()| Vec::new()))
}

/// To be held while a backup is made whose slot has come, which nobody else then takes.
pub(super) fn take_slot(doing: Doing) -> AmendDatabase {
    Box::new(move |own| {
        let slot = own.next_backup_at.filter(|slot| *slot <= doing.now).ok_or(HostingError::Busy)?;
        doing.hold(own, LONG)?;
        own.next_backup_at = own.schedule.as_ref().and_then(|schedule| schedule.next(doing.now));
        let is_late = doing.now.since(slot) > LATE;
        Ok(if is_late { vec![doing.told(own, events::BACKUP_MISSED)] } else { Vec::new() })
    })
}

/// To be held while it is given extensions; what has them already stays.
pub(super) fn hold_to_extend(doing: Doing, version: Option<i64>, new: Vec<String>) -> AmendDatabase {
    Box::new(move |own| {
        must_stay(own)?;
        if version.is_some_and(|version| version != own.version) {
            return Err(HostingError::DatabaseChanged);
        }
        if new.iter().all(|name| own.extensions.contains(name)) {
            return Ok(Vec::new());
        }
        if own.desired != DesiredState::Running {
            let text = "extensions are made in a database that takes connections: start it first";
            return Err(HostingError::field("extensions", "stopped", text));
        }
        doing.hold(own, SHORT)?;
        Ok(Vec::new())
    })
}

/// To have a backup put in its place.
pub(super) fn restore_backup(doing: Doing, backup: BackupId) -> AmendDatabase {
    Box::new(move |own| {
        doing.hold(own, LONG)?;
        own.restores = Some(backup);
        own.settle(doing.now);
        Ok(vec![doing.told(own, events::RESTORE_STARTED)])
    })
}

/// To be opened by another password.
pub(super) fn rotate(doing: Doing, sealed: Vec<u8>) -> AmendDatabase {
    Box::new(move |own| {
        doing.hold(own, SHORT)?;
        own.sealed = sealed;
        own.settle(doing.now);
        Ok(vec![doing.told(own, events::ROTATED)])
    })
}

pub(super) fn delete(doing: Doing, detaches: bool) -> AmendDatabase {
    Box::new(move |own| {
        if own.deleted_at.is_some() {
            return Ok(Vec::new());
        }
        doing.must_be_free(own)?;
        if detaches {
            own.sites.clear();
        }
        if own.sites.iter().any(|attached| attached.is_running) {
            return Err(HostingError::InUse);
        }
        own.deleted_at = Some(doing.now);
        own.purge_at = Some(doing.now.plus(GRACE));
        own.settle_at = Some(doing.now.plus(LONG));
        own.settle(doing.now);
        Ok(vec![doing.told(own, events::DELETED)])
    })
}

/// To have its end come now.
pub(super) fn purge(doing: Doing) -> AmendDatabase {
    Box::new(move |own| {
        if own.deleted_at.is_none() {
            return Err(HostingError::DatabaseNotDeleting);
        }
        doing.must_be_free(own)?;
        own.purge_at = Some(doing.now);
        own.settle_at = Some(doing.now.plus(LONG));
        own.settle(doing.now);
        Ok(Vec::new())
    })
}

pub(super) fn undelete(doing: Doing) -> AmendDatabase {
    Box::new(move |own| {
        if own.deleted_at.is_none() {
            return Err(HostingError::DatabaseNotDeleting);
        }
        if own.purge_at.is_some_and(|at| at <= doing.now) {
            return Err(HostingError::DatabaseNotFound);
        }
        doing.must_be_free(own)?;
        (own.deleted_at, own.purge_at) = (None, None);
        own.settle_at = Some(doing.now.plus(SHORT));
        own.settle(doing.now);
        Ok(vec![doing.told(own, events::RESTORED)])
    })
}

/// To be as a checked change says. What its engine must be told makes it held.
pub(super) fn change(doing: Doing, version: Option<i64>, change: DatabaseChange) -> AmendDatabase {
    Box::new(move |own| {
        must_stay(own)?;
        if version.is_some_and(|version| version != own.version) {
            return Err(HostingError::DatabaseChanged);
        }
        let before = own.clone();
        let DatabaseChange { name, max_connections, sites, schedule, max_size_mb, extensions: _ } = change;
        own.name = name.unwrap_or(before.name.clone());
        own.max_connections = max_connections.or(before.max_connections);
        if let Some(sites) = sites {
            let known = |site| before.sites.iter().find(|known| known.site == site).cloned();
            let attach = |site: crate::ids::SiteId| known(site.clone()).unwrap_or(Attached { site, is_running: false });
            own.sites = sites.into_iter().map(attach).collect();
            // In the order in which they were named first.
            own.sites
                .sort_by_key(|own| before.sites.iter().position(|known| known.site == own.site).unwrap_or(usize::MAX));
        }
        if let Some(schedule) = schedule.into_change().filter(|schedule| *schedule != before.schedule) {
            own.next_backup_at = schedule.as_ref().and_then(|schedule| schedule.next(doing.now));
            own.schedule = schedule;
        }
        own.max_size_mb = max_size_mb.or(before.max_size_mb);
        if own.max_size_mb != before.max_size_mb {
            // What follows from that is found out at once.
            own.sized_at = None;
        }
        if *own == before {
            return Ok(Vec::new());
        }
        if own.max_connections != before.max_connections {
            doing.hold(own, SHORT)?;
        }
        own.updated_at = doing.now;
        own.version += 1;
        Ok(vec![doing.told(own, events::UPDATED)])
    })
}

/// Whether a backup can be put back.
pub(super) fn must_be_good(backup: &Backup) -> Result<(), HostingError> {
    let is_good = backup.status == super::model::BackupStatus::Succeeded;
    if is_good { Ok(()) } else { Err(HostingError::UselessBackup) }
}
