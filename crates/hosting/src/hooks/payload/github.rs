//! The form of GitHub, which Gitea and Forgejo follow.

use super::super::push::{Push, Touched, is_nothing, paths_of};
use serde::Deserialize;

/// A push.
#[derive(Deserialize)]
pub(super) struct Payload {
    r#ref: String,
    before: Option<String>,
    after: String,
    forced: Option<bool>,
    /// Gitea alone tells it; it lists only some of them.
    total_commits: Option<usize>,
    commits: Option<Vec<Commit>>,
    head_commit: Option<Commit>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Commit {
    message: Option<String>,
    added: Option<Vec<String>>,
    removed: Option<Vec<String>>,
    modified: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Repository {
    clone_url: Option<String>,
    ssh_url: Option<String>,
    html_url: Option<String>,
    default_branch: Option<String>,
}

impl Payload {
    pub(super) fn push(self) -> Result<Push, String> {
        let push = Push::at(&self.after)?.of_reference(&self.r#ref);
        // What a branch lost that does not go on from where it was is not told.
        let goes_on = self.forced != Some(true) && self.before.is_some_and(|before| !is_nothing(&before));
        let touched = self.commits.unwrap_or_default().into_iter().map(Touched::from);
        let changed = paths_of(touched.collect(), self.total_commits).filter(|_| goes_on);
        let Repository { clone_url, ssh_url, html_url, default_branch } = self.repository;
        let repositories = [clone_url, ssh_url, html_url].into_iter().flatten().collect();
        let message = self.head_commit.and_then(|commit| commit.message);
        Ok(Push { repositories, default_branch, changed, message, ..push })
    }
}

impl From<Commit> for Touched {
    fn from(commit: Commit) -> Self {
        Self { added: commit.added, removed: commit.removed, modified: commit.modified }
    }
}
