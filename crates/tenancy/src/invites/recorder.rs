//! The events of invites. The token is in none of them.

use super::model::{Invite, Offer};
use super::store::{Ground, Taking};
use crate::events;
use crate::projects::recorder::ProjectRecorder;
use mainstay_kernel::{Event, Ids, Timestamp, UserId};
use serde_json::json;
use std::sync::Arc;

/// Tells of what a person does with invites at one instant.
pub(super) struct InviteRecorder {
    pub(super) ids: Arc<dyn Ids>,
    pub(super) at: Timestamp,
    pub(super) by: UserId,
}

impl InviteRecorder {
    /// `invite.created`, `invite.cancelled` and `invite.accepted`.
    pub(super) fn invite(&self, what: &str, invite: &Invite, ground: &Ground) -> Event {
        let kind = match invite.offer {
            Offer::Project(..) => "project",
            Offer::Workspace(_) => "workspace",
        };
        let data = json!({
            "id": invite.id.to_string(),
            "kind": kind,
            "workspace_id": invite.workspace.0,
            "project_id": invite.offer.project().map(|project| project.to_string()),
            "place_slug": ground.slug(),
            "place_name": ground.name(),
            "email": invite.email,
            "role": invite.offer.role(),
            "invited_by": invite.invited_by.to_string(),
            "by": self.by.to_string(),
        });
        Event::of(invite.workspace, what, data, &*self.ids, self.at)
    }

    /// The event of whoever is in the place from now on, as its other ways in tell of it.
    pub(super) fn joined(&self, invite: &Invite, ground: &Ground, taking: &Taking) -> Event {
        if let (Ground::Project(standing), Taking::Project(seat)) = (ground, taking) {
            let recorder = ProjectRecorder::at(self.at, &self.ids, self.by);
            let facts = json!({"role": seat.role.name(), "invite_id": invite.id.to_string()});
            return recorder.member(events::PROJECT_MEMBER_JOINED, &standing.project, self.by, facts);
        }
        let data = json!({
            "workspace_id": invite.workspace.0,
            "user_id": self.by.to_string(),
            "role": invite.offer.role(),
            "by": invite.invited_by.to_string(),
            "invite_id": invite.id.to_string(),
        });
        Event::of(invite.workspace, events::WORKSPACE_MEMBER_ADDED, data, &*self.ids, self.at)
    }
}
