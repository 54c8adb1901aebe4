//! Repositories of git, for one test.

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A repository on the disk.
pub struct TestRepository {
    folder: TempDir,
}

impl TestRepository {
    /// One with a first commit of these files, on the branch `main`.
    ///
    /// # Panics
    /// When git cannot be run.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let own = Self { folder: TempDir::new().expect("a folder") };
        own.git(&["init", "--quiet", "--initial-branch=main"]);
        own.commit(files, "First");
        own
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("file://{}", self.folder.path().display())
    }

    /// Commits files, and gives the commit.
    ///
    /// # Panics
    /// When git refuses.
    pub fn commit(&self, files: &[(&str, &str)], message: &str) -> String {
        for (path, text) in files {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git in it, and gives what it says.
    ///
    /// # Panics
    /// When git refuses.
    pub fn git(&self, arguments: &[&str]) -> String {
        let ran = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("git runs");
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    }
}
