//! Files one after the other, of which the oldest are removed.

use super::super::files::now;
use super::Logs;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

const SUFFIX: &str = ".jsonl";

/// The file that is written to.
pub(super) struct Segments {
    logs: Logs,
    file: Option<File>,
    written: u64,
}

impl Segments {
    pub(super) fn open(logs: &Logs) -> io::Result<Self> {
        fs::create_dir_all(&logs.directory)?;
        Ok(Self { logs: logs.clone(), file: None, written: 0 })
    }

    /// Appends a line, to the next file if this one is full.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let length = line.len() as u64;
        if self.written + length > self.logs.segment_bytes {
            self.file = None;
        }
        if self.file.is_none() {
            self.file = Some(self.begin()?);
            self.written = 0;
        }
        self.written += length;
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(line))
    }

    fn begin(&self) -> io::Result<File> {
        let mut others = self.others()?;
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(self.logs.segments.max(1));
        for oldest in others.into_iter().take(surplus) {
            fs::remove_file(oldest)?;
        }
        // No two keepers write to one file.
        let name = format!("{:017}-{}{SUFFIX}", now(), std::process::id());
        OpenOptions::new().append(true).create(true).mode(0o600).open(self.logs.directory.join(name))
    }

    fn others(&self) -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.logs.directory)?.collect::<io::Result<Vec<_>>>()?;
        let files = entries.into_iter().filter(|entry| entry.file_name().to_string_lossy().ends_with(SUFFIX));
        Ok(files.map(|entry| entry.path()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Logs, Segments};
    use std::fs;

    #[test]
    fn only_the_newest_files_are_kept_and_none_is_too_long() {
        let place = tempfile::tempdir().unwrap();
        let logs = Logs { segment_bytes: 100, segments: 3, ..Logs::new(place.path()) };
        let mut segments = Segments::open(&logs).unwrap();
        for number in 0..50 {
            segments.append(format!("line {number:04}\n").as_bytes()).unwrap();
        }
        let mut files: Vec<_> = fs::read_dir(place.path()).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        assert_eq!(files.len(), 3);
        assert!(files.iter().all(|file| file.metadata().unwrap().len() <= 100));
        assert!(fs::read_to_string(files.last().unwrap()).unwrap().ends_with("line 0049\n"));
    }
}
