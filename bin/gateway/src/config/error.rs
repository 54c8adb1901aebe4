//! Why a start stops: one sentence that names the setting, where it was set and what is wrong.

use super::rows::{self, Row};
use std::fmt;
use std::path::PathBuf;

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A variable of the environment.
    Environment,
    /// A settings file.
    File(PathBuf),
    /// Nowhere: the default.
    Default,
}

/// A setting as it is spelt where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name; in the environment with its prefix and in capitals.
    pub(crate) name: String,
    /// Where it was set.
    pub(crate) source: Source,
}

impl Place {
    /// A known setting, spelt as its source spells it.
    pub(crate) fn of(row: &Row, source: Source) -> Self {
        let name = match source {
            Source::File(_) => row.name.to_owned(),
            Source::Environment | Source::Default => row.variable(),
        };
        Self { name, source }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Environment => write!(f, "{} in the environment", self.name),
            Source::File(path) => write!(f, "{:?} in {}", self.name, path.display()),
            Source::Default => f.write_str(&self.name),
        }
    }
}

/// Why the settings cannot be used. No variant carries a value that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigError {
    /// No setting has this name.
    #[error("{0} is no setting of Mainstay{hint}", hint = hint(.0))]
    Unknown(Place),
    /// The value cannot be used; the text says what is wrong with it.
    #[error("{0} {1}.")]
    Invalid(Place, String),
    /// A settings or catalogue file cannot be read; the text says why.
    #[error("{path} cannot be used: {1}.", path = .0.display())]
    File(PathBuf, String),
    /// A setting needs another one beside it.
    #[error("{present} is set, so {missing} must be set too.")]
    Alone {
        /// The setting that is there.
        present: Place,
        /// The name of the one that is not.
        missing: String,
    },
}

fn hint(place: &Place) -> String {
    match (rows::nearest(&place.name), &place.source) {
        (Some(row), Source::File(_)) => format!("; did you mean {:?}?", row.name),
        (Some(row), _) => format!("; did you mean {}?", row.variable()),
        (None, _) => "; `mainstay --help` lists them all.".to_owned(),
    }
}

/// What is wrong with a TOML text, without the text itself, which may hold secrets.
pub(crate) fn toml_problem(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!("line {line}: {}", error.message().replace('\n', ", "))
}
