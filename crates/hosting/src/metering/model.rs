//! What is counted.

use crate::words::words;
use mainstay_kernel::{Timestamp, WorkspaceId};

words! {
    /// What is counted, in minutes.
    Metered {
        /// A site that is meant to answer.
        Site = "site",
        /// A database that takes connections.
        Database = "database",
        /// What it takes to make deployments.
        Build = "build",
    }
}

impl Metered {
    /// What people call it.
    pub(crate) const fn name_of_minutes(self) -> &'static str {
        match self {
            Self::Site => "minutes of sites",
            Self::Database => "minutes of databases",
            Self::Build => "build minutes",
        }
    }

    /// The feature of plans that it is counted as.
    pub const fn feature(self) -> &'static str {
        match self {
            Self::Site => "hosting.site_minutes",
            Self::Database => "hosting.database_minutes",
            Self::Build => "hosting.build_minutes",
        }
    }
}

/// How long one thing ran within one hour. Builds are those of one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What sort of thing ran.
    pub what: Metered,
    /// Which site or database.
    pub resource: String,
    /// When the hour began.
    pub hour: Timestamp,
    /// How long, in seconds.
    pub seconds: i64,
}

impl Run {
    /// How long, in minutes; one that is begun counts whole.
    pub fn minutes(&self) -> u64 {
        u64::try_from(self.seconds).unwrap_or(0).div_ceil(60)
    }

    /// The name under which it is counted, once.
    pub fn name(&self) -> String {
        format!("{}:{}:{}", self.what.name(), self.resource, self.hour.to_iso_seconds())
    }
}
