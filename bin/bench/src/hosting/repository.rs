//! Repositories of git on this machine.

use anyhow::{Context as _, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository.
#[derive(Debug)]
pub(crate) struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// A new one in `folder`, with a first commit of these files.
    ///
    /// # Errors
    /// When git is not there or refuses.
    pub(crate) fn new(folder: PathBuf, files: &[(&str, String)]) -> anyhow::Result<Self> {
        fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let own = Self { folder };
        own.git(&["init", "--quiet", "--initial-branch=main"])?;
        own.commit(files)?;
        Ok(own)
    }

    /// Where its files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.folder.display())
    }

    /// Commits files.
    ///
    /// # Errors
    /// When git refuses.
    pub(crate) fn commit(&self, files: &[(&str, String)]) -> anyhow::Result<()> {
        for (name, text) in files {
            fs::write(self.folder.join(name), text)?;
        }
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--message", "Next"])
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let author = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgSign=false"];
        let mut command = Command::new("git");
        let ran =
            command.args(author).args(arguments).current_dir(&self.folder).output().context("git cannot be run")?;
        ensure!(ran.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr).trim());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_commit_holds_what_it_was_given() {
        let home = tempfile::tempdir().expect("a directory");
        let repository = Repository::new(home.path().join("own"), &[("a", "1".to_owned())]).expect("a repository");
        repository.commit(&[("a", "2".to_owned())]).expect("a commit");
        let copy = home.path().join("copy");
        let clone = ["clone", "--quiet", &repository.url()].map(str::to_owned);
        let cloned = Command::new("git").args(clone).arg(&copy).status().expect("git runs");
        assert!(cloned.success());
        assert_eq!(fs::read_to_string(copy.join("a")).expect("a file"), "2");
        assert!(repository.commit(&[]).is_err(), "there is nothing new");
    }
}
