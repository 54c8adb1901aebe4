//! What an issue is.

use crate::seo::{IssueId, PageUrl, Severity};
use mainstay_kernel::{Listing, Timestamp};
use serde_json::{Map, Value};

/// Something that is wrong with a page, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Its number.
    pub id: IssueId,
    /// The page.
    pub url: String,
    /// What sort of issue it is.
    pub kind: String,
    /// How bad it is.
    pub severity: Severity,
    /// What else was said of it, the last time it was seen.
    pub details: Map<String, Value>,
    /// Whether it is still there.
    pub status: IssueStatus,
    /// When a report had it first.
    pub first_seen_at: Timestamp,
    /// Since when it is there without a break: later than the first time when it came back.
    pub created_at: Timestamp,
    /// When a report had it no more; none while it is there.
    pub fixed_at: Option<Timestamp>,
}

/// Whether an issue is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueStatus {
    /// The page's latest report has it.
    Open,
    /// It has it no more.
    Fixed,
}

impl IssueStatus {
    /// Every status.
    pub const ALL: [Self; 2] = [Self::Open, Self::Fixed];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Fixed => "fixed",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Which issues are wanted.
#[derive(Debug, Clone)]
pub struct IssueQuery {
    /// Page, order and the filters of every list; the search looks into addresses and types.
    pub listing: Listing<IssueColumn>,
    /// Only those in this state.
    pub status: IssueStatus,
    /// Only those of this page.
    pub url: Option<PageUrl>,
    /// Only those that are this bad.
    pub severity: Option<Severity>,
    /// Only those of this sort.
    pub kind: Option<String>,
}

impl Default for IssueQuery {
    /// What is open.
    fn default() -> Self {
        Self { listing: Listing::default(), status: IssueStatus::Open, url: None, severity: None, kind: None }
    }
}

/// What issues are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueColumn {
    /// The number.
    Id,
    /// Since when it is there.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// The page's address.
    Url,
    /// The sort of issue.
    Kind,
}
