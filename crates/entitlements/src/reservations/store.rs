//! What the rules of reservations need kept.

mod diesel;
mod end;
mod holds;
mod list;
mod row;

use super::model::{Reservation, ReservationQuery, ReservationState};
use crate::meter::Meter;
use crate::usage::Outcome;
use crate::usage::store::{Entry, Metered};
use async_trait::async_trait;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

pub(crate) use holds::ReadHolds;

/// Units to be reserved.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is to be called.
    pub id: String,
    /// The feature that was asked for.
    pub asked: String,
    /// The units, as if they were used now.
    pub entry: Entry,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// How a reservation is to end.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub id: String,
    /// What is to become of it.
    pub to: ReservationState,
    /// How many units are used; all of them if that is not said. For [`ReservationState::Committed`].
    pub used: Option<u64>,
    /// What its feature is counted by now.
    pub metered: Metered,
    /// How much of it may be used, so that is told when it is.
    pub limit: Option<u64>,
    /// When.
    pub now: Timestamp,
}

/// Why a reservation did not end so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEnded {
    /// The workspace has none of that name.
    NotThere,
    /// It has come to another end, or to another number of units.
    Ended(ReservationState),
    /// It expired, or did not yet where that is the end asked for.
    OutOfTime,
    /// So many units were not reserved; these were.
    TooMany(u64),
}

/// Where reservations are kept. Each method is one atomic step.
#[async_trait]
pub trait ReservationStore: Send + Sync {
    /// Reserves, or says why not.
    async fn reserve(&self, draft: Draft) -> StoreResult<Result<(Reservation, Meter), Outcome>>;
    /// Ends a reservation, if it is held; gives it, and the meter after that.
    async fn end(&self, ending: Ending) -> StoreResult<Result<(Reservation, Meter), NotEnded>>;
    /// A reservation of a workspace.
    async fn find(&self, workspace: WorkspaceId, id: String) -> StoreResult<Option<Reservation>>;
    /// The reservations of a workspace that match by then.
    async fn list(
        &self,
        workspace: WorkspaceId,
        query: ReservationQuery,
        now: Timestamp,
    ) -> StoreResult<Page<Reservation>>;
    /// Reservations that are held and have expired, so many at most.
    async fn expired(&self, now: Timestamp, most: i64) -> StoreResult<Vec<Reservation>>;
}

/// The reservations of this database.
pub fn open(database: &Database, ids: Arc<dyn Ids>) -> Arc<dyn ReservationStore> {
    match database {
        Database::Sqlite(db) => Arc::new(self::diesel::DieselReservationStore { db: db.clone(), ids }),
        Database::Postgres(db) => Arc::new(self::diesel::DieselReservationStore { db: db.clone(), ids }),
    }
}
