//! Goals and funnels.

use crate::domains::DomainId;
use crate::step::Step;
use mainstay_kernel::Timestamp;
use std::fmt;

/// A goal or a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AimId(pub i64);

impl fmt::Display for AimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AimKind {
    /// A single step.
    Goal,
    /// Several, one after the other.
    Funnel,
}

impl AimKind {
    /// What the database and messages call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Funnel => "funnel",
        }
    }
}

/// What a site wants its visitors to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// Which one.
    pub id: AimId,
    /// On which domain.
    pub domain: DomainId,
    /// What it is called.
    pub name: String,
    /// What is to be done, one after the other.
    pub steps: Vec<Step>,
    /// Since when it is there. What happened before counts as well.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A goal or a funnel that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAim {
    /// Which of the two.
    pub kind: AimKind,
    /// What it is called; by its steps where nothing is said.
    pub name: Option<String>,
    /// What is to be done, one after the other.
    pub steps: Vec<Step>,
}

/// What is to be changed; what is none stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AimChange {
    /// See [`Aim::name`].
    pub name: Option<String>,
    /// See [`Aim::steps`].
    pub steps: Option<Vec<Step>>,
}
