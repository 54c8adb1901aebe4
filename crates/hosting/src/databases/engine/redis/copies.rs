//! How a database of Redis is written to a file, and put back from one. Whatever lies in the folder of a box may have been put
//! there by who broke out of the server: no link is followed there.

use super::boxes::{Seat, make, remove};
use super::client::Client;
use super::config::{self, Gate};
use super::{Login, RedisEngine};
use crate::databases::engine::EngineFault;
use crate::ids::DatabaseId;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

/// What a server calls what it wrote at one instant.
const DUMP: &str = "dump.rdb";
/// How often it is looked whether a server has written what it is to write.
const LOOK: Duration = Duration::from_millis(20);
/// How long that may take.
const WRITING: Duration = Duration::from_mins(2);

impl RedisEngine {
    /// Writes what is in a database to a new file, and has that read on trial.
    pub(super) async fn copy_out(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault> {
        let seat = self.boxes.seat(&login.id);
        if !is_open {
            self.mend(&login.id)?;
            let config = config::text(login, &self.boxes.platform(&login.id)?, Gate::Shut)?;
            self.boxes.start_once((&login.id, &seat), &config).await?;
        }
        let saved = async {
            let mut client = self.boxes.ready(&login.id).await?;
            client.ask(&["SAVE"]).await?;
            let (from, to) = (seat.files().join(DUMP), file.to_owned());
            blocking(move || copy(&from, &to, 0o600)).await
        };
        let saved = saved.await;
        if !is_open {
            self.boxes.end_seat(&seat).await?;
        }
        saved?;
        let trial = self.boxes.trial(&login.id);
        let tried = self.read(login, &trial, file).await;
        self.boxes.end_seat(&trial).await?;
        remove(trial.root())?;
        tried.map(|_| ())
    }

    /// Puts what is in a file in the place of a database. Afterwards it does not run, until somebody says so.
    pub(super) async fn copy_in(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let trial = self.boxes.trial(&login.id);
        let filled = async {
            let mut client = self.read(login, &trial, file).await?;
            keep_log(&mut client).await
        };
        let filled = filled.await;
        self.boxes.end_seat(&trial).await?;
        if filled.is_ok() {
            self.boxes.shut(&login.id).await?;
            self.take_place(&login.id, &trial)?;
        }
        remove(trial.root())?;
        filled
    }

    /// Has a server of its own read a file, and gives who may ask it.
    async fn read(&self, login: &Login, trial: &Seat, file: &Path) -> Result<Client, EngineFault> {
        self.boxes.end_seat(trial).await?;
        let (root, files, from) = (trial.root().to_owned(), trial.files(), file.to_owned());
        let copied = blocking(move || {
            remove(&root)?;
            make(&files)?;
            // Whoever runs in the box is another user, and others do not reach the folder.
            copy(&from, &files.join(DUMP), 0o644)
        });
        copied.await?;
        let config = config::text(login, &self.boxes.platform(&login.id)?, Gate::Trial)?;
        self.boxes.start_once((&login.id, trial), &config).await?;
        self.boxes.ready_in(&login.id, trial).await
    }

    /// The files on trial in the place of those there are. Whoever dies in between, [`RedisEngine::mend`] undoes it.
    fn take_place(&self, id: &DatabaseId, trial: &Seat) -> io::Result<()> {
        let (files, former) = (self.boxes.seat(id).files(), self.boxes.folders.own(id).join(FORMER));
        self.mend(id)?;
        if files.exists() {
            std::fs::rename(&files, &former)?;
        }
        std::fs::rename(trial.files(), &files)?;
        remove(&former)
    }

    /// Puts back what was taken away by one who died before something else was in its place.
    pub(super) fn mend(&self, id: &DatabaseId) -> io::Result<()> {
        let (files, former) = (self.boxes.seat(id).files(), self.boxes.folders.own(id).join(FORMER));
        if former.exists() {
            if files.exists() {
                return remove(&former);
            }
            std::fs::rename(former, files)?;
        }
        Ok(())
    }
}

/// Where files lie whose place others take.
const FORMER: &str = "files.former";

/// Has a server keep a log of what it read, and waits until all of that stands there.
async fn keep_log(client: &mut Client) -> Result<(), EngineFault> {
    client.ask(&["CONFIG", "SET", "appendonly", "yes"]).await?;
    let written = async {
        loop {
            let is_busy = client.told("persistence", "aof_rewrite_in_progress").await? != "0"
                || client.told("persistence", "aof_rewrite_scheduled").await? != "0";
            if !is_busy {
                return client.told("persistence", "aof_last_bgrewrite_status").await;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let written = tokio::time::timeout(WRITING, written).await;
    match written.map_err(|_| EngineFault("the server takes too long".to_owned()))??.as_str() {
        "ok" => Ok(()),
        _ => Err(EngineFault("the server could not write down what it has read".to_owned())),
    }
}

async fn blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), EngineFault> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??)
}

/// Copies a file that is one itself, and no link to one.
fn copy(from: &Path, to: &Path, mode: u32) -> io::Result<()> {
    let no_link = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(no_link.bits()).map_err(io::Error::other)?;
    let mut from = OpenOptions::new().read(true).custom_flags(flags).open(from)?;
    if !from.metadata()?.is_file() {
        return Err(io::Error::other("what the server wrote is no file"));
    }
    let mut to = File::create(to)?;
    to.set_permissions(std::fs::Permissions::from_mode(mode))?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

/// How large the files of a folder are, or none if it is not there.
pub(super) fn size(folder: &Path) -> Option<i64> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let sizes = entries.filter_map(|entry| {
        // Of a link, its own.
        let about = std::fs::symlink_metadata(entry.path()).ok()?;
        if about.is_dir() { size(&entry.path()) } else { i64::try_from(about.len()).ok() }
    });
    Some(sizes.sum())
}
