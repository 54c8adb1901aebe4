//! How a server fares.

use mainstay_kernel::Timestamp;

/// How a server fares, as far as this node has asked it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// Nobody has asked it yet.
    #[default]
    Unknown,
    /// It answered when it was last asked.
    Healthy {
        /// When that was.
        at: Timestamp,
    },
    /// It did not.
    Unhealthy {
        /// When that was.
        at: Timestamp,
        /// Why not, in a sentence.
        why: String,
    },
}

impl Health {
    /// The name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Healthy { .. } => "healthy",
            Self::Unhealthy { .. } => "unhealthy",
        }
    }
}
