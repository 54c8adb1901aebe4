//! Projects: made, seen, changed and ended.

mod error;
mod founder;
mod model;
pub(crate) mod recorder;
mod role;
mod service;
pub(crate) mod slug;
mod standing;
pub(crate) mod store;

use crate::events;
use crate::fields::{self, Problems};
use crate::ids::{MembershipId, ProjectId};
use async_trait::async_trait;
pub use error::ProjectError;
use mainstay_kernel::{Clock, Ids, UserId, WorkspaceId};
pub use model::{NewProject, Project, ProjectChange, ProjectSeat, ProjectView};
use recorder::ProjectRecorder;
pub use role::ProjectRole;
pub use service::ProjectService;
pub use standing::ProjectStanding;
use std::sync::Arc;
pub use store::tables::{NewSeat, SeatOf};
pub use store::{DieselProjectStore, ProjectFounding, ProjectStore, TellProject, open};

/// Projects over a store: [`ProjectService`].
pub struct Projects {
    store: Arc<dyn ProjectStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Projects {
    /// Projects over this store.
    pub fn new(store: Arc<dyn ProjectStore>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    async fn standing(&self, user: UserId, slug: &str) -> Result<ProjectStanding, ProjectError> {
        self.store.standing(user, slug::known(slug)?).await?.ok_or(ProjectError::NotFound)
    }

    fn recorder(&self, by: UserId) -> ProjectRecorder {
        ProjectRecorder::new(&*self.clock, &self.ids, by)
    }

    /// The project with no slug yet, or everything that is wrong with it.
    fn conceived(&self, user: UserId, workspace: WorkspaceId, new: &NewProject) -> Result<Project, ProjectError> {
        let mut problems = Problems::default();
        let name = problems.settle(String::new(), Some(fields::name(&new.name)));
        let description = problems.settle(None, new.description.as_deref().map(fields::description));
        problems.refuse()?;
        let at = self.clock.now();
        Ok(Project {
            id: ProjectId(self.ids.uuid()),
            workspace,
            slug: String::new(),
            name,
            description,
            is_public: new.is_public,
            owner: user,
            created_at: at,
            updated_at: at,
        })
    }
}

#[async_trait]
impl ProjectService for Projects {
    async fn list(&self, user: UserId) -> Result<Vec<ProjectView>, ProjectError> {
        Ok(self.store.list(user).await?)
    }

    async fn get(&self, user: UserId, slug: &str) -> Result<ProjectView, ProjectError> {
        let ProjectStanding { project, actor, .. } = self.standing(user, slug).await?;
        if !project.is_public && actor.is_none() {
            return Err(ProjectError::NotProjectMember);
        }
        Ok(ProjectView { project, role: actor.map(|seat| seat.role) })
    }

    async fn create(&self, user: UserId, workspace: WorkspaceId, new: NewProject) -> Result<ProjectView, ProjectError> {
        let project = self.conceived(user, workspace, &new)?;
        loop {
            let slugs = slug::candidates(&project.name, &*self.ids);
            let seat = MembershipId(self.ids.uuid());
            let founding = ProjectFounding { project: project.clone(), seat, slugs };
            let recorder = self.recorder(user);
            let tell = move |made: &Project| recorder.project(events::PROJECT_CREATED, made);
            if let Some(project) = self.store.found(founding, Box::new(tell)).await?? {
                return Ok(ProjectView { project, role: Some(ProjectRole::Owner) });
            }
        }
    }

    async fn update(&self, user: UserId, slug: &str, change: ProjectChange) -> Result<ProjectView, ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &ProjectStanding| {
            standing.at_least(ProjectRole::Admin)?;
            let before = &standing.project;
            let mut after = changed(before, &change)?;
            if after == *before {
                return Ok(None);
            }
            after.updated_at = recorder.at;
            let event = recorder.updated(before, &after);
            Ok(Some((after, event)))
        };
        self.store.update(user, slug::known(slug)?, Box::new(decide)).await?
    }

    async fn delete(&self, user: UserId, slug: &str) -> Result<(), ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &ProjectStanding| {
            standing.at_least(ProjectRole::Owner)?;
            Ok(Some(((), recorder.project(events::PROJECT_DELETED, &standing.project))))
        };
        self.store.delete(user, slug::known(slug)?, Box::new(decide)).await?
    }

    async fn membership(
        &self,
        user: UserId,
        project: ProjectId,
    ) -> Result<Option<(Project, Option<ProjectSeat>)>, ProjectError> {
        Ok(self.store.membership(user, project).await?)
    }
}

/// The project with the change made, or everything that is wrong with the change.
fn changed(before: &Project, change: &ProjectChange) -> Result<Project, ProjectError> {
    let mut problems = Problems::default();
    let name = change.name.as_deref().map(fields::name);
    let description = fields::changed_description(before.description.as_ref(), &change.description);
    let after = Project {
        name: problems.settle(before.name.clone(), name),
        description: problems.settle(before.description.clone(), Some(description)),
        is_public: change.is_public.unwrap_or(before.is_public),
        ..before.clone()
    };
    problems.refuse()?;
    Ok(after)
}
