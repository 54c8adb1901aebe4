//! Invites on the wire, as the invited see them.

use mainstay_edge::IsoMillis;
use mainstay_kernel::Timestamp;
use mainstay_tenancy::invites::{Accepted, InviteView};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// What an invite offers.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "invite_example")]
pub(super) struct InviteResponse {
    id: Uuid,
    /// The invited address.
    email: String,
    /// The role that is offered.
    role: &'static str,
    /// The project; null where the invite is to a workspace.
    project: Option<InvitePlaceResponse>,
    /// The workspace, where the invite is to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<InvitePlaceResponse>,
    /// Who invites.
    #[serde(rename = "invitedBy")]
    invited_by: InviterResponse,
    /// Until when it can be accepted.
    #[serde(rename = "expiresAt")]
    expires_at: IsoMillis,
    /// Whether it can no longer be: always false, since an expired one is not found.
    is_expired: bool,
}

/// Where an invite leads.
#[derive(Serialize, JsonSchema)]
struct InvitePlaceResponse {
    name: String,
    slug: String,
}

/// Who invites.
#[derive(Serialize, JsonSchema)]
struct InviterResponse {
    /// Their name; null when they are gone.
    #[serde(rename = "displayName")]
    display_name: Option<String>,
}

fn invite_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "email": "grace@example.com", "role": "member",
        "project": { "name": "My Project", "slug": "my-project" }, "invitedBy": { "displayName": "Ada" },
        "expiresAt": "2026-01-22T10:30:00.000Z", "is_expired": false
    })
}

impl InviteResponse {
    pub(super) fn new(view: InviteView, now: Timestamp) -> Self {
        let InviteView { invite, place_name, place_slug, invited_by } = view;
        let place = InvitePlaceResponse { name: place_name, slug: place_slug };
        let (project, workspace) =
            if invite.offer.project().is_some() { (Some(place), None) } else { (None, Some(place)) };
        Self {
            id: invite.id.0,
            role: invite.offer.role(),
            project,
            workspace,
            invited_by: InviterResponse { display_name: invited_by },
            expires_at: invite.expires_at.into(),
            is_expired: invite.is_expired(now),
            email: invite.email,
        }
    }
}

/// What came of an invite.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "accepted_example")]
pub(super) struct AcceptedInviteResponse {
    /// The project that the caller is in now; null where the invite was to a workspace.
    project_slug: Option<String>,
    /// The workspace that the caller is in now, where the invite was to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_slug: Option<String>,
    /// Where to go, if the inviter said so.
    redirect_url: Option<String>,
}

fn accepted_example() -> Value {
    json!({ "project_slug": "my-project", "redirect_url": "https://app.example.com/welcome" })
}

impl From<Accepted> for AcceptedInviteResponse {
    fn from(accepted: Accepted) -> Self {
        let Accepted { invite, place_slug } = accepted;
        let redirect_url = invite.redirect_url;
        if invite.offer.project().is_some() {
            Self { project_slug: Some(place_slug), workspace_slug: None, redirect_url }
        } else {
            Self { project_slug: None, workspace_slug: Some(place_slug), redirect_url }
        }
    }
}
