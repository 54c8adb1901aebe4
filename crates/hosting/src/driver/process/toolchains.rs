//! Programs of the host that lie outside of its system.

use std::path::{Path, PathBuf};

/// Folders of the host that boxes are shown, read-only and at the same paths.
#[derive(Debug, Clone, Default)]
pub(super) struct Toolchains {
    pub(super) folders: Vec<PathBuf>,
}

/// Where programs of the system are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Toolchains {
    /// Where programs are looked for: among these first, then in the system.
    pub(super) fn path(&self) -> String {
        let own = self.folders.iter().map(|folder| folder.join("bin").display().to_string());
        own.chain([PATH.to_owned()]).collect::<Vec<_>>().join(":")
    }

    /// What a box is to show of the host beside its system: those that are there. One that is not, as when it is being
    /// replaced, is no reason to run nothing at all.
    pub(super) fn runtime(&self) -> Vec<PathBuf> {
        self.folders.iter().filter(|folder| Path::is_dir(folder)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_looked_for_in_toolchains_first_and_only_those_that_are_there_are_shown() {
        let there = tempfile::tempdir().expect("a folder");
        let folders = vec![there.path().to_owned(), PathBuf::from("/nowhere/at/all")];
        let toolchains = Toolchains { folders };
        assert_eq!(toolchains.path(), format!("{}/bin:/nowhere/at/all/bin:{PATH}", there.path().display()));
        assert_eq!(toolchains.runtime(), [there.path()]);
        assert_eq!(Toolchains::default().path(), PATH);
    }
}
