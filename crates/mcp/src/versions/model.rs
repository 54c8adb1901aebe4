//! What a version of a tool is.

use crate::model::ServerName;
use mainstay_kernel::Timestamp;
use mainstay_schemas::Schema;
use semver::Version;
use serde_json::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// A version of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolVersion {
    /// The tool's server.
    pub server: ServerName,
    /// The tool.
    pub tool: String,
    /// Semantic version 2.0.0.
    pub version: Version,
    /// Whether it was declared to be the latest.
    pub is_latest: bool,
    /// What the tool does in this version.
    pub description: Option<String>,
    /// What its arguments must be; as its server says if that is not said.
    pub input_schema: Option<Arc<Schema>>,
    /// What its results are.
    pub output_schema: Option<Value>,
    /// What is new in it.
    pub changelog: Option<String>,
    /// How to get from it to the latest.
    pub migration_notes: Option<String>,
    /// From when it should not be used any more.
    pub deprecated_at: Option<Timestamp>,
    /// From when it is not served any more.
    pub sunset_at: Option<Timestamp>,
    /// When it was declared.
    pub created_at: Timestamp,
}

/// Where a version stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionStatus {
    /// It is not served any more.
    Sunset,
    /// It is served, and should not be used any more.
    Deprecated,
    /// It is the one that is meant where none is named.
    Latest,
    /// It is served.
    Active,
}

impl VersionStatus {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sunset => "sunset",
            Self::Deprecated => "deprecated",
            Self::Latest => "latest",
            Self::Active => "active",
        }
    }
}

impl ToolVersion {
    /// Whether it is not served any more.
    pub fn is_sunset(&self, now: Timestamp) -> bool {
        self.sunset_at.is_some_and(|at| at <= now)
    }

    /// Whether it should not be used any more.
    pub fn is_deprecated(&self, now: Timestamp) -> bool {
        self.deprecated_at.is_some_and(|at| at <= now)
    }

    /// How it stands to another in its major, minor and patch number; what is before a release is not told from it.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let numbers = |of: &Version| (of.major, of.minor, of.patch);
        numbers(&self.version).cmp(&numbers(&other.version))
    }
}

/// A version that is to be declared.
#[derive(Debug, Clone, Default)]
pub struct NewVersion {
    /// Whether it is the latest from now on.
    pub is_latest: bool,
    /// What the tool does in this version.
    pub description: Option<String>,
    /// What its arguments must be.
    pub input_schema: Option<Value>,
    /// What its results are.
    pub output_schema: Option<Value>,
    /// What is new in it.
    pub changelog: Option<String>,
    /// How to get from it to the latest.
    pub migration_notes: Option<String>,
    /// From when it should not be used any more.
    pub deprecated_at: Option<Timestamp>,
    /// From when it is not served any more.
    pub sunset_at: Option<Timestamp>,
}
