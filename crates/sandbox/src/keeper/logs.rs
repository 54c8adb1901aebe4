//! What a kept program prints, as JSON lines in files that are bounded.

mod lines;
mod segments;

use super::files;
use lines::Lines;
use segments::Segments;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// Where the output of a program goes, and how much of it is kept. The defaults are in the fields' words.
///
/// Each line is `{"ts": microseconds since 1970, "stream": "stdout" | "stderr", "message": text}`, in files whose names
/// sort by the time they were begun. Several keepers may share a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logs {
    /// The files' directory, of an absolute path; it is made.
    pub directory: PathBuf,
    /// Bytes of a file, after which the next is begun: 4 MiB.
    pub segment_bytes: u64,
    /// Files that are kept; older ones are removed: 8.
    pub segments: usize,
    /// Lines of a second that are kept; how many more there were is told in a line: 1 000.
    pub lines_per_second: u32,
}

impl Logs {
    /// In this directory, with the usual bounds.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), segment_bytes: 4 << 20, segments: 8, lines_per_second: 1000 }
    }
}

/// Which of a program's two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

#[derive(Serialize)]
struct Line<'a> {
    ts: u64,
    stream: Stream,
    message: &'a str,
}

/// Writes the output of one program.
pub(super) struct Writer {
    segments: Segments,
    stdout: Lines,
    stderr: Lines,
    most: u32,
    /// The second that is counted, and its lines so far.
    second: (u64, u32),
    /// The time of the line before: no two have the same, so that each is a place to go on from.
    last: u64,
}

impl Writer {
    pub(super) fn new(logs: &Logs) -> io::Result<Self> {
        Ok(Self {
            segments: Segments::open(logs)?,
            stdout: Lines::default(),
            stderr: Lines::default(),
            most: logs.lines_per_second,
            second: (0, 0),
            last: 0,
        })
    }

    /// Takes a piece of output; an empty one is its end. What cannot be written, as on a full disk, is lost: the
    /// program is not to wait for it.
    pub(super) fn take(&mut self, stream: Stream, piece: &[u8]) {
        let lines = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        for line in lines.take(piece) {
            self.write(stream, &String::from_utf8_lossy(&line));
        }
    }

    fn write(&mut self, stream: Stream, message: &str) {
        let ts = files::now();
        if ts / 1_000_000 != self.second.0 {
            self.tell_left_out(ts);
            self.second = (ts / 1_000_000, 0);
        }
        self.second.1 += 1;
        if self.second.1 <= self.most {
            self.append(&Line { ts, stream, message });
        }
    }

    /// Tells how many lines of the last second are missing.
    pub(super) fn tell_left_out(&mut self, ts: u64) {
        let left_out = self.second.1.saturating_sub(self.most);
        if left_out > 0 {
            self.second.1 = self.most;
            let message = format!("[{left_out} lines left out: more than {} a second]", self.most);
            self.append(&Line { ts, stream: Stream::Stderr, message: &message });
        }
    }

    fn append(&mut self, line: &Line<'_>) {
        self.last = line.ts.max(self.last + 1);
        let line = Line { ts: self.last, ..*line };
        if let Ok(mut line) = serde_json::to_vec(&line) {
            line.push(b'\n');
            let _ = self.segments.append(&line);
        }
    }
}
