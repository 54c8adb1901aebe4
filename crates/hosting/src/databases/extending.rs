//! What a database is given beside what its engine has.

use super::actions;
use super::engine::{Engine, EngineFault, Login};
use super::events;
use super::model::{DatabaseKind, HostedDatabase, Shown};
use super::rules::Databases;
use super::settling::{Task, Work};
use super::store::AmendDatabase;
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::sites::Actor;
use mainstay_kernel::WorkspaceId;
use std::collections::BTreeSet;

const FIELD: &str = "extensions";

impl Databases {
    /// What is asked for, sorted, if tenants may have all of it and it is installed.
    pub(super) async fn allowed(&self, kind: DatabaseKind, asked: &[String]) -> Result<Vec<String>, HostingError> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        if kind != DatabaseKind::Postgresql {
            let text = format!("extensions go with postgresql alone, and not with {}", kind.name());
            return Err(HostingError::field(FIELD, "prohibited", text));
        }
        let engine = self.work.engines.of(kind).ok_or(HostingError::EngineAway("it is not set up any longer"))?;
        let available = engine.extensions().await.map_err(|cause| {
            tracing::warn!(%cause, "an engine of databases does not answer");
            HostingError::EngineAway("nothing was changed; try again")
        })?;
        let asked: BTreeSet<&String> = asked.iter().collect();
        if asked.iter().any(|name| !available.contains(name)) {
            let text = format!("extensions must be of those that can be had here: {}", available.join(", "));
            return Err(HostingError::field(FIELD, "in", text));
        }
        Ok(asked.into_iter().cloned().collect())
    }

    /// Gives a database extensions beside those that it has.
    pub(super) async fn extend(
        &self,
        (workspace, id): (WorkspaceId, &DatabaseId),
        (actor, version): (Option<Actor>, Option<i64>),
        asked: &[String],
    ) -> Result<Shown, HostingError> {
        let kind = self.found(workspace, id).await?.kind;
        let new = self.allowed(kind, asked).await?;
        let hold = actions::hold_to_extend(self.doing(actor.clone()), version, new.clone());
        self.do_with((workspace, id), hold, Task::Extend(new, actor)).await.map(|(shown, _)| shown)
    }
}

impl Work {
    /// Has the engine make extensions; only those that are there stand in the record.
    pub(super) async fn extend(
        &self,
        held: &HostedDatabase,
        (engine, login): (&dyn Engine, &Login),
        (new, actor): (Vec<String>, Option<&Actor>),
    ) -> Result<(), HostingError> {
        if let Err(EngineFault(cause)) = engine.extend(login, &new).await {
            tracing::warn!(database = %held.id, %cause, "extensions could not be made");
            self.let_go(held, None).await?;
            return Err(HostingError::field(FIELD, "made", format!("extensions cannot be made: {cause}")));
        }
        let mut extended = held.clone();
        extended.extensions =
            held.extensions.iter().chain(&new).collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let (event, now) = (self.event(held, events::UPDATED, actor), self.clock.now());
        let amend: AmendDatabase = Box::new(move |own| {
            own.extensions = extended.extensions;
            own.settle(now);
            own.settle_at = None;
            Ok(vec![event])
        });
        self.while_held(held, amend).await
    }
}
