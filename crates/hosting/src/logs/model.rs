//! What a line of a log is.

use crate::ids::DeploymentId;
use crate::words::words;

words! {
    /// What told a line.
    Source {
        /// The making of a deployment.
        Build = "build",
        /// The program of a site.
        Runtime = "runtime",
        /// What answers visitors.
        Proxy = "proxy",
    }
}

words! {
    /// Where a line was written to.
    Stream {
        /// Standard output.
        Stdout = "stdout",
        /// Standard error.
        Stderr = "stderr",
        /// Nowhere: the platform itself says it.
        System = "system",
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place among the lines of its site: microseconds since 1970, moved on where two would be the same.
    pub seq: i64,
    /// What told it.
    pub source: Source,
    /// Where it was written to.
    pub stream: Stream,
    /// Which deployment it is about.
    pub deployment: DeploymentId,
    /// What it says; at most 16 KiB.
    pub message: String,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Only of this source.
    pub source: Option<Source>,
    /// Only about this deployment.
    pub deployment: Option<DeploymentId>,
    /// Those behind this place, the oldest first; the last ones if none.
    pub after: Option<i64>,
    /// How many.
    pub limit: usize,
}
