//! Users of this machine for sites, so that no two sites' programs are the same one.

use crate::folders::Folders;
use crate::ids::SiteId;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Which numbers are given, each written in its site's folder.
pub(super) struct Users {
    folders: Folders,
    given: Mutex<BTreeSet<u32>>,
}

impl Users {
    /// Those that were given before.
    pub(super) fn open(folders: Folders) -> io::Result<Self> {
        let mut given = BTreeSet::new();
        match fs::read_dir(folders.sites()) {
            Ok(sites) => {
                for site in sites {
                    given.extend(read(&site?.path().join(Folders::USER))?);
                }
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(cause),
        }
        Ok(Self { folders, given: Mutex::new(given) })
    }

    /// The number of this site, which it keeps as long as it has a folder.
    pub(super) fn of(&self, site: &SiteId) -> io::Result<u32> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.folders.user(site);
        if let Some(own) = read(&file)? {
            return Ok(own);
        }
        // One that was given is not given again while this process lives: its site may have left files.
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
        let folders = Folders::new(folder.path());
        let (a, b) = (SiteId("ca".to_owned()), SiteId("cb".to_owned()));
        let users = Users::open(folders.clone()).expect("opened");
        let (first, second) = (users.of(&a).expect("one"), users.of(&b).expect("one"));
        assert_ne!(first, second);
        let later = Users::open(folders).expect("opened");
        assert_eq!((later.of(&b).expect("one"), later.of(&a).expect("one")), (second, first));
        assert!(![first, second].contains(&later.of(&SiteId("cc".to_owned())).expect("one")));
    }
}
