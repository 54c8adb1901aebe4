//! The form of GitLab.

use super::super::push::{Push, Touched, is_nothing, paths_of};
use serde::Deserialize;

/// A push, of a branch or a tag.
#[derive(Deserialize)]
pub(super) struct Payload {
    r#ref: String,
    before: Option<String>,
    after: String,
    /// It lists no more than the last twenty.
    total_commits_count: Option<usize>,
    commits: Option<Vec<Commit>>,
    project: Project,
}

#[derive(Deserialize)]
struct Commit {
    id: Option<String>,
    message: Option<String>,
    added: Option<Vec<String>>,
    removed: Option<Vec<String>>,
    modified: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Project {
    git_http_url: Option<String>,
    git_ssh_url: Option<String>,
    web_url: Option<String>,
    default_branch: Option<String>,
}

impl Payload {
    pub(super) fn push(self) -> Result<Push, String> {
        let push = Push::at(&self.after)?.of_reference(&self.r#ref);
        let goes_on = self.before.is_some_and(|before| !is_nothing(&before));
        let commits = self.commits.unwrap_or_default();
        let head = commits.iter().find(|commit| commit.id.as_deref() == Some(self.after.as_str()));
        let message = head.and_then(|commit| commit.message.clone());
        let touched = commits.into_iter().map(Touched::from);
        let changed = paths_of(touched.collect(), self.total_commits_count).filter(|_| goes_on);
        let Project { git_http_url, git_ssh_url, web_url, default_branch } = self.project;
        let repositories = [git_http_url, git_ssh_url, web_url].into_iter().flatten().collect();
        Ok(Push { repositories, default_branch, changed, message, ..push })
    }
}

impl From<Commit> for Touched {
    fn from(commit: Commit) -> Self {
        Self { added: commit.added, removed: commit.removed, modified: commit.modified }
    }
}
