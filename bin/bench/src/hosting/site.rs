//! The sites that are deployed: how they are asked for, and what lies in their repositories.

use serde_json::{Value, json};
use std::path::PathBuf;

/// A program of Node that answers every request with a kibibyte.
const NODE: &str = include_str!("server.js");
/// A program of Python that answers every request with what it drew when it was started.
const PYTHON: &str = include_str!("server.py");
/// What a box finds programs in (the gateway's own list).
const PATH: [&str; 3] = ["/usr/local/bin", "/usr/bin", "/bin"];

/// A sort of sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A page.
    Files,
    /// A program of Node without dependencies.
    Node,
    /// A program of Python without dependencies, small enough to be there many times.
    Python,
}

impl Sort {
    /// The name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Files => "static",
            Self::Node => "node",
            Self::Python => "python",
        }
    }

    /// What runs its program, if it has one.
    pub(crate) const fn interpreter(self) -> Option<&'static str> {
        match self {
            Self::Files => None,
            Self::Node => Some("node"),
            Self::Python => Some("python3"),
        }
    }

    /// What lies in its repository, so that every answer begins with `text`.
    pub(crate) fn files(self, text: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Files => vec![("index.html", text.to_owned())],
            Self::Node => vec![
                ("package.json", r#"{"name": "hello", "scripts": {"start": "node server.js"}}"#.to_owned()),
                ("server.js", NODE.to_owned()),
                ("text", text.to_owned()),
            ],
            Self::Python => vec![("server.py", PYTHON.to_owned()), ("text", text.to_owned())],
        }
    }

    /// What a site of this name and repository is asked for with.
    pub(crate) fn wanted(self, name: &str, repository: &str) -> Value {
        let mut wanted = json!({ "name": name, "type": "git", "repository": repository });
        match self {
            Self::Files => wanted["type"] = json!("static"),
            // As whoever knows nothing of settings would: its package says how it is started.
            Self::Node => {}
            Self::Python => {
                wanted["startCommand"] = json!("python3 server.py");
                wanted["resources"] = json!({ "memoryMb": 64, "cpu": 0.5, "diskMb": 16, "processes": 16 });
            }
        }
        wanted
    }
}

/// What a program may use that is to be asked as fast as it can be, so that its limits are not what is measured.
pub(crate) fn ample() -> Value {
    json!({ "memoryMb": 512, "cpu": 4, "diskMb": 1024, "processes": 128 })
}

/// Where a box finds this program, if it does.
pub(crate) fn path_of(program: &str) -> Option<PathBuf> {
    PATH.iter().map(|folder| PathBuf::from(folder).join(program)).find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_has_what_it_answers_in_its_repository() {
        for sort in [Sort::Files, Sort::Node, Sort::Python] {
            assert_eq!(sort.files("one:").last().map(|(_, text)| text.as_str()), Some("one:"), "{sort:?}");
            let is_static = sort.wanted("a", "file:///a")["type"] == "static";
            assert_eq!(is_static, sort.interpreter().is_none(), "{sort:?}");
        }
    }

    #[test]
    fn a_program_is_found_where_boxes_look_alone() {
        assert!(path_of("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(path_of("no-such-program"), None);
    }
}
