//! What a replay is.

use crate::model::{EndpointId, ReplayId};
use mainstay_kernel::{Listing, Timestamp};

/// A replay, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Its number.
    pub id: ReplayId,
    /// Who is told again.
    pub endpoint: EndpointId,
    /// What of the span.
    pub selection: Selection,
    /// Events published not before.
    pub since: Timestamp,
    /// Events published before; exclusive.
    pub until: Timestamp,
    /// How far it is.
    pub status: ReplayStatus,
    /// Events of the span when it began.
    pub total: i64,
    /// Of these, how many were looked at.
    pub seen: i64,
    /// Of these, how many are delivered anew.
    pub queued: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last came further.
    pub updated_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// What of a span is told again, of the events that the endpoint hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// What was delivered in vain.
    Failed,
    /// What no delivery was ever made of: published while the endpoint was off, or before it was made.
    Missing,
    /// Everything.
    All,
}

impl Selection {
    /// Every selection.
    pub const ALL: [Self; 3] = [Self::Failed, Self::Missing, Self::All];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::All => "all",
        }
    }

    /// The selection of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|selection| selection.name() == name)
    }
}

/// How far a replay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayStatus {
    /// It goes on.
    Running,
    /// Everything of the span is delivered anew, or on its way.
    Finished,
    /// Somebody stopped it; what it had begun goes on.
    Stopped,
}

impl ReplayStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Running, Self::Finished, Self::Stopped];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What is to be told again.
#[derive(Debug, Clone, Copy)]
pub struct NewReplay {
    /// What of the span.
    pub selection: Selection,
    /// Events published not before.
    pub since: Timestamp,
    /// Events published before; none means until now, and what is later is pulled back to now.
    pub until: Option<Timestamp>,
}

/// Which replays are wanted.
#[derive(Debug, Clone, Default)]
pub struct ReplayQuery {
    /// Page, order and the filters of every list.
    pub listing: Listing<ReplayColumn>,
    /// Only those in this state.
    pub status: Option<ReplayStatus>,
}

/// What replays are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayColumn {
    /// The number.
    Id,
    /// When it was asked for.
    CreatedAt,
}
