//! Users of this machine for tenants' things, so that the programs of no two of them are the same one.

use crate::folders::Folders;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Which numbers are given to things whose folders are in one, each written in the folder of its own.
pub(crate) struct Users {
    given: Mutex<BTreeSet<u32>>,
}

impl Users {
    /// Those that were given before.
    pub(crate) fn open(all: &Path) -> io::Result<Self> {
        let mut given = BTreeSet::new();
        match fs::read_dir(all) {
            Ok(things) => {
                for own in things {
                    given.extend(read(&own?.path().join(Folders::USER))?);
                }
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(cause),
        }
        Ok(Self { given: Mutex::new(given) })
    }

    /// The number of the thing whose folder this is, which it keeps as long as it has that.
    pub(crate) fn of(&self, folder: &Path) -> io::Result<u32> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let file = folder.join(Folders::USER);
        if let Some(own) = read(&file)? {
            return Ok(own);
        }
        // One that was given is not given again while this process lives: its thing may have left files.
        let own = given.last().map_or(0, |last| last + 1);
        write(&file, own)?;
        given.insert(own);
        Ok(own)
    }
}

fn read(file: &Path) -> io::Result<Option<u32>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.trim().parse().ok()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// Writes a file as a whole or not at all.
fn write(file: &Path, own: u32) -> io::Result<()> {
    let folder = file.parent().ok_or(ErrorKind::NotFound)?;
    fs::create_dir_all(folder)?;
    let unfinished = file.with_extension("partial");
    let mut written = File::create(&unfinished)?;
    write!(written, "{own}")?;
    written.sync_all()?;
    fs::rename(unfinished, file)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_sites_are_one_user_and_a_site_stays_the_same_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
        let users = Users::open(folder.path()).expect("opened");
        let (first, second) = (users.of(&a).expect("one"), users.of(&b).expect("one"));
        assert_ne!(first, second);
        let later = Users::open(folder.path()).expect("opened");
        assert_eq!((later.of(&b).expect("one"), later.of(&a).expect("one")), (second, first));
        assert!(![first, second].contains(&later.of(&c).expect("one")));
    }
}
