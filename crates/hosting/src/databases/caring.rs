//! What is done for databases though nobody asks: backups whose time has come, and measuring.

use super::actions::{self, Doing};
use super::backups;
use super::engine::Facts;
use super::events;
use super::model::{BackupOrigin, DatabaseKind, DatabaseStatus, HostedDatabase};
use super::quota::{self, Fullness};
use super::settling::{SHORT, Task, Work};
use super::store::AmendDatabase;
use crate::error::HostingError;
use crate::ids::DatabaseId;
use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How many backups are made at a time.
const AT_A_TIME: usize = 2;
/// How often each database is measured.
const ROUND: Duration = Duration::from_mins(1);
/// How long an engine may take to say how full its databases are.
const MEASURING: Duration = Duration::from_secs(30);
/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(5);

/// Looks after databases: apart from what settles them, which is not to wait for a long backup.
pub struct Caring {
    pub(crate) work: Arc<Work>,
}

impl Caring {
    /// Makes the backups whose time has come, each once whoever else looks.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn back_up_due(&self) -> StoreResult<()> {
        let due = self.work.store.due_backups(self.work.clock.now()).await?;
        let back_up = async |(workspace, id): (WorkspaceId, DatabaseId)| {
            if let Err(cause) = self.back_up(workspace, &id).await {
                tracing::warn!(database = %id, %cause, "a backup that is due could not be begun or ended");
            }
        };
        stream::iter(due).for_each_concurrent(AT_A_TIME, back_up).await;
        Ok(())
    }

    async fn back_up(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<(), HostingError> {
        let work = &self.work;
        let doing = Doing { actor: None, ids: Arc::clone(&work.ids), now: work.clock.now() };
        let backup = backups::fresh((id, BackupOrigin::Schedule), &*work.ids, doing.now);
        let claim = actions::take_slot(doing);
        match work.store.begin_backup(workspace, id.clone(), claim, backup.clone()).await? {
            Some(Ok(held)) => work.settle(&held, Task::BackUp(backup, None)).await,
            // Somebody took the slot, or is at the database: then it is looked at again.
            Some(Err(_)) | None => Ok(()),
        }
    }

    /// Measures the databases whose time has come, and has full ones written to no longer.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn measure_due(&self) -> StoreResult<()> {
        let now = self.work.clock.now();
        let due = self.work.store.unmeasured(now.minus(ROUND)).await?;
        for kind in DatabaseKind::ALL {
            let own: Vec<&HostedDatabase> = due.iter().filter(|own| own.kind == *kind).collect();
            let Some(facts) = self.facts(*kind, &own).await else { continue };
            for database in own {
                let size = facts.get(&database.id).map(|facts| facts.size_bytes);
                if let Err(cause) = self.note(database, size).await {
                    tracing::warn!(database = %database.id, %cause, "what was measured of a database was not noted");
                }
            }
        }
        Ok(())
    }

    async fn facts(&self, kind: DatabaseKind, own: &[&HostedDatabase]) -> Option<HashMap<DatabaseId, Facts>> {
        let engine = self.work.engines.of(kind).filter(|_| !own.is_empty())?;
        let ids: Vec<_> = own.iter().map(|own| own.id.clone()).collect();
        match tokio::time::timeout(MEASURING, engine.facts(&ids)).await {
            Ok(Ok(facts)) => Some(facts),
            Ok(Err(cause)) => {
                tracing::warn!(kind = kind.name(), %cause, "databases cannot be measured");
                None
            }
            Err(_) => None,
        }
    }

    /// Notes a size. What the engine must be told makes the database held, or waits while somebody else is at it.
    async fn note(&self, database: &HostedDatabase, size: Option<i64>) -> Result<(), HostingError> {
        let (work, now) = (&self.work, self.work.clock.now());
        let (tell, largest) = (Arc::clone(work), work.largest_mb);
        let amend: AmendDatabase = Box::new(move |own| {
            let before = own.size_bytes;
            (own.sized_at, own.size_bytes) = (Some(now), size.or(before));
            let (Some(most), Some(size)) = (quota::most_mb(own, largest), size) else { return Ok(Vec::new()) };
            let fullness = own.fullness.after(before, size, most);
            let asks_engine = own.kind.has_server() && lets_in(fullness) != lets_in(own.fullness);
            if asks_engine && own.status == DatabaseStatus::Running {
                if own.settle_at.is_some() {
                    return Ok(Vec::new());
                }
                own.settle_at = Some(now.plus(SHORT));
            }
            Ok(become_so(own, fullness, |own, name| tell.event(own, name, None)))
        });
        let noted = work.store.amend_database(database.workspace, database.id.clone(), amend).await?;
        let Some(noted) = noted.transpose()? else { return Ok(()) };
        let is_mine = noted.settle_at == Some(now.plus(SHORT)) && noted.fullness != database.fullness;
        if is_mine { work.settle(&noted, Task::Readmit).await } else { Ok(()) }
    }
}

/// How the engine tells apart: whether it takes connections, and writes.
const fn lets_in(fullness: Fullness) -> (bool, bool) {
    (matches!(fullness, Fullness::Closed), fullness.refuses_writes())
}

/// Has a database be as full as that; gives what is told of it, once a crossing.
fn become_so(
    own: &mut HostedDatabase,
    fullness: Fullness,
    tell: impl Fn(&HostedDatabase, &str) -> Event,
) -> Vec<Event> {
    let before = std::mem::replace(&mut own.fullness, fullness);
    let told = match (before, fullness) {
        (before, after) if before == after => return Vec::new(),
        (_, Fullness::Closed) => events::CLOSED,
        (_, Fullness::Over) => events::OVER_QUOTA,
        (Fullness::Over | Fullness::Closed, _) => events::WITHIN_QUOTA,
        (_, Fullness::Nearly) => events::NEARLY_FULL,
        (_, Fullness::Within) => return Vec::new(),
    };
    own.version += 1;
    vec![tell(own, told)]
}

#[async_trait]
impl Handler for Caring {
    fn queue(&self) -> &'static str {
        "hosting.databases.care"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.measure_due().await.map_err(|cause| cause.to_string())?;
        self.back_up_due().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(LOOK))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
