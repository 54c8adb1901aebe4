//! The events of projects, their members and permissions.

use super::model::Project;
use crate::events;
use crate::permissions::Permission;
use mainstay_kernel::{Clock, Event, Ids, Timestamp, UserId};
use serde_json::{Value, json};
use std::sync::Arc;

/// Tells of what a person does at one instant.
pub(crate) struct ProjectRecorder {
    ids: Arc<dyn Ids>,
    /// When it happens.
    pub(crate) at: Timestamp,
    by: UserId,
}

impl ProjectRecorder {
    pub(crate) fn new(clock: &dyn Clock, ids: &Arc<dyn Ids>, by: UserId) -> Self {
        Self::at(clock.now(), ids, by)
    }

    pub(crate) fn at(at: Timestamp, ids: &Arc<dyn Ids>, by: UserId) -> Self {
        Self { ids: Arc::clone(ids), at, by }
    }

    /// `project.created` and `project.deleted`.
    pub(crate) fn project(&self, what: &str, project: &Project) -> Event {
        self.of(project, what, facts(project))
    }

    pub(crate) fn updated(&self, before: &Project, after: &Project) -> Event {
        let fields = [
            ("name", before.name != after.name),
            ("description", before.description != after.description),
            ("is_public", before.is_public != after.is_public),
            ("workspace_id", before.workspace != after.workspace),
        ];
        let changed: Vec<_> = fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect();
        let mut data = facts(after);
        data["changed"] = json!(changed);
        self.of(after, events::PROJECT_UPDATED, data)
    }

    /// What became of a member.
    pub(crate) fn member(&self, what: &str, project: &Project, user: UserId, mut data: Value) -> Event {
        data["user_id"] = json!(user.to_string());
        self.of(project, what, within(project, data))
    }

    pub(crate) fn transferred(&self, project: &Project, to: UserId) -> Event {
        let mut data = facts(project);
        data["owner_id"] = json!(to.to_string());
        data["previous_owner_id"] = json!(project.owner.to_string());
        self.of(project, events::PROJECT_OWNERSHIP_TRANSFERRED, data)
    }

    pub(crate) fn permission(&self, what: &str, project: &Project, permission: &Permission) -> Event {
        let data = json!({
            "id": permission.id.to_string(),
            "key": permission.key,
            "display_name": permission.display_name,
            "is_default": permission.is_default,
        });
        self.of(project, what, within(project, data))
    }

    fn of(&self, project: &Project, name: &str, mut data: Value) -> Event {
        data["by"] = json!(self.by.to_string());
        Event::of(project.workspace, name, data, &*self.ids, self.at)
    }
}

/// The facts about a project that every event of it carries.
fn facts(project: &Project) -> Value {
    json!({
        "id": project.id.to_string(),
        "workspace_id": project.workspace.0,
        "name": project.name,
        "slug": project.slug,
        "is_public": project.is_public,
        "owner_id": project.owner.to_string(),
    })
}

/// The facts about something in a project, and which project that is.
fn within(project: &Project, mut data: Value) -> Value {
    data["project_id"] = json!(project.id.to_string());
    data["project_slug"] = json!(project.slug);
    data["project_name"] = json!(project.name);
    data["workspace_id"] = json!(project.workspace.0);
    data
}
