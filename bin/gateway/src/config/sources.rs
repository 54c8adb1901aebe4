//! Where settings come from: the file, then the environment over it.

use super::error::{ConfigError, Place, Source, toml_problem};
use super::rows::{self, Fallback, Row};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "mainstay.toml";

/// Variables that begin like this belong to the tests and the benchmark, not to the gateway.
const FOREIGN: [&str; 2] = ["TEST_", "BENCH_"];

/// The values that were set, by the name of their row.
#[derive(Default)]
pub(crate) struct Values(BTreeMap<&'static str, (String, Source)>);

impl Values {
    /// What the file and the environment say. Without a named `file`, `mainstay.toml` in `directory` is read if it
    /// is there.
    ///
    /// # Errors
    /// When the file cannot be read, a name is unknown, or a value is of no usable type.
    pub(crate) fn collect(
        file: Option<&Path>,
        directory: &Path,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut values = Self::default();
        let found = file.map(PathBuf::from).or_else(|| Some(directory.join(DEFAULT_FILE)).filter(|path| path.exists()));
        if let Some(path) = found {
            values.read_file(&path)?;
        }
        values.read_environment(environment)?;
        Ok(values)
    }

    /// The value of a setting and where it was set; its default when it was not.
    pub(crate) fn get(&self, row: &Row) -> (Option<&str>, Place) {
        let (value, source) = match (self.0.get(row.name), row.fallback) {
            // Set to nothing, an optional setting is off: so the environment can undo the file.
            (Some((text, source)), Fallback::Nothing) if text.is_empty() => (None, source.clone()),
            (Some((text, source)), _) => (Some(text.as_str()), source.clone()),
            (None, Fallback::Value(text)) => (Some(text), Source::Default),
            (None, _) => (None, Source::Default),
        };
        (value, Place::of(row, source))
    }

    fn read_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let refuse = |problem: String| ConfigError::File(path.to_owned(), problem);
        let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
        let table = text.parse::<toml::Table>().map_err(|error| refuse(toml_problem(&text, &error)))?;
        for (name, value) in table {
            let place = Place { name, source: Source::File(path.to_owned()) };
            let Some(row) = rows::find(&place.name) else { return Err(ConfigError::Unknown(place)) };
            let Some(text) = flatten(&value) else {
                let problem = "must be a text, an integer, true or false, or a list of such".to_owned();
                return Err(ConfigError::Invalid(place, problem));
            };
            self.0.insert(row.name, (text, place.source));
        }
        Ok(())
    }

    fn read_environment(&mut self, all: impl IntoIterator<Item = (OsString, OsString)>) -> Result<(), ConfigError> {
        for (variable, value) in all {
            let name = variable.to_string_lossy().into_owned();
            let Some(rest) = name.strip_prefix(rows::PREFIX) else { continue };
            if FOREIGN.iter().any(|prefix| rest.starts_with(prefix)) {
                continue;
            }
            let Some(row) = rows::ROWS.iter().find(|row| row.variable() == name) else {
                return Err(ConfigError::Unknown(Place { name, source: Source::Environment }));
            };
            let Ok(text) = value.into_string() else {
                let place = Place { name, source: Source::Environment };
                return Err(ConfigError::Invalid(place, "must be UTF-8 text".to_owned()));
            };
            self.0.insert(row.name, (text, Source::Environment));
        }
        Ok(())
    }
}

/// A TOML value as the environment would have it; `None` for types that no setting has.
fn flatten(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(items) => {
            let flat = items.iter().map(|item| flatten(item).filter(|_| !item.is_array()));
            flat.collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}
