//! What a server is.

use crate::model::ServerName;
use mainstay_kernel::{Patch, Secret, Timestamp};
use std::collections::BTreeMap;
use url::Url;

/// Texts that nobody is shown, by their names: variables of a process, headers of a request.
pub type SecretTexts = BTreeMap<String, Secret<String>>;

/// Whether people are to build on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It is there to be used.
    #[default]
    Available,
    /// It may still change.
    Beta,
    /// It will go.
    Deprecated,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Available, Self::Beta, Self::Deprecated];

    /// The name on the wire, in files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Beta => "beta",
            Self::Deprecated => "deprecated",
        }
    }

    /// The status of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A server that comes with the installation and runs in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// A folder for each workspace.
    Filesystem,
    /// The sites of each workspace.
    Hosting,
}

impl Builtin {
    const ALL: [Self; 2] = [Self::Filesystem, Self::Hosting];

    const fn name(self) -> &'static str {
        match self {
            Self::Filesystem => "filesystem",
            Self::Hosting => "hosting",
        }
    }

    /// The names of all of them.
    pub fn names() -> [&'static str; 2] {
        Self::ALL.map(Self::name)
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == name)
    }
}

/// What answers for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Something in this process.
    Builtin(Builtin),
    /// A program that is started for each workspace, and speaks over its standard input and output.
    Process {
        /// The program, or for a workspace's server the name under which the operator allows one.
        command: String,
        /// What it is started with.
        arguments: Vec<String>,
    },
    /// An address that speaks Streamable HTTP.
    Http {
        /// The address.
        url: Url,
    },
}

impl Target {
    /// How it is spoken to, as a word.
    pub const fn transport(&self) -> &'static str {
        match self {
            Self::Builtin(_) => "builtin",
            Self::Process { .. } => "stdio",
            Self::Http { .. } => "http",
        }
    }
}

/// What a server is called, and what answers for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name in paths, in addresses and before the names of its tools.
    pub name: ServerName,
    /// What people call it.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whether to build on it.
    pub status: Status,
    /// What answers.
    pub target: Target,
    /// What it is given and nobody is shown.
    pub secrets: SecretTexts,
}

/// What a workspace lets its callers do with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether it can be used at all.
    pub is_enabled: bool,
    /// The only tools that can be called; all of them if that is not said. `*` stands for any text.
    pub allowed_tools: Option<Vec<String>>,
    /// The tools that cannot be called, whatever is allowed. `*` stands for any text.
    pub denied_tools: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { is_enabled: true, allowed_tools: None, denied_tools: Vec::new() }
    }
}

impl Policy {
    /// Whether a tool can be called.
    pub fn allows(&self, tool: &str) -> bool {
        let meets = |patterns: &[String]| patterns.iter().any(|pattern| meets(pattern, tool));
        self.allowed_tools.as_deref().is_none_or(meets) && !meets(&self.denied_tools)
    }
}

/// Whether a text is what a pattern says, in which `*` stands for any text.
fn meets(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        // The first place will do: whatever is taken for a star leaves the more for those behind it.
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(end)
}

/// Whose server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The operator's, for all workspaces.
    Installation,
    /// The workspace's own.
    Workspace {
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    },
}

/// A server as one workspace has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// What it is.
    pub definition: Definition,
    /// What may be done with it.
    pub policy: Policy,
    /// Whose it is.
    pub owner: Owner,
}

impl Server {
    /// The name.
    pub const fn name(&self) -> &ServerName {
        &self.definition.name
    }
}

/// A program that the operator lets workspaces run.
#[derive(Debug, Clone, PartialEq)]
pub struct AllowedCommand {
    /// The name by which workspaces ask for it.
    pub name: String,
    /// The program.
    pub program: String,
    /// What it is always started with, before what the workspace says.
    pub arguments: Vec<String>,
    /// Whether the workspace may say more arguments.
    pub takes_arguments: bool,
    /// The variables that the workspace may set.
    pub variables: Vec<String>,
}

/// A server that is to be.
#[derive(Debug, Clone, Default)]
pub struct NewServer {
    /// Its name.
    pub name: String,
    /// What people call it; the name if that is not said.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether to build on it.
    pub status: Option<String>,
    /// The name of a program that the operator allows.
    pub command: Option<String>,
    /// What the program is started with.
    pub arguments: Option<Vec<String>>,
    /// Variables that the program is given.
    pub variables: Option<SecretTexts>,
    /// An address instead of a program.
    pub url: Option<String>,
    /// Headers that are sent to the address.
    pub headers: Option<SecretTexts>,
    /// What may be done with it.
    pub policy: Policy,
}

/// What is to change of a server. Of the installation's only the policy can.
#[derive(Debug, Clone, Default)]
pub struct ServerChange {
    /// What people call it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether to build on it.
    pub status: Option<String>,
    /// The name of a program that the operator allows.
    pub command: Option<String>,
    /// What the program is started with.
    pub arguments: Option<Vec<String>>,
    /// Variables that the program is given: all of them.
    pub variables: Patch<SecretTexts>,
    /// The address.
    pub url: Option<String>,
    /// Headers that are sent to the address: all of them.
    pub headers: Patch<SecretTexts>,
    /// Whether it can be used.
    pub is_enabled: Option<bool>,
    /// The only tools that can be called.
    pub allowed_tools: Patch<Vec<String>>,
    /// The tools that cannot be called.
    pub denied_tools: Option<Vec<String>>,
}

impl ServerChange {
    /// Whether it is about more than the policy.
    pub const fn redefines(&self) -> bool {
        let words = self.title.is_some() || self.description.is_some() || self.status.is_some();
        let target = self.command.is_some() || self.arguments.is_some() || self.url.is_some();
        words || target || !matches!(self.variables, Patch::Keep) || !matches!(self.headers, Patch::Keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn policy(allowed: Option<&[&str]>, denied: &[&str]) -> Policy {
        let texts = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Policy { is_enabled: true, allowed_tools: allowed.map(texts), denied_tools: texts(denied) }
    }

    #[test]
    fn what_is_denied_cannot_be_called_whatever_is_allowed() {
        assert!(policy(None, &[]).allows("read_file"));
        assert!(policy(Some(&["read_*"]), &[]).allows("read_file"));
        assert!(!policy(Some(&["read_*"]), &[]).allows("write_file"));
        assert!(!policy(Some(&["*"]), &["write_*"]).allows("write_file"));
        assert!(!policy(Some(&[]), &[]).allows("read_file"), "an empty list allows nothing");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "aXbXb", true),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "acb", false),
            ("*_file", "read_file", true),
            ("*_file", "read_files", false),
            ("ab*b", "ab", false),
            ("A*", "a", false),
        ] {
            assert_eq!(meets(pattern, text), fits, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn patterns_mean_what_a_slow_reading_of_them_means(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            fn slow(pattern: &[u8], text: &[u8]) -> bool {
                match pattern.split_first() {
                    None => text.is_empty(),
                    Some((b'*', rest)) => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
                    Some((byte, rest)) => text.first() == Some(byte) && slow(rest, &text[1..]),
                }
            }
            prop_assert_eq!(meets(&pattern, &text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
