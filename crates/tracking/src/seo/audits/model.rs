//! What an audit is.

use crate::seo::{AuditId, PageUrl, ReportId};
use mainstay_kernel::{Listing, Timestamp};

/// An audit, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Its number.
    pub id: AuditId,
    /// The page.
    pub url: String,
    /// How far it is.
    pub status: AuditStatus,
    /// How much of it is done, in percent.
    pub progress: u8,
    /// What it is at, in words.
    pub step: String,
    /// Why it failed, in a sentence.
    pub error: Option<String>,
    /// What it came to.
    pub report: Option<ReportId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last came further.
    pub updated_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// How far an audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditStatus {
    /// It waits.
    Queued,
    /// It goes on.
    Running,
    /// It came to a report.
    Succeeded,
    /// It came to none.
    Failed,
}

impl AuditStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Succeeded, Self::Failed];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Which audits are wanted.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Page, order and the filters of every list; the search looks into addresses.
    pub listing: Listing<AuditColumn>,
    /// Only those in this state.
    pub status: Option<AuditStatus>,
    /// Only those of this page.
    pub url: Option<PageUrl>,
}

/// What audits are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditColumn {
    /// The number.
    Id,
    /// When it was asked for.
    CreatedAt,
    /// When it last came further.
    UpdatedAt,
    /// The page's address.
    Url,
}
