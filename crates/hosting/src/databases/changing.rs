//! How a record is changed, and what it says then done.

use super::actions::Doing;
use super::model::{HostedDatabase, Shown};
use super::rules::Databases;
use super::service::DatabaseService as _;
use super::settling::Task;
use super::store::AmendDatabase;
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::sites::Actor;
use mainstay_kernel::WorkspaceId;
use std::sync::Arc;
use std::time::Duration;

/// How long a caller waits for an engine; what takes longer goes on without them.
const PATIENCE: Duration = Duration::from_secs(25);

impl Databases {
    pub(super) fn doing(&self, actor: Option<Actor>) -> Doing {
        Doing { actor, ids: Arc::clone(&self.work.ids), now: self.work.clock.now() }
    }

    pub(super) async fn found(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<HostedDatabase, HostingError> {
        self.work.store.database(workspace, id.clone()).await?.ok_or(HostingError::DatabaseNotFound)
    }

    pub(super) async fn amend(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        amend: AmendDatabase,
    ) -> Result<HostedDatabase, HostingError> {
        let amended = self.work.store.amend_database(workspace, id.clone(), amend).await?;
        amended.ok_or(HostingError::DatabaseNotFound)?
    }

    /// Has it done what a record says, whoever waits for that.
    pub(super) fn begin(&self, held: HostedDatabase, task: Task) -> tokio::task::JoinHandle<Result<(), HostingError>> {
        let work = Arc::clone(&self.work);
        tokio::spawn(async move { work.settle(&held, task).await })
    }

    /// The same, and waits for it for a while.
    pub(super) async fn finish(&self, held: &HostedDatabase, task: Task) -> Result<(), HostingError> {
        match tokio::time::timeout(PATIENCE, self.begin(held.clone(), task)).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(HostingError::EngineAway("what you asked for is done as soon as it does")),
            Err(_) => Ok(()),
        }
    }

    /// Changes a record, and has it done what that says.
    pub(super) async fn do_with(
        &self,
        (workspace, id): (WorkspaceId, &DatabaseId),
        amend: AmendDatabase,
        task: Task,
    ) -> Result<(Shown, bool), HostingError> {
        let before = self.found(workspace, id).await?;
        let held = self.amend(workspace, id, amend).await?;
        let changed = held.settle_at.is_some() && held.settle_at != before.settle_at;
        if changed {
            self.finish(&held, task).await?;
        }
        Ok((self.get(workspace, id).await?, changed))
    }
}
