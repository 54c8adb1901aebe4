//! A push, whoever told of it.

use crate::revision::{is_branch, is_commit};

/// A branch or tag that is at another commit than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Push {
    /// Every address that its repository is known by.
    pub(super) repositories: Vec<String>,
    /// The branch that the repository puts first, where that is told.
    pub(super) default_branch: Option<String>,
    /// The branch; none for tags, and for names that no site can follow.
    pub(super) branch: Option<String>,
    /// Whether it is a tag.
    pub(super) is_tag: bool,
    /// The commit that it is at now: 40 hexadecimal digits, all of them zero once it is gone.
    pub(super) after: String,
    /// Whether it is gone.
    pub(super) is_deleted: bool,
    /// Every path that differs; none where not all of them are told.
    pub(super) changed: Option<Vec<String>>,
    /// The message of the commit.
    pub(super) message: Option<String>,
}

/// What providers write for no commit.
const NOTHING: &str = "0000000000000000000000000000000000000000";
/// Longest first line of a message that is kept, in characters.
const LONGEST_LINE: usize = 500;

/// What is told of a commit, as far as it matters.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) added: Option<Vec<String>>,
    pub(super) removed: Option<Vec<String>>,
    pub(super) modified: Option<Vec<String>>,
}

impl Push {
    /// Reads what a reference points at; whatever else is told comes later.
    ///
    /// # Errors
    /// When it is no commit.
    pub(super) fn at(after: &str) -> Result<Self, String> {
        if !is_commit(after) {
            return Err("the commit is not 40 hexadecimal digits".to_owned());
        }
        Ok(Self {
            repositories: Vec::new(),
            default_branch: None,
            branch: None,
            is_tag: false,
            after: after.to_owned(),
            is_deleted: is_nothing(after),
            changed: None,
            message: None,
        })
    }

    /// The same, of this branch.
    pub(super) fn of_branch(self, name: &str) -> Self {
        Self { branch: Some(name.to_owned()).filter(|name| is_branch(name)), ..self }
    }

    /// The same, of what a full name stands for: `refs/heads/main`, `refs/tags/v1`.
    pub(super) fn of_reference(self, name: &str) -> Self {
        match (name.strip_prefix("refs/heads/"), name.starts_with("refs/tags/")) {
            (Some(branch), _) => self.of_branch(branch),
            (None, is_tag) => Self { is_tag, ..self },
        }
    }

    /// The first line of the commit's message. A database takes no NUL.
    pub(super) fn title(&self) -> Option<String> {
        let first = self.message.as_deref()?.lines().next()?.replace('\0', "");
        Some(first.trim().chars().take(LONGEST_LINE).collect()).filter(|line: &String| !line.is_empty())
    }
}

/// Whether this stands for no commit.
pub(super) fn is_nothing(commit: &str) -> bool {
    commit == NOTHING
}

/// What stands for no commit, for those who leave it out.
pub(super) const fn nothing() -> &'static str {
    NOTHING
}

/// Most commits that are told of (GitHub).
const MOST_COMMITS: usize = 2048;
/// From so many paths of a commit on, more may have been left out (GitHub).
const MOST_PATHS: usize = 3000;

/// Every path that commits touch; none if not all of them are told: commits or paths were left out, or there are none, as
/// when a branch begins.
pub(super) fn paths_of(commits: Vec<Touched>, total: Option<usize>) -> Option<Vec<String>> {
    let is_part = total.is_some_and(|total| total > commits.len()) || commits.len() >= MOST_COMMITS;
    if commits.is_empty() || is_part {
        return None;
    }
    let mut paths = Vec::new();
    for Touched { added, removed, modified } in commits {
        let lists: Vec<_> = [added, removed, modified].into_iter().flatten().collect();
        if lists.is_empty() || lists.iter().any(|list| list.len() >= MOST_PATHS) {
            return None;
        }
        paths.extend(lists.into_iter().flatten());
    }
    Some(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(paths: &[&str]) -> Touched {
        Touched { modified: Some(paths.iter().map(|path| (*path).to_owned()).collect()), ..Touched::default() }
    }

    #[test]
    fn paths_are_known_only_if_none_can_be_missing() {
        let known = paths_of(vec![touched(&["a"]), touched(&["b", "c"])], Some(2));
        assert_eq!(known.expect("known"), ["a", "b", "c"]);
        assert_eq!(paths_of(vec![touched(&[])], None), Some(Vec::new()), "a commit may touch nothing");
        assert_eq!(paths_of(Vec::new(), None), None, "a branch that begins");
        assert_eq!(paths_of(vec![touched(&["a"])], Some(2)), None, "commits were left out");
        assert_eq!(paths_of(vec![touched(&["a"]), Touched::default()], None), None, "paths were left out");
        assert_eq!(paths_of(vec![touched(&["a"; MOST_PATHS])], None), None, "so many that some may be missing");
        assert_eq!(paths_of((0..MOST_COMMITS).map(|_| touched(&["a"])).collect(), None), None);
    }

    #[test]
    fn a_reference_is_a_branch_a_tag_or_neither() {
        let read = |name: &str| {
            let push = Push::at(&"a1".repeat(20)).expect("a commit").of_reference(name);
            (push.branch, push.is_tag)
        };
        assert_eq!(read("refs/heads/feature/x"), (Some("feature/x".to_owned()), false));
        assert_eq!(read("refs/tags/v1"), (None, true));
        assert_eq!(read("refs/notes/commits"), (None, false));
        assert_eq!(read("refs/heads/--upload-pack=id"), (None, false));
    }

    #[test]
    fn a_commit_is_forty_digits_and_none_is_all_zeros() {
        assert!(Push::at(NOTHING).expect("read").is_deleted && !Push::at(&"a1".repeat(20)).expect("read").is_deleted);
        for text in ["", "HEAD", "--upload-pack=id", &"a1".repeat(19), &"A1".repeat(20), &"a1".repeat(32)] {
            assert!(Push::at(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_title_is_one_line_that_every_database_takes() {
        let of = |message: &str| {
            let push = Push { message: Some(message.to_owned()), ..Push::at(NOTHING).expect("read") };
            push.title()
        };
        assert_eq!(of("Fix\0 it\n\nLong story"), Some("Fix it".to_owned()));
        assert_eq!(of("\nLater"), None);
        assert_eq!(of(&"ü".repeat(501)).map(|line| line.chars().count()), Some(LONGEST_LINE));
    }
}
