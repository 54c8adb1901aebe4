//! Databases of SQLite: a file each. Programs of tenants may write whatever they like in its folder, so that no link is
//! followed there, and nothing that stands in the file is trusted.

use super::super::folders::{DatabaseFolders, FILE};
use super::{Engine, EngineFault, Facts, Login, Place};
use crate::ids::DatabaseId;
use crate::weight::{Measure, weigh};
use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Files below the hosting folder.
pub(crate) struct SqliteEngine {
    pub(crate) folders: DatabaseFolders,
}

/// How long a program that writes is waited for.
const BUSY: Duration = Duration::from_secs(10);
/// What SQLite keeps beside a database, and what must not be kept when another takes its place.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

impl From<io::Error> for EngineFault {
    fn from(cause: io::Error) -> Self {
        Self(cause.to_string())
    }
}

impl From<rusqlite::Error> for EngineFault {
    fn from(cause: rusqlite::Error) -> Self {
        Self(cause.to_string())
    }
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, EngineFault> + Send + 'static,
) -> Result<R, EngineFault> {
    tokio::task::spawn_blocking(work).await.map_err(|cause| EngineFault(cause.to_string()))?
}

/// Opens a file that is one itself, and no link to one.
fn open(file: &Path, flags: OpenFlags) -> Result<Connection, EngineFault> {
    let folder = file.parent().unwrap_or(file).canonicalize()?;
    let name = file.file_name().unwrap_or_default();
    let flags = flags | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join(name), flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
    Ok(connection)
}

/// Whether the file is a database and whole.
fn check(file: &Path) -> Result<(), EngineFault> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let told: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if told == "ok" { Ok(()) } else { Err(EngineFault(format!("the file is damaged: {told}"))) }
}

fn make(files: &Path) -> Result<(), EngineFault> {
    std::fs::create_dir_all(files)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    // An empty file were one, too; this one says so itself.
    Ok(open(&files.join(FILE), flags)?.execute_batch("PRAGMA journal_mode = WAL; VACUUM")?)
}

/// Everything there is at one instant, in a file of its own (SQLite manual, `VACUUM INTO`).
fn copy(from: &Path, to: &Path) -> Result<(), EngineFault> {
    let _ = remove_file(to);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let to_text = to.to_str().ok_or_else(|| EngineFault("the folder's name is no text".to_owned()))?;
    open(from, flags)?.execute("VACUUM INTO ?1", [to_text])?;
    std::fs::File::open(to)?.sync_all()?;
    check(to)
}

/// A file in the place of another: whole or not at all.
fn replace(file: &Path, with: &Path) -> Result<(), EngineFault> {
    check(with)?;
    let fresh = file.with_extension("new");
    remove_file(&fresh)?;
    std::fs::copy(with, &fresh)?;
    std::fs::File::open(&fresh)?.sync_all()?;
    for beside in BESIDE {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        remove_file(Path::new(&name))?;
    }
    Ok(std::fs::rename(&fresh, file)?)
}

fn remove_file(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// How large the files of a database are, or none if they are not there.
fn size(files: &Path) -> Option<i64> {
    let are_there = files.is_dir();
    are_there.then(|| i64::try_from(weigh(vec![files.to_owned()], Measure::Blocks, u64::MAX)).unwrap_or(i64::MAX))
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn version(&self) -> Result<String, EngineFault> {
        Ok(rusqlite::version().to_owned())
    }

    async fn provision(&self, login: &Login) -> Result<(), EngineFault> {
        let (own, files) = (self.folders.own(&login.id), self.folders.files(&login.id));
        blocking(move || {
            let made = make(&files);
            if made.is_err() {
                remove(&own)?;
            }
            made
        })
        .await
    }

    /// A program of a site that is started from now on is given the file.
    async fn start(&self, login: &Login) -> Result<(), EngineFault> {
        let files = self.folders.files(&login.id);
        blocking(move || Ok(std::fs::create_dir_all(files)?)).await
    }

    /// There is no server that refuses: programs that are started from now on are not given the file.
    async fn stop(&self, _: &Login) -> Result<(), EngineFault> {
        Ok(())
    }

    async fn disconnect(&self, _: &DatabaseId) -> Result<(), EngineFault> {
        Ok(())
    }

    async fn drop_all(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        let own = self.folders.own(id);
        blocking(move || Ok(remove(&own)?)).await
    }

    async fn facts(&self, ids: &[DatabaseId]) -> Result<HashMap<DatabaseId, Facts>, EngineFault> {
        let files: Vec<(DatabaseId, PathBuf)> = ids.iter().map(|id| (id.clone(), self.folders.files(id))).collect();
        blocking(move || {
            let facts = files.into_iter().filter_map(|(id, files)| {
                let size_bytes = size(&files)?;
                Some((id, Facts { size_bytes, connections: None }))
            });
            Ok(facts.collect())
        })
        .await
    }

    fn place(&self, _: &DatabaseId) -> Place {
        Place { host: None, port: None, database: FILE.to_owned(), username: None }
    }

    async fn backup(&self, login: &Login, _: bool, file: &Path) -> Result<(), EngineFault> {
        let (from, to) = (self.folders.file(&login.id), file.to_owned());
        blocking(move || copy(&from, &to)).await
    }

    async fn restore(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let (own, with) = (self.folders.file(&login.id), file.to_owned());
        blocking(move || replace(&own, &with)).await
    }
}
