//! The lines of one program, in files that are bounded, each line with its place in what the engine has of it.

use chrono::DateTime;
use mainstay_kernel::Clock;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which of a program's two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

/// Where a line stands in what the engine has: the second that it was written in, since some engines tell no more, and
/// the how manieth of that second it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Place {
    second: i64,
    nth: u32,
}

/// A line as it stands in its file, for those who read logs, and with its place, for whoever goes on behind it.
#[derive(Serialize)]
struct Line<'l> {
    ts: i64,
    stream: Stream,
    message: &'l str,
    second: i64,
    nth: u32,
}

/// Writes the lines of one program.
pub(super) struct Pages {
    folder: PathBuf,
    instance: String,
    clock: Arc<dyn Clock>,
    page: Option<File>,
    written: u64,
    /// The last line that was taken.
    taken: Place,
    /// The last line that was read since it was last begun.
    read: Place,
    /// Whether lines are read that were taken before.
    is_behind: bool,
    /// The time of the line before: no two have the same, so that each is a place to go on from.
    last: i64,
}

const SUFFIX: &str = ".jsonl";
/// Bytes of a file, after which the next is begun.
const PAGE: u64 = 4 << 20;
/// Files that are kept of a deployment's programs.
const PAGES: usize = 8;
/// Lines of a second that are kept.
const MOST: u32 = 1000;
/// Longest line, in bytes.
const LONGEST: usize = 16 << 10;

impl Pages {
    /// Those of a program in a folder, which is made; behind the last line that is there as a whole.
    pub(super) fn open(folder: &Path, instance: &str, clock: Arc<dyn Clock>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let own = format!("-{instance}{SUFFIX}");
        let mut known: Vec<_> =
            files(folder)?.into_iter().filter(|file| file.to_string_lossy().ends_with(&own)).collect();
        known.sort();
        let mut pages = Self {
            folder: folder.to_owned(),
            instance: instance.to_owned(),
            clock,
            page: None,
            written: 0,
            taken: Place::default(),
            read: Place::default(),
            is_behind: false,
            last: 0,
        };
        if let Some(newest) = known.pop() {
            pages.go_on(&newest)?;
        }
        Ok(pages)
    }

    fn go_on(&mut self, newest: &Path) -> io::Result<()> {
        #[derive(Deserialize)]
        struct Last {
            ts: i64,
            #[serde(flatten)]
            place: Place,
        }
        let text = fs::read(newest)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let file = OpenOptions::new().append(true).open(newest)?;
        // What was being written when the writer died is read again.
        file.set_len(whole as u64)?;
        let lines = text[..whole].split(|byte| *byte == b'\n').rev();
        let last = lines.filter(|line| !line.is_empty()).find_map(|line| serde_json::from_slice::<Last>(line).ok());
        if let Some(Last { ts, place }) = last {
            (self.last, self.taken) = (ts, place);
        }
        (self.page, self.written) = (Some(file), whole as u64);
        Ok(())
    }

    /// Begins to read anew: from which second on, so that nothing is missed.
    pub(super) fn begin_again(&mut self) -> i64 {
        (self.read, self.is_behind) = (Place::default(), self.taken != Place::default());
        // Engines differ in whether that second is part of it.
        (self.taken.second - 1).max(0)
    }

    /// Takes a line as the engine tells it: with its time in front. One that was taken before is not taken twice.
    pub(super) fn take(&mut self, stream: Stream, told: &[u8]) -> io::Result<()> {
        let (second, message) = parts(told);
        let second = second.unwrap_or(self.read.second);
        if second != self.read.second {
            self.read = Place { second, nth: 0 };
        }
        self.read.nth += 1;
        self.is_behind = self.is_behind && self.read <= self.taken;
        if self.is_behind {
            return Ok(());
        }
        self.taken = self.read;
        let message = String::from_utf8_lossy(&message[..message.len().min(LONGEST)]);
        match self.read.nth {
            ..=MOST => self.append(stream, &message),
            nth if nth == MOST + 1 => {
                let text = format!("[more than {MOST} lines a second: the rest of this second is left out]");
                self.append(Stream::Stderr, &text)
            }
            _ => Ok(()),
        }
    }

    fn append(&mut self, stream: Stream, message: &str) -> io::Result<()> {
        // The time of the reading: whoever follows a log goes on behind the last line that they saw, and would miss one that
        // came later with an earlier time.
        self.last = self.clock.now().micros().max(self.last + 1);
        let Place { second, nth } = self.taken;
        let mut line = serde_json::to_vec(&Line { ts: self.last, stream, message, second, nth })?;
        line.push(b'\n');
        let length = line.len() as u64;
        if self.page.is_none() || self.written + length > PAGE {
            (self.page, self.written) = (Some(self.turn()?), 0);
        }
        self.written += length;
        self.page.as_mut().map_or(Ok(()), |page| page.write_all(&line))
    }

    /// Begins the next file, and removes the oldest where there are too many.
    fn turn(&self) -> io::Result<File> {
        let mut others = files(&self.folder)?;
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(PAGES);
        for oldest in others.into_iter().take(surplus) {
            fs::remove_file(oldest)?;
        }
        let name = format!("{:017}-{}{SUFFIX}", self.clock.now().micros().max(self.last), self.instance);
        OpenOptions::new().append(true).create(true).mode(0o600).open(self.folder.join(name))
    }
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| path.to_string_lossy().ends_with(SUFFIX)).collect())
}

