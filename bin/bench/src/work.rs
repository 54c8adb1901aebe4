//! What a baseline does for a `POST` before it answers.

use crate::commit::{Committer, Transaction};
use crate::verification::Verifier;
use anyhow::Context as _;
use clap::ValueEnum;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The part of the gateway's work that nobody could leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Work {
    /// Nothing.
    Nothing,
    /// Compare a password with its hash.
    Verification,
    /// Move a session on, durably.
    Renewal,
    /// Write a workspace, durably.
    Creation,
    /// Write a use, or all of a batch, durably.
    Recording,
}

impl Work {
    /// What a baseline that does it is called in the report.
    pub(crate) const fn baseline(self) -> &'static str {
        match self {
            Self::Nothing => "bare handler",
            Self::Verification => "bare argon2id",
            Self::Renewal | Self::Creation | Self::Recording => "one commit a request",
        }
    }

    /// Whether it is to be on disk before the answer.
    pub(crate) const fn is_durable(self) -> bool {
        matches!(self, Self::Renewal | Self::Creation | Self::Recording)
    }
}

/// Does one kind of work.
#[derive(Debug, Clone)]
pub(crate) enum Worker {
    /// Does nothing.
    Idle,
    /// Compares passwords.
    Verifier(Verifier),
    /// Moves sessions on.
    Renewer(Committer),
    /// Writes workspaces.
    Creator(Committer),
    /// Writes uses.
    Recorder(Committer),
}

#[derive(Debug, Deserialize)]
struct Creation {
    name: String,
}

/// A use, or several.
#[derive(Debug, Deserialize)]
struct Uses {
    events: Option<Vec<IgnoredAny>>,
}

impl Worker {
    /// Gets ready for this work, on the database at `url` when it is durable.
    ///
    /// # Errors
    /// When the database is away or none is named.
    pub(crate) fn start(work: Work, url: Option<&str>) -> anyhow::Result<Self> {
        let committer = || Committer::start(url.context("durable work needs a database")?);
        Ok(match work {
            Work::Nothing => Self::Idle,
            Work::Verification => Self::Verifier(Verifier::new()?),
            Work::Renewal => Self::Renewer(committer()?),
            Work::Creation => Self::Creator(committer()?),
            Work::Recording => Self::Recorder(committer()?),
        })
    }

    /// Does the work of one request with this body.
    ///
    /// # Errors
    /// When it cannot be done.
    pub(crate) async fn work(&self, body: &[u8]) -> anyhow::Result<()> {
        match self {
            Self::Idle => Ok(()),
            Self::Verifier(verifier) => verifier.verify().await,
            Self::Renewer(committer) => committer.commit(Transaction::Renewal).await,
            Self::Creator(committer) => {
                let Creation { name } = serde_json::from_slice(body)?;
                committer.commit(Transaction::Creation(name)).await
            }
            Self::Recorder(committer) => {
                let Uses { events } = serde_json::from_slice(body)?;
                committer.commit(Transaction::Recording(events.map_or(1, |events| events.len()))).await
            }
        }
    }
}
