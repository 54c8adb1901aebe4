//! Whoever does what the record of a database says. It is written first, with until when somebody is at it; whoever dies over
//! it, another does it once more.

use super::backups;
use super::credentials;
use super::engine::{Engine, EngineFault, Engines, Login};
use super::events;
use super::folders::DatabaseFolders;
use super::model::{Backup, BackupOrigin, DatabaseStatus, HostedDatabase};
use super::store::{AmendDatabase, DatabaseStore, Purged};
use super::terms::USUAL_CONNECTIONS;
use crate::error::HostingError;
use crate::sites::Actor;
use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Event, Ids, Timestamp};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What it takes to do what records say.
pub(crate) struct Work {
    pub(crate) store: Arc<dyn DatabaseStore>,
    pub(crate) engines: Engines,
    pub(crate) folders: DatabaseFolders,
    /// How large a database may be at most, in MiB.
    pub(crate) largest_mb: u32,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// What is done with a database that somebody holds.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// What its record says.
    Apply,
    /// What its record says, also of those who are connected already.
    Readmit,
    /// Its connections are ended.
    Disconnect,
    /// It is given these extensions.
    Extend(Vec<String>, Option<Actor>),
    /// This backup is made.
    BackUp(Backup, Option<Actor>),
}

/// How long somebody is at a database whose server does one thing.
pub(super) const SHORT: Duration = Duration::from_secs(90);
/// How long somebody is at a database that is read and written as a whole; longer than the programs that do so may take.
pub(super) const LONG: Duration = Duration::from_mins(20);
/// Later than any hold.
const ANY: Timestamp = Timestamp::from_seconds(i64::MAX / 1_000_000);
/// How many are worked at at a time by those who look after what others left.
const AT_A_TIME: usize = 4;
/// How often it is looked for what others left.
const LOOK: Duration = Duration::from_secs(5);

/// What the log is told, and the caller is not.
pub(super) fn away(database: &HostedDatabase, cause: &EngineFault) -> HostingError {
    tracing::warn!(database = %database.id, %cause, "the engine of a database does not do what it should");
    HostingError::EngineAway("what you asked for is done as soon as it does")
}

impl Work {
    pub(super) fn login(&self, database: &HostedDatabase) -> Result<Login, HostingError> {
        let has_password = !database.sealed.is_empty();
        let password =
            has_password.then(|| credentials::open(&self.keyring, &database.id, &database.sealed)).transpose()?;
        let max_connections = database.max_connections.unwrap_or(USUAL_CONNECTIONS);
        let (extensions, fullness) = (database.extensions.clone(), database.fullness);
        Ok(Login { id: database.id.clone(), password, max_connections, extensions, fullness })
    }

    pub(super) fn engine(&self, database: &HostedDatabase) -> Result<Arc<dyn Engine>, HostingError> {
        self.engines.of(database.kind).ok_or(HostingError::EngineAway("it is not set up any longer"))
    }

    pub(super) fn event(&self, database: &HostedDatabase, name: &str, actor: Option<&Actor>) -> Event {
        events::of(database, name, actor, &*self.ids, self.clock.now())
    }

    /// Does it, for whoever holds the database, and lets go of that.
    pub(super) async fn settle(&self, held: &HostedDatabase, task: Task) -> Result<(), HostingError> {
        let done = self.work_at(held, task).await;
        if done.is_err() {
            // It is to be done still, by whoever looks next.
            self.let_go(held, Some(self.clock.now())).await?;
        }
        done
    }

    async fn work_at(&self, held: &HostedDatabase, task: Task) -> Result<(), HostingError> {
        let (engine, login) = (self.engine(held)?, self.login(held)?);
        let asked = match (held.status, task) {
            (DatabaseStatus::Creating, _) => return self.make(held, (&*engine, &login)).await,
            (DatabaseStatus::Deleting, _) if held.purge_at.is_some_and(|at| at <= self.clock.now()) => {
                return self.purge(held, &*engine).await;
            }
            (DatabaseStatus::Deleting, _) => return self.end(held, (&*engine, &login)).await,
            (DatabaseStatus::Restoring, _) => return self.put_back(held, (&*engine, &login)).await,
            (_, Task::BackUp(backup, actor)) => {
                let is_open = held.status == DatabaseStatus::Running;
                self.back_up(held, (&*engine, &login, is_open), (backup, actor.as_ref())).await?;
                return self.let_go(held, None).await;
            }
            (_, Task::Extend(new, actor)) => return self.extend(held, (&*engine, &login), (new, actor.as_ref())).await,
            (_, Task::Disconnect) => engine.disconnect(&held.id).await,
            (DatabaseStatus::Running, task) => Self::open(&*engine, &login, task).await,
            (DatabaseStatus::Stopped, _) => engine.stop(&login).await,
        };
        asked.map_err(|cause| away(held, &cause))?;
        self.let_go(held, None).await
    }

    /// Lets a tenant in. Who is in already goes on as it came in: of a database that is too full, it has to come again.
    async fn open(engine: &dyn Engine, login: &Login, task: Task) -> Result<(), EngineFault> {
        engine.start(login).await?;
        let ends = login.fullness.refuses_writes() || matches!(task, Task::Readmit);
        if ends { engine.disconnect(&login.id).await } else { Ok(()) }
    }

