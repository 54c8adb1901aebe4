//! Who writes a deployment's log.

use super::file::{self, Name};
use super::model::{Line, Source, Stream};
use crate::ids::DeploymentId;
use mainstay_kernel::Clock;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Longest line, in bytes.
const LONGEST_LINE: usize = 16 * 1024;
/// Most bytes of one log; what comes after is not kept, and the log says so.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// How many logs a site keeps.
const MOST_FILES: usize = 100;

/// Writes lines, each with its place.
pub(crate) struct LogWriter {
    source: Source,
    deployment: DeploymentId,
    clock: Arc<dyn Clock>,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    last: i64,
    room: usize,
}

impl LogWriter {
    /// Begins the log of a deployment's making, and drops the oldest ones where there are too many.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn begin(folder: &Path, deployment: &DeploymentId, clock: Arc<dyn Clock>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let names = file::names(folder)?;
        for name in names.iter().take(names.len().saturating_sub(MOST_FILES - 1)) {
            fs::remove_file(name.path(folder))?;
        }
        let name = Name::new(clock.now().micros(), Source::Build, deployment);
        Self::append(folder, &name, (Source::Build, deployment), clock)
    }

    /// Goes on with a log of a deployment's, or begins it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn open(
        folder: &Path,
        source: Source,
        deployment: &DeploymentId,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let known = file::names(folder)?.into_iter().rev().find(|name| name.is_platforms(source, deployment));
        let name = known.unwrap_or_else(|| Name::new(clock.now().micros(), source, deployment));
        Self::append(folder, &name, (source, deployment), clock)
    }

    fn append(
        folder: &Path,
        name: &Name,
        (source, deployment): (Source, &DeploymentId),
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let file = fs::OpenOptions::new().append(true).create(true).open(name.path(folder))?;
        let written = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let open = Mutex::new(Open { file, last: name.first - 1, room: MOST_BYTES.saturating_sub(written) });
        Ok(Self { source, deployment: deployment.clone(), clock, open })
    }

    /// What the platform itself says.
    pub(crate) fn say(&self, message: impl Into<String>) {
        self.tell(Stream::System, &message.into());
    }

    /// Writes a line. That it cannot be written fails no deployment.
    pub(crate) fn tell(&self, stream: Stream, message: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.room == 0 {
            return;
        }
        let message = if message.len() > open.room {
            open.room = 0;
            "The log is full; what follows is not kept."
        } else {
            open.room -= message.len();
            cut(message)
        };
        open.last = self.clock.now().micros().max(open.last + 1);
        let (seq, message) = (open.last, message.to_owned());
        let line = Line { seq, source: self.source, stream, deployment: self.deployment.clone(), message };
        if let Err(cause) = open.file.write_all(&file::write(&line)) {
            tracing::warn!(deployment = %self.deployment, %cause, "a line of a log could not be written");
        }
    }
}

fn cut(message: &str) -> &str {
    &message[..message.floor_char_boundary(LONGEST_LINE)]
}
