//! Replays on the wire.

use mainstay_edge::valid::one_of;
use mainstay_edge::{IsoSeconds, Listable, Rejection};
use mainstay_kernel::{FieldError, Timestamp};
use mainstay_webhooks::replays::{NewReplay, Replay, ReplayColumn, ReplayStatus, Selection};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// What the list of replays can be asked.
pub(super) enum ReplayList {}

impl Listable for ReplayList {
    type Column = ReplayColumn;
    type Status = ReplayStatus;
    const COLUMNS: &'static [(&'static str, ReplayColumn)] =
        &[("id", ReplayColumn::Id), ("created_at", ReplayColumn::CreatedAt)];
    const STATUSES: &'static [(&'static str, ReplayStatus)] = &[
        (ReplayStatus::Running.name(), ReplayStatus::Running),
        (ReplayStatus::Finished.name(), ReplayStatus::Finished),
        (ReplayStatus::Stopped.name(), ReplayStatus::Stopped),
    ];
}

/// Which events of a span are delivered anew.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum SelectionName {
    /// Those that were delivered in vain.
    Failed,
    /// Those that no delivery was made of.
    Missing,
    /// All that the endpoint hears.
    All,
}

impl<'de> Deserialize<'de> for SelectionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, &[("failed", Self::Failed), ("missing", Self::Missing), ("all", Self::All)])
    }
}

impl From<SelectionName> for Selection {
    fn from(name: SelectionName) -> Self {
        match name {
            SelectionName::Failed => Self::Failed,
            SelectionName::Missing => Self::Missing,
            SelectionName::All => Self::All,
        }
    }
}

/// What is to be replayed.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "replay_request_example")]
pub(super) struct ReplayRequest {
    /// Events that were published then or later.
    #[schemars(with = "IsoSeconds")]
    since: String,
    /// Events that were published before; until now if absent.
    #[schemars(with = "Option<IsoSeconds>")]
    until: Option<String>,
    /// `failed` if absent.
    selection: Option<SelectionName>,
}

fn replay_request_example() -> Value {
    json!({ "since": "2026-01-15T10:00:00Z", "until": "2026-01-15T12:00:00Z", "selection": "failed" })
}

impl TryFrom<ReplayRequest> for NewReplay {
    type Error = Rejection;

    fn try_from(request: ReplayRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let since = instant("since", &request.since, &mut wrong);
        let until = request.until.as_deref().and_then(|text| instant("until", text, &mut wrong));
        match since {
            Some(since) if wrong.is_empty() => {
                Ok(Self { selection: request.selection.map_or(Selection::Failed, Selection::from), since, until })
            }
            _ => Err(Rejection::Invalid(wrong)),
        }
    }
}

fn instant(field: &str, text: &str, wrong: &mut Vec<FieldError>) -> Option<Timestamp> {
    let read = Timestamp::parse(text);
    if read.is_none() {
        let message = format!("The {field} field must be an ISO 8601 date, such as 2026-01-15T10:30:00Z.");
        wrong.push(FieldError::new(field, "date", message));
    }
    read
}

/// A replay, and how far it has come.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "replay_example")]
pub(super) struct ReplayResponse {
    id: i64,
    /// `failed`, `missing` or `all`.
    selection: &'static str,
    since: IsoSeconds,
    until: IsoSeconds,
    /// `running`, `finished` or `stopped`.
    status: &'static str,
    /// Events of the span when it began.
    total: i64,
    /// Of these, how many were looked at.
    seen: i64,
    /// Of these, how many are delivered anew.
    queued: i64,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
    /// When it was over; null while it runs.
    finished_at: Option<IsoSeconds>,
}

fn replay_example() -> Value {
    json!({
        "id": 1, "selection": "failed", "since": "2026-01-15T10:00:00Z", "until": "2026-01-15T12:00:00Z",
        "status": "running", "total": 1200, "seen": 500, "queued": 37, "created_at": "2026-01-15T12:30:00Z",
        "updated_at": "2026-01-15T12:30:01Z", "finished_at": null
    })
}

impl From<Replay> for ReplayResponse {
    fn from(replay: Replay) -> Self {
        Self {
            id: replay.id.0,
            selection: replay.selection.name(),
            since: replay.since.into(),
            until: replay.until.into(),
            status: replay.status.name(),
            total: replay.total,
            seen: replay.seen,
            queued: replay.queued,
            created_at: replay.created_at.into(),
            updated_at: replay.updated_at.into(),
            finished_at: replay.finished_at.map(IsoSeconds),
        }
    }
}