/// The second that a line was written in, and the line without its end.
fn parts(told: &[u8]) -> (Option<i64>, &[u8]) {
    let told = told.strip_suffix(b"\n").unwrap_or(told);
    let end = told.iter().position(|byte| *byte == b' ').unwrap_or(told.len());
    let time = std::str::from_utf8(&told[..end]).ok().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    match time {
        Some(time) => (Some(time.timestamp()), told.get(end + 1..).unwrap_or_default()),
        None => (None, told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_testkit::ManualClock;
    use serde_json::Value;
    use std::time::Duration;

    fn open(folder: &Path, instance: &str) -> io::Result<Pages> {
        open_after(Duration::ZERO, folder, instance)
    }

    fn open_after(time: Duration, folder: &Path, instance: &str) -> io::Result<Pages> {
        let clock = ManualClock::new();
        clock.advance(time);
        Pages::open(folder, instance, Arc::new(clock))
    }

    fn messages(folder: &Path) -> Vec<String> {
        let mut files = files(folder).expect("files");
        files.sort();
        let text: String = files.iter().map(|file| fs::read_to_string(file).expect("text")).collect();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
        let times: Vec<_> = lines.iter().map(|line| line["ts"].as_i64().expect("a time")).collect();
        assert!(times.is_sorted_by(|one, other| one < other), "{times:?}");
        lines.iter().map(|line| line["message"].as_str().expect("a message").to_owned()).collect()
    }

    const TOLD: [&str; 5] = [
        "2026-05-20T10:30:00Z one\n",
        "2026-05-20T10:30:00.5Z two\n",
        "2026-05-20T10:30:00Z \n",
        "2026-05-20T10:30:01+00:00 four\n",
        "no time at all",
    ];

    fn take(pages: &mut Pages, told: &[&str]) {
        for line in told {
            pages.take(Stream::Stdout, line.as_bytes()).expect("taken");
        }
    }

    #[test]
    fn each_line_is_kept_once_wherever_the_reading_broke_off() {
        for broken_off in 0..=TOLD.len() {
            for again in 0..=TOLD.len() {
                let folder = tempfile::tempdir().expect("a folder");
                let mut pages = open(folder.path(), "a").expect("opened");
                assert_eq!(pages.begin_again(), 0);
                take(&mut pages, &TOLD[..broken_off]);
                // The stream broke, and then the reader died.
                pages.begin_again();
                take(&mut pages, &TOLD[..again]);
                let mut pages = open(folder.path(), "a").expect("opened");
                pages.begin_again();
                take(&mut pages, &TOLD);
                assert_eq!(messages(folder.path()), ["one", "two", "", "four", "no time at all"]);
            }
        }
    }

    #[test]
    fn a_line_that_was_being_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = open(folder.path(), "a").expect("opened");
        take(&mut pages, &TOLD[..3]);
        let file = files(folder.path()).expect("files").pop().expect("a file");
        let text = fs::read(&file).expect("read");
        fs::write(&file, &text[..text.len() - 5]).expect("written");
        let mut pages = open(folder.path(), "a").expect("opened");
        pages.begin_again();
        take(&mut pages, &TOLD[..3]);
        assert_eq!(messages(folder.path()), ["one", "two", ""]);
    }

    #[test]
    fn programs_of_a_deployment_do_not_take_each_others_lines_for_their_own() {
        let folder = tempfile::tempdir().expect("a folder");
        take(&mut open(folder.path(), "a").expect("opened"), &TOLD[..1]);
        let mut other = open_after(Duration::from_secs(1), folder.path(), "b").expect("opened");
        assert_eq!(other.begin_again(), 0);
        take(&mut other, &TOLD[..1]);
        assert_eq!(messages(folder.path()), ["one", "one"]);
    }

    #[test]
    fn of_a_second_so_many_lines_are_kept_and_that_there_were_more_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = open(folder.path(), "a").expect("opened");
        for _ in 0..MOST + 50 {
            take(&mut pages, &TOLD[..1]);
        }
        take(&mut pages, &TOLD[3..4]);
        let kept = messages(folder.path());
        assert_eq!(kept.len(), MOST as usize + 2);
        assert!(kept[MOST as usize].contains("left out") && kept[MOST as usize + 1] == "four");
    }

    #[test]
    fn files_are_bounded_in_size_and_number_and_lines_in_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = open(folder.path(), "a").expect("opened");
        let long = "x".repeat(2 * LONGEST);
        for second in 0..3000 {
            let time = DateTime::from_timestamp(second, 0).expect("a time").to_rfc3339();
            pages.take(Stream::Stderr, format!("{time} {long}").as_bytes()).expect("taken");
        }
        let files = files(folder.path()).expect("files");
        assert!(
            files.len() == PAGES && files.iter().all(|file| file.metadata().is_ok_and(|facts| facts.len() <= PAGE))
        );
        assert!(messages(folder.path()).iter().all(|message| message.len() == LONGEST));
    }
}
