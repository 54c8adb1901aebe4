//! What can be permitted in a project, and is given to its members.

mod model;
mod service;
pub(crate) mod store;

use crate::events;
use crate::fields::{self, Problems};
use crate::ids::PermissionId;
use crate::projects::recorder::ProjectRecorder;
use crate::projects::slug;
use crate::projects::{ProjectError, ProjectRole, ProjectStanding};
use crate::store::Rule;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, UserId};
pub use model::{NewPermission, Permission, PermissionChange};
pub use service::PermissionService;
use std::sync::Arc;
pub use store::{DieselPermissionStore, PermissionStep, PermissionStore, open};

/// Most characters of a key.
const MAX_KEY: usize = 64;

/// The catalogues of permissions over a store: [`PermissionService`].
pub struct Permissions {
    store: Arc<dyn PermissionStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Permissions {
    /// Permissions over this store.
    pub fn new(store: Arc<dyn PermissionStore>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    async fn change_catalogue(
        &self,
        user: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, PermissionStep, ProjectError>,
    ) -> Result<(), ProjectError> {
        self.store.change(user, slug::known(slug)?, decide).await?
    }

    async fn standing(&self, user: UserId, slug: &str) -> Result<ProjectStanding, ProjectError> {
        self.store.standing(user, slug::known(slug)?).await?.ok_or(ProjectError::NotFound)
    }

    fn recorder(&self, by: UserId) -> ProjectRecorder {
        ProjectRecorder::new(&*self.clock, &self.ids, by)
    }
}

#[async_trait]
impl PermissionService for Permissions {
    async fn list(&self, user: UserId, slug: &str) -> Result<Vec<Permission>, ProjectError> {
        let standing = self.standing(user, slug).await?;
        standing.seat()?;
        Ok(standing.catalogue)
    }

    async fn create(&self, user: UserId, slug: &str, new: NewPermission) -> Result<Permission, ProjectError> {
        let recorder = self.recorder(user);
        let made = conceived(PermissionId(self.ids.uuid()), &new, &recorder)?;
        let permission = made.clone();
        let decide = move |standing: &ProjectStanding| {
            standing.at_least(ProjectRole::Admin)?;
            if standing.catalogue.iter().any(|present| present.key == permission.key) {
                return Err(ProjectError::PermissionKeyTaken);
            }
            let event = recorder.permission(events::PROJECT_PERMISSION_CREATED, &standing.project, &permission);
            Ok(Some((PermissionStep::Create(permission), event)))
        };
        self.change_catalogue(user, slug, Box::new(decide)).await?;
        Ok(made)
    }

    async fn update(
        &self,
        user: UserId,
        slug: &str,
        id: PermissionId,
        change: PermissionChange,
    ) -> Result<Permission, ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &ProjectStanding| {
            standing.at_least(ProjectRole::Admin)?;
            let before = present(standing, id)?;
            let after = changed(before, &change)?;
            if after == *before {
                return Ok(None);
            }
            let event = recorder.permission(events::PROJECT_PERMISSION_UPDATED, &standing.project, &after);
            Ok(Some((PermissionStep::Change(after), event)))
        };
        self.change_catalogue(user, slug, Box::new(decide)).await?;
        let standing = self.standing(user, slug).await?;
        present(&standing, id).cloned()
    }

    async fn delete(&self, user: UserId, slug: &str, id: PermissionId) -> Result<(), ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &ProjectStanding| {
            standing.at_least(ProjectRole::Admin)?;
            let gone = present(standing, id)?;
            let event = recorder.permission(events::PROJECT_PERMISSION_DELETED, &standing.project, gone);
            Ok(Some((PermissionStep::Delete(id), event)))
        };
        self.change_catalogue(user, slug, Box::new(decide)).await
    }
}

fn present(standing: &ProjectStanding, id: PermissionId) -> Result<&Permission, ProjectError> {
    standing.catalogue.iter().find(|permission| permission.id == id).ok_or(ProjectError::PermissionNotFound)
}

/// The permission as asked for, or everything that is wrong with it.
fn conceived(id: PermissionId, new: &NewPermission, recorder: &ProjectRecorder) -> Result<Permission, ProjectError> {
    let mut problems = Problems::default();
    let permission = Permission {
        id,
        key: problems.settle(String::new(), Some(key(&new.key))),
        display_name: problems.settle(String::new(), Some(fields::named("display_name", &new.display_name))),
        description: problems.settle(None, new.description.as_deref().map(fields::description)),
        is_default: new.is_default,
        created_at: recorder.at,
    };
    problems.refuse()?;
    Ok(permission)
}

/// The permission with the change made, or everything that is wrong with the change.
fn changed(before: &Permission, change: &PermissionChange) -> Result<Permission, ProjectError> {
    let mut problems = Problems::default();
    let name = change.display_name.as_deref().map(|text| fields::named("display_name", text));
    let description = fields::changed_description(before.description.as_ref(), &change.description);
    let after = Permission {
        display_name: problems.settle(before.display_name.clone(), name),
        description: problems.settle(None, Some(description)),
        is_default: change.is_default.unwrap_or(before.is_default),
        ..before.clone()
    };
    problems.refuse()?;
    Ok(after)
}

/// A key as it was asked for.
fn key(text: &str) -> Result<String, FieldError> {
    let wrong = |rule: &str, message: &str| Err(FieldError::new("key", rule, message));
    if text.is_empty() {
        return wrong("required", "The key field is required.");
    }
    if text.chars().count() > MAX_KEY {
        return wrong("maxLength", "The key may not be longer than 64 characters.");
    }
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return wrong("format", "The key may not contain white space or control characters.");
    }
    Ok(text.to_owned())
}
