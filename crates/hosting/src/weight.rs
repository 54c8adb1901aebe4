//! How much is in folders.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

/// What counts of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Measure {
    /// Its length: what a copy of it may take.
    Length,
    /// What it takes of the disk, holes left out.
    Blocks,
}

/// The size of the blocks that files are told in, in bytes.
const BLOCK: u64 = 512;
/// What a file counts at least, in bytes: of empty ones there can be only so many, too.
const LEAST: u64 = 4096;

/// How much is in folders, in bytes, counted as far as it matters. What goes away meanwhile is not counted.
pub(crate) fn weigh(mut folders: Vec<PathBuf>, measure: Measure, most: u64) -> u64 {
    let mut size = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(facts) = entry.metadata() else { continue };
            size += measure.of(&facts);
            if size > most {
                return size;
            }
            if facts.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    size
}

impl Measure {
    fn of(self, facts: &Metadata) -> u64 {
        let size = match self {
            Self::Length => facts.len(),
            Self::Blocks => facts.blocks() * BLOCK,
        };
        size.max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, Measure, weigh};
    use std::fs::{self, File};

    #[test]
    fn holes_of_a_file_are_length_and_take_nothing_of_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        File::create(folder.path().join("hole")).and_then(|file| file.set_len(1 << 30)).expect("a hole");
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).expect("made");
        fs::write(inner.join("full"), vec![1; 1 << 20]).expect("written");
        let of = |measure| weigh(vec![folder.path().to_owned()], measure, u64::MAX);
        assert_eq!(of(Measure::Length), (1 << 30) + (1 << 20) + 2 * LEAST);
        assert!((1 << 20..1 << 21).contains(&of(Measure::Blocks)));
    }

    #[test]
    fn of_empty_files_there_can_be_only_so_many_and_they_are_counted_as_far_as_it_matters() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..9 {
            File::create(folder.path().join(number.to_string())).expect("an empty file");
        }
        let of = |most| weigh(vec![folder.path().to_owned()], Measure::Blocks, most);
        assert_eq!((of(u64::MAX), of(2 * LEAST)), (9 * LEAST, 3 * LEAST));
    }

    #[test]
    fn what_is_missing_weighs_nothing() {
        assert_eq!(weigh(vec!["/nowhere/at/all".into()], Measure::Blocks, 1), 0);
    }
}
