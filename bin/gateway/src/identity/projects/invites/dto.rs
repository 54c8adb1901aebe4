//! A project's invites on the wire, as those see them who run the project. The token is not among it.

use mainstay_edge::IsoMillis;
use mainstay_kernel::Timestamp;
use mainstay_tenancy::invites::{Invite, NewInvite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// Somebody to be invited.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateInviteRequest {
    /// Their address.
    email: String,
    /// `admin` or `member`; a member unless said so.
    role: Option<String>,
    /// Where to send them afterwards: `https`, or `http` on the loopback.
    redirect_url: Option<String>,
}

fn create_example() -> Value {
    json!({ "email": "grace@example.com", "role": "member", "redirect_url": "https://app.example.com/welcome" })
}

impl From<CreateInviteRequest> for NewInvite {
    fn from(request: CreateInviteRequest) -> Self {
        let CreateInviteRequest { email, role, redirect_url } = request;
        Self { email, role, redirect_url }
    }
}

/// An invite that waits, or has expired.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "invite_example")]
pub(super) struct ProjectInviteResponse {
    id: Uuid,
    /// The invited address.
    email: String,
    /// `admin` or `member`.
    role: &'static str,
    /// Where the person is sent afterwards.
    redirect_url: Option<String>,
    /// Until when it can be accepted.
    expires_at: IsoMillis,
    /// Whether it can no longer be.
    is_expired: bool,
    created_at: IsoMillis,
}

fn invite_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "email": "grace@example.com", "role": "member",
        "redirect_url": null, "expires_at": "2026-01-22T10:30:00.000Z", "is_expired": false,
        "created_at": "2026-01-15T10:30:00.000Z"
    })
}

impl ProjectInviteResponse {
    pub(super) fn new(invite: Invite, now: Timestamp) -> Self {
        let (is_expired, role) = (invite.is_expired(now), invite.offer.role());
        let Invite { id, email, redirect_url, expires_at, created_at, .. } = invite;
        let (expires_at, created_at) = (expires_at.into(), created_at.into());
        Self { id: id.0, email, role, redirect_url, expires_at, is_expired, created_at }
    }
}
