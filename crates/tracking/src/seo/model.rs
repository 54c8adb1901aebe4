//! The words that reports, issues and audits share.

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReportId(pub i64);

/// An issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IssueId(pub i64);

/// An audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuditId(pub i64);

/// How bad an issue is, from the least to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Costs something.
    Warning,
    /// Is wrong.
    Error,
    /// Keeps the page from being found.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Somebody sent it.
    Submitted,
    /// An audit of our own.
    Audit,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 2] = [Self::Submitted, Self::Audit];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Audit => "audit",
        }
    }

    /// The source of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// What a page gets, each from 0 to 100; none where nobody measured it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scores {
    /// How fast it is.
    pub performance: Option<u8>,
    /// How well everybody can use it.
    pub accessibility: Option<u8>,
    /// How well it keeps to what is good practice.
    pub best_practices: Option<u8>,
    /// How well search engines can read it.
    pub seo: Option<u8>,
}
