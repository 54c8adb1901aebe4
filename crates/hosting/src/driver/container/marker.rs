//! What lies in a program's own folder, so that its container is found again.

use super::process::Process;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Which container a program is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// What it is called.
    pub(super) name: String,
    /// Where what it writes goes.
    pub(super) logs: PathBuf,
    /// The port at which its databases are to be.
    pub(super) door: Option<u16>,
    /// Its first process, once there is one.
    pub(super) process: Option<Process>,
}

const FILE: &str = "container.json";

impl Marker {
    /// Whether a folder has one.
    pub(super) fn is_in(own: &Path) -> bool {
        own.join(FILE).exists()
    }

    /// The one of a folder. What cannot be understood was never written whole: nothing was started then.
    pub(super) fn read(own: &Path) -> io::Result<Option<Self>> {
        match fs::read(own.join(FILE)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    /// Writes it as a whole or not at all, into a folder that is made.
    pub(super) fn write(&self, own: &Path) -> io::Result<()> {
        fs::create_dir_all(own)?;
        let unfinished = own.join("container.partial");
        let mut file = File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(unfinished, own.join(FILE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_is_broken_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("own");
        assert!(!Marker::is_in(&own) && Marker::read(&own).expect("read").is_none());
        let marker = Marker { name: "a".to_owned(), logs: "/logs".into(), door: Some(1), process: None };
        marker.write(&own).expect("written");
        assert!(Marker::is_in(&own));
        assert_eq!(Marker::read(&own).expect("read"), Some(marker));
        fs::write(own.join(FILE), "{").expect("written");
        assert_eq!(Marker::read(&own).expect("read"), None);
    }
}
