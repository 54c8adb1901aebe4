//! Which version of a tool is meant.

use super::model::{ToolVersion, VersionStatus};
use crate::error::{McpError, Sunset};
use crate::model::ServerName;
use mainstay_kernel::Timestamp;
use std::sync::Arc;

/// The version of a tool of which none was declared.
pub const FIRST: &str = "1.0.0";

/// What is to be told to who uses a version that will go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecation {
    /// The version that was used.
    pub version: String,
    /// The one to use instead.
    pub latest: Option<String>,
    /// From when it is not served any more.
    pub sunset_at: Option<Timestamp>,
    /// How to get to the latest.
    pub notes: Option<String>,
}

/// The version that is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Its number.
    pub version: String,
    /// What was declared of it; none where nothing was.
    pub declared: Option<Arc<ToolVersion>>,
    /// What is to be told to who uses it.
    pub deprecation: Option<Deprecation>,
}

/// Where a version stands among all of its tool.
pub(super) fn status(version: &ToolVersion, all: &[Arc<ToolVersion>], now: Timestamp) -> VersionStatus {
    if version.is_sunset(now) {
        VersionStatus::Sunset
    } else if version.is_deprecated(now) {
        VersionStatus::Deprecated
    } else if latest(all, now).is_some_and(|latest| latest.version == version.version) {
        VersionStatus::Latest
    } else {
        VersionStatus::Active
    }
}

/// The latest of all versions of a tool: the one declared to be, else the highest that is served.
pub(super) fn latest(all: &[Arc<ToolVersion>], now: Timestamp) -> Option<&Arc<ToolVersion>> {
    let served = || all.iter().filter(|version| !version.is_sunset(now));
    let declared = served().find(|version| version.is_latest);
    declared.or_else(|| served().max_by(|one, other| one.compare(other)))
}

/// Chooses among all versions of a tool; the latest where none is named.
///
/// # Errors
/// [`McpError::NoVersion`], [`McpError::Sunset`].
pub(crate) fn choose(
    (server, tool): (&ServerName, &str),
    named: Option<&str>,
    all: &[Arc<ToolVersion>],
    now: Timestamp,
) -> Result<Chosen, McpError> {
    let unknown = |version: &str| McpError::NoVersion { tool: tool.to_owned(), version: version.to_owned() };
    if all.is_empty() {
        return match named {
            None | Some(FIRST) => Ok(Chosen { version: FIRST.to_owned(), declared: None, deprecation: None }),
            Some(other) => Err(unknown(other)),
        };
    }
    let latest = latest(all, now);
    let meant = match named {
        Some(named) => all.iter().find(|version| version.version.to_string() == named).ok_or_else(|| unknown(named))?,
        // Where all have had their time, the highest says so.
        None => match latest.or_else(|| all.iter().max_by(|one, other| one.compare(other))) {
            Some(version) => version,
            None => return Err(unknown(FIRST)),
        },
    };
    let (version, latest) = (meant.version.to_string(), latest.map(|latest| latest.version.to_string()));
    let notes = meant.migration_notes.clone();
    if meant.is_sunset(now) {
        let (server, tool) = (server.clone(), tool.to_owned());
        return Err(McpError::Sunset(Box::new(Sunset { server, tool, version, latest, notes })));
    }
    let deprecation = meant.is_deprecated(now).then(|| Deprecation {
        version: version.clone(),
        latest: latest.filter(|latest| *latest != version),
        sunset_at: meant.sunset_at,
        notes,
    });
    Ok(Chosen { version, declared: Some(Arc::clone(meant)), deprecation })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn version(number: &str) -> ToolVersion {
        ToolVersion {
            server: "s".parse().expect("a name"),
            tool: "t".to_owned(),
            version: number.parse().expect("a version"),
            is_latest: false,
            description: None,
            input_schema: None,
            output_schema: None,
            changelog: None,
            migration_notes: Some("notes".to_owned()),
            deprecated_at: None,
            sunset_at: None,
            created_at: NOW,
        }
    }

    fn chosen(named: Option<&str>, all: &[ToolVersion]) -> Result<Chosen, McpError> {
        let all: Vec<_> = all.iter().cloned().map(Arc::new).collect();
        choose((&"s".parse().expect("a name"), "t"), named, &all, NOW)
    }

    fn number(named: Option<&str>, all: &[ToolVersion]) -> String {
        chosen(named, all).expect("a version").version
    }

    #[test]
    fn a_tool_without_versions_is_of_version_one() {
        assert_eq!(number(None, &[]), "1.0.0");
        assert_eq!(number(Some("1.0.0"), &[]), "1.0.0");
        assert!(matches!(chosen(Some("1.0.1"), &[]), Err(McpError::NoVersion { .. })));
    }

    #[test]
    fn the_latest_is_the_one_declared_to_be_and_else_the_highest_that_is_served() {
        let (low, high) = (version("1.9.0"), version("1.10.0"));
        assert_eq!(number(None, &[low.clone(), high.clone()]), "1.10.0");
        let declared = ToolVersion { is_latest: true, ..low.clone() };
        assert_eq!(number(None, &[declared, high.clone()]), "1.9.0");
        let gone = ToolVersion { sunset_at: Some(NOW), ..high };
        assert_eq!(number(None, &[low, gone]), "1.9.0");
    }

    #[test]
    fn a_version_is_served_until_its_sunset_and_tells_of_its_deprecation() {
        let second = Duration::from_secs(1);
        let old = ToolVersion { deprecated_at: Some(NOW), sunset_at: Some(NOW.plus(second)), ..version("1.0.0") };
        let told = chosen(Some("1.0.0"), &[old.clone(), version("2.0.0")]).expect("it is served").deprecation;
        let told = told.expect("it is deprecated");
        assert_eq!((told.latest.as_deref(), told.notes.as_deref()), (Some("2.0.0"), Some("notes")));
        let gone = ToolVersion { sunset_at: Some(NOW), ..old };
        let Err(McpError::Sunset(sunset)) = chosen(Some("1.0.0"), &[gone.clone(), version("2.0.0")]) else {
            panic!("it is served no more");
        };
        assert_eq!(sunset.latest.as_deref(), Some("2.0.0"));
        assert!(matches!(chosen(None, &[gone]), Err(McpError::Sunset(_))), "all have had their time");
    }
}
