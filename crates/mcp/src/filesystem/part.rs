//! Which part of a file is read.

use super::place::Place;
use super::refusal::Refusal;
use cap_std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Bytes from an offset on, so many or all.
    Bytes { offset: u64, length: Option<u64> },
    /// The first lines, with their ends.
    Head(usize),
    /// The last lines, with their ends.
    Tail(usize),
}

impl Part {
    /// The whole file.
    pub(super) const ALL: Self = Self::Bytes { offset: 0, length: None };

    /// Reads it from a file of this size; refused when it has more bytes than `most`.
    pub(super) fn read(self, file: File, size: u64, most: u64, place: &Place) -> Result<Vec<u8>, Refusal> {
        let bytes = self.bytes(file, size, most).map_err(Refusal::at(place))?;
        bytes.ok_or(Refusal::TooLarge { size, most })
    }

    fn bytes(self, file: File, size: u64, most: u64) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Bytes { offset, length } => {
                // No file can be sought in as far as a number can be written.
                let offset = offset.min(size);
                let rest = size - offset;
                let length = length.map_or(rest, |length| length.min(rest));
                if length > most { Ok(None) } else { range(file, offset, length).map(Some) }
            }
            Self::Head(lines) => Ok(head(range(file, 0, size.min(most))?, lines, size <= most)),
            Self::Tail(lines) => {
                let offset = size.saturating_sub(most);
                Ok(tail(range(file, offset, size - offset)?, lines, offset == 0))
            }
        }
    }
}

fn range(mut file: File, offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first lines of what a file begins with; none when they go on behind it.
fn head(mut bytes: Vec<u8>, lines: usize, is_all: bool) -> Option<Vec<u8>> {
    let end = memchr::memchr_iter(b'\n', &bytes).nth(lines.saturating_sub(1)).map(|last| last + 1);
    if let Some(end) = end {
        bytes.truncate(end);
    }
    (end.is_some() || is_all).then_some(bytes)
}

/// The last lines of what a file ends with; none when they begin before it.
fn tail(mut bytes: Vec<u8>, lines: usize, is_all: bool) -> Option<Vec<u8>> {
    // The end of the last line begins no other.
    let body = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let before = memchr::memrchr_iter(b'\n', body).nth(lines.saturating_sub(1));
    if let Some(before) = before {
        bytes.drain(..=before);
    }
    (before.is_some() || is_all).then_some(bytes)
}