    /// Changes a database while it is held; nothing if somebody else took it over.
    pub(super) async fn while_held(&self, held: &HostedDatabase, amend: AmendDatabase) -> Result<(), HostingError> {
        let until = held.settle_at;
        let amend: AmendDatabase =
            Box::new(move |own| if own.settle_at == until { amend(own) } else { Ok(Vec::new()) });
        let amended = self.store.amend_database(held.workspace, held.id.clone(), amend).await?;
        amended.map_or(Ok(()), |amended| amended.map(|_| ()))
    }

    pub(super) async fn let_go(&self, held: &HostedDatabase, again_at: Option<Timestamp>) -> Result<(), HostingError> {
        let amend: AmendDatabase = Box::new(move |own| {
            own.settle_at = again_at;
            Ok(Vec::new())
        });
        self.while_held(held, amend).await
    }

    /// Makes a database, or leaves nothing of it.
    async fn make(&self, held: &HostedDatabase, (engine, login): (&dyn Engine, &Login)) -> Result<(), HostingError> {
        let now = self.clock.now();
        match engine.provision(login).await {
            Ok(()) => {
                let mut made = held.clone();
                made.settle(now);
                let event = self.event(&made, events::READY, None);
                let amend: AmendDatabase = Box::new(move |own| {
                    own.settle(now);
                    own.settle_at = None;
                    Ok(vec![event])
                });
                self.while_held(held, amend).await
            }
            Err(cause) => {
                tracing::warn!(database = %held.id, %cause, "a database could not be made");
                self.unmake(held, engine).await?;
                Err(HostingError::EngineAway("nothing was made; try again"))
            }
        }
    }

    /// Drops what there is of a database that could not be made; later, if its engine is away.
    async fn unmake(&self, held: &HostedDatabase, engine: &dyn Engine) -> Result<(), HostingError> {
        if engine.drop_all(&held.id).await.is_ok() {
            let Some(until) = held.settle_at else { return Ok(()) };
            let event = self.event(held, events::FAILED, None);
            return Ok(self.store.forget_database(held.id.clone(), until, event).await?);
        }
        let now = self.clock.now();
        let amend: AmendDatabase = Box::new(move |own| {
            (own.deleted_at, own.purge_at) = (Some(now), Some(now));
            own.settle(now);
            Ok(Vec::new())
        });
        self.while_held(held, amend).await
    }

    /// Takes no connections, makes a last backup, and waits for the end.
    async fn end(&self, held: &HostedDatabase, (engine, login): (&dyn Engine, &Login)) -> Result<(), HostingError> {
        engine.stop(login).await.map_err(|cause| away(held, &cause))?;
        let known = self.store.backups(held.id.clone()).await?;
        if !known.iter().any(|backup| backups::is_last(backup, held)) {
            let backup = backups::fresh((&held.id, BackupOrigin::Final), &*self.ids, self.clock.now());
            self.store.write_backup(backup.clone(), None).await?;
            self.back_up(held, (engine, login, false), (backup, None)).await?;
        }
        self.let_go(held, None).await
    }

    /// Drops everything there is; its record at last, so that whoever dies over it leaves a trace.
    async fn purge(&self, held: &HostedDatabase, engine: &dyn Engine) -> Result<(), HostingError> {
        engine.drop_all(&held.id).await.map_err(|cause| away(held, &cause))?;
        let folder = self.folders.own(&held.id);
        match tokio::fs::remove_dir_all(&folder).await {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(away(held, &cause.into())),
            _ => {}
        }
        let Some(until) = held.settle_at else { return Ok(()) };
        let event = self.event(held, events::PURGED, None);
        if self.store.purge_database(held.id.clone(), until, event).await? == Purged::Kept {
            tracing::warn!(database = %held.id, "somebody else ends this database");
        }
        Ok(())
    }
}

/// Looks after what others left, and ends what was deleted when its time has come.
pub struct Settling {
    pub(crate) work: Arc<Work>,
}

impl Settling {
    /// Has everything done anew that somebody was at who is gone: for a database that has no other node.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn take_over(&self) -> StoreResult<()> {
        let now = self.work.clock.now();
        self.work.store.claim_databases(ANY, now, now).await?;
        Ok(())
    }

    /// Does what is due.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn settle_due(&self) -> StoreResult<()> {
        let now = self.work.clock.now();
        let due = self.work.store.claim_databases(now, now, now.plus(LONG)).await?;
        let settle = async |held: HostedDatabase| {
            let settled = async {
                self.work.fail_lost_backups(&held).await?;
                self.work.settle(&held, Task::Apply).await
            };
            if let Err(cause) = settled.await {
                tracing::warn!(database = %held.id, %cause, "a database is not yet as it should be");
            }
        };
        stream::iter(due).for_each_concurrent(AT_A_TIME, settle).await;
        Ok(())
    }
}

#[async_trait]
impl Handler for Settling {
    fn queue(&self) -> &'static str {
        "hosting.databases"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.work.engines.tend().await;
        self.settle_due().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(LOOK))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
