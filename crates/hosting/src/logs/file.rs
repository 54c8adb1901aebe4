//! Lines in files: a file a deployment and source, named so that names sort as their first lines do.

use super::model::{Line, LogQuery, Source, Stream};
use crate::ids::DeploymentId;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A line as it stands in its file.
#[derive(Serialize, Deserialize)]
struct Written<'l> {
    seq: i64,
    stream: &'l str,
    #[serde(borrow)]
    message: std::borrow::Cow<'l, str>,
}

/// What a file's name says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The place of its first line.
    pub(super) first: i64,
    source: &'static str,
    deployment: String,
}

impl Name {
    pub(super) fn new(first: i64, source: Source, deployment: &DeploymentId) -> Self {
        Self { first, source: source.name(), deployment: deployment.0.clone() }
    }

    pub(super) fn write(&self) -> String {
        format!("{:016}-{}-{}.jsonl", self.first, self.source, self.deployment)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_suffix(".jsonl")?.splitn(3, '-');
        let (first, source, deployment) = (parts.next()?, parts.next()?, parts.next()?);
        let source = Source::named(source)?.name();
        Some(Self { first: first.parse().ok()?, source, deployment: deployment.to_owned() })
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
        names.extend(entry?.file_name().to_str().and_then(Name::read));
    }
    names.sort();
    Ok(names)
}

/// The lines of a folder that are wanted. Files are opened only as far back as lines are wanted from.
pub(super) fn read(folder: &Path, query: &LogQuery) -> io::Result<Vec<Line>> {
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
    for name in files.iter().filter(|name| has_grown_since(&folder.join(name.write()), after)) {
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
    let text = match fs::read_to_string(folder.join(name.write())) {
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
