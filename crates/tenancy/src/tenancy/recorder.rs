//! The events of this crate.

use crate::events;
use crate::model::Workspace;
use crate::store::{MemberStanding, Seat};
use mainstay_kernel::{Event, Ids, Role, Timestamp, UserId, WorkspaceId};
use serde_json::{Value, json};
use std::sync::Arc;

/// Tells of what happens at one instant.
pub(crate) struct Recorder {
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) at: Timestamp,
}

impl Recorder {
    pub(super) fn created(&self, made: &Workspace, by: UserId) -> Event {
        self.event(made.id, events::WORKSPACE_CREATED, facts(made, by))
    }

    pub(super) fn updated(&self, before: &Workspace, after: &Workspace, by: UserId) -> Event {
        let fields = [
            ("name", before.name != after.name),
            ("slug", before.slug != after.slug),
            ("tier", before.tier != after.tier),
            ("settings", before.settings != after.settings),
        ];
        let changed: Vec<_> = fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect();
        let mut data = facts(after, by);
        data["changed"] = json!(changed);
        self.event(after.id, events::WORKSPACE_UPDATED, data)
    }

    pub(crate) fn deleted(&self, gone: &Workspace, by: UserId) -> Event {
        self.event(gone.id, events::WORKSPACE_DELETED, facts(gone, by))
    }

    pub(super) fn member_added(&self, seat: Seat, role: Role) -> Event {
        self.of_seat(seat, events::WORKSPACE_MEMBER_ADDED, json!({ "role": role.name() }))
    }

    pub(super) fn role_changed(&self, seat: Seat, before: &MemberStanding, role: Role) -> Event {
        let previous = before.member.map(|member| member.role.name());
        self.of_seat(
            seat,
            events::WORKSPACE_MEMBER_ROLE_CHANGED,
            json!({ "role": role.name(), "previous_role": previous }),
        )
    }

    pub(crate) fn member_removed(&self, seat: Seat) -> Event {
        self.of_seat(seat, events::WORKSPACE_MEMBER_REMOVED, json!({}))
    }

    fn of_seat(&self, seat: Seat, name: &str, mut data: Value) -> Event {
        data["workspace_id"] = seat.workspace.0.into();
        data["user_id"] = seat.member.to_string().into();
        data["by"] = seat.actor.to_string().into();
        self.event(seat.workspace, name, data)
    }

    fn event(&self, workspace: WorkspaceId, name: &str, data: Value) -> Event {
        Event::of(workspace, name, data, &*self.ids, self.at)
    }
}

/// The facts about a workspace that every event of it carries.
fn facts(workspace: &Workspace, by: UserId) -> Value {
    json!({
        "id": workspace.id.0,
        "name": workspace.name,
        "slug": workspace.slug,
        "tier": workspace.tier,
        "by": by.to_string(),
    })
}
