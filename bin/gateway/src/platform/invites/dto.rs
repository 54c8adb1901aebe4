//! A workspace's invites on the wire. The token is not among it.

use mainstay_edge::{IsoSeconds, Listable};
use mainstay_kernel::Timestamp;
use mainstay_tenancy::invites::{Invite, NewInvite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// What the list of invites can be asked.
pub(super) enum InviteList {}

/// What invites are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum InviteColumn {
    Email,
    Role,
    ExpiresAt,
    CreatedAt,
}

/// Whether an invite can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InviteStatus {
    Pending,
    Expired,
}

impl Listable for InviteList {
    type Column = InviteColumn;
    type Status = InviteStatus;
    const COLUMNS: &'static [(&'static str, InviteColumn)] = &[
        ("email", InviteColumn::Email),
        ("role", InviteColumn::Role),
        ("expires_at", InviteColumn::ExpiresAt),
        ("created_at", InviteColumn::CreatedAt),
    ];
    const STATUSES: &'static [(&'static str, InviteStatus)] =
        &[("pending", InviteStatus::Pending), ("expired", InviteStatus::Expired)];
}

/// Somebody to be invited.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "invite_example")]
pub(super) struct InviteToWorkspaceRequest {
    /// Their address.
    email: String,
    /// `owner`, `admin`, `member` or `viewer`; a member unless said so.
    role: Option<String>,
    /// Where to send them afterwards: `https`, or `http` on the loopback.
    redirect_url: Option<String>,
}

fn invite_example() -> Value {
    json!({ "email": "grace@example.com", "role": "member" })
}

impl From<InviteToWorkspaceRequest> for NewInvite {
    fn from(request: InviteToWorkspaceRequest) -> Self {
        let InviteToWorkspaceRequest { email, role, redirect_url } = request;
        Self { email, role, redirect_url }
    }
}

/// An invite that waits, or has expired.
#[derive(Serialize, JsonSchema)]
pub(super) struct WorkspaceInviteResponse {
    id: Uuid,
    /// The invited address.
    email: String,
    /// The role that is offered.
    role: &'static str,
    /// Where the person is sent afterwards.
    redirect_url: Option<String>,
    /// Until when it can be accepted.
    expires_at: IsoSeconds,
    /// Whether it can no longer be.
    is_expired: bool,
    created_at: IsoSeconds,
}

impl WorkspaceInviteResponse {
    pub(super) fn new(invite: Invite, now: Timestamp) -> Self {
        let (is_expired, role) = (invite.is_expired(now), invite.offer.role());
        let Invite { id, email, redirect_url, expires_at, created_at, .. } = invite;
        let (expires_at, created_at) = (expires_at.into(), created_at.into());
        Self { id: id.0, email, role, redirect_url, expires_at, is_expired, created_at }
    }
}
