//! Lines in files: a file a deployment and source, named so that names sort as their first lines do.

use super::model::{Line, LogQuery, Source, Stream};
use crate::folders::Folders;
use crate::ids::DeploymentId;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A line as it stands in its file. The keeper of a program calls its time `ts`.
#[derive(Serialize, Deserialize)]
struct Written<'l> {
    #[serde(alias = "ts")]
    seq: i64,
    stream: &'l str,
    #[serde(borrow)]
    message: std::borrow::Cow<'l, str>,
}

/// A file of lines, as its name says, and the folder's that it lies in, if it is what a program wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The place of its first line.
    pub(super) first: i64,
    source: &'static str,
    deployment: String,
    /// Where it lies if its name does not say all of this.
    path: Option<PathBuf>,
}

impl Name {
    pub(super) fn new(first: i64, source: Source, deployment: &DeploymentId) -> Self {
        Self { first, source: source.name(), deployment: deployment.0.clone(), path: None }
    }

    /// Whether it is what the platform itself tells of this.
    pub(super) fn is_platforms(&self, source: Source, deployment: &DeploymentId) -> bool {
        self.path.is_none() && self.source == source.name() && self.deployment == deployment.0
    }

    /// Where it lies among the logs in this folder.
    pub(super) fn path(&self, folder: &Path) -> PathBuf {
        let named = || folder.join(format!("{:016}-{}-{}.jsonl", self.first, self.source, self.deployment));
        self.path.clone().unwrap_or_else(named)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_suffix(".jsonl")?.splitn(3, '-');
        let (first, source, deployment) = (parts.next()?, parts.next()?, parts.next()?);
        let source = Source::named(source)?.name();
        Some(Self { first: first.parse().ok()?, source, deployment: deployment.to_owned(), path: None })
    }

    /// Those of what the program of a deployment wrote, whose keeper names files by when it began them.
    fn written(folder: &Path, deployment: &str) -> io::Result<Vec<Self>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let begun = name.to_str().and_then(|name| name.split_once('-')?.0.parse().ok());
            names.extend(begun.map(|first| Self {
                first,
                source: Source::Runtime.name(),
                deployment: deployment.to_owned(),
                path: Some(entry.path()),
            }));
        }
        Ok(names)
    }
}

/// A line, as it is written: with its line end.
pub(super) fn write(line: &Line) -> Vec<u8> {
    let written = Written { seq: line.seq, stream: line.stream.name(), message: (&*line.message).into() };
    let mut text = serde_json::to_vec(&written).unwrap_or_default();
    text.push(b'\n');
    text
}

/// The names of the files of a folder, the oldest first.
pub(super) fn names(folder: &Path) -> io::Result<Vec<Name>> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        match name.to_str().and_then(|name| name.strip_prefix(Folders::OUTPUT)) {
            Some(deployment) => names.extend(Name::written(&entry.path(), deployment)?),
            None => names.extend(name.to_str().and_then(Name::read)),
        }
    }
    names.sort();
    Ok(names)
}

/// The lines of a folder that are wanted. Files are opened only as far back as lines are wanted from.
pub(crate) fn read(folder: &Path, query: &LogQuery) -> io::Result<Vec<Line>> {
    let is_wanted = |name: &Name| {
        query.source.is_none_or(|source| source.name() == name.source)
            && query.deployment.as_ref().is_none_or(|own| own.0 == name.deployment)
    };
    let files: Vec<Name> = names(folder)?.into_iter().filter(is_wanted).collect();
    let mut lines = match query.after {
        Some(after) => read_after(folder, &files, after)?,
        None => read_last(folder, &files, query.limit)?,
    };
    lines.sort_by_key(|line| line.seq);
    match query.after {
        Some(_) => lines.truncate(query.limit),
        None => drop(lines.drain(..lines.len().saturating_sub(query.limit))),
    }
    Ok(lines)
}

fn read_after(folder: &Path, files: &[Name], after: i64) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for name in files.iter().filter(|name| has_grown_since(&name.path(folder), after)) {
        lines.extend(lines_of(folder, name)?.into_iter().filter(|line| line.seq > after));
    }
    Ok(lines)
}

/// How much earlier than it was, in microseconds, a file may say that it was changed: file systems count whole seconds, or
/// two, and kernels whole ticks.
const COARSE: i64 = 2_000_000;

/// Whether a file may have lines behind this place, so that whoever follows a log need not read all there is each time.
fn has_grown_since(file: &Path, after: i64) -> bool {
    let changed = fs::metadata(file).and_then(|facts| facts.modified());
    let micros = changed.ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_micros());
    micros.is_none_or(|micros| i64::try_from(micros).is_ok_and(|micros| micros + COARSE >= after))
}

fn read_last(folder: &Path, files: &[Name], limit: usize) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for name in files.iter().rev() {
        if lines.len() >= limit {
            break;
        }
        lines.extend(lines_of(folder, name)?);
    }
    Ok(lines)
}

/// The lines of a file. What cannot be read, such as a line that is being written, is left out.
fn lines_of(folder: &Path, name: &Name) -> io::Result<Vec<Line>> {
    let text = match fs::read_to_string(name.path(folder)) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let line = |text: &str| {
        let Written { seq, stream, message } = serde_json::from_str(text).ok()?;
        let (source, stream) = (Source::named(name.source)?, Stream::named(stream)?);
        let deployment = DeploymentId(name.deployment.clone());
        Some(Line { seq, source, stream, deployment, message: message.into_owned() })
    };
    Ok(text.lines().filter_map(line).collect())
}
