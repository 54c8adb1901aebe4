//! Rows, as the table of invites has them.

use crate::fields::email_key;
use crate::ids::{InviteId, ProjectId};
use crate::invites::model::{Invite, Offer};
use crate::invites::token::TokenHash;
use crate::projects::store::rows::role;
use crate::schema::invites;
use diesel::prelude::*;
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_store::{Id, StoreError, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invites)]
pub(super) struct InviteRow {
    id: Id,
    workspace_id: i64,
    project_id: Option<Id>,
    email: String,
    role: String,
    redirect_url: Option<String>,
    invited_by: Id,
    expires_at: Ts,
    created_at: Ts,
}

impl TryFrom<InviteRow> for Invite {
    type Error = StoreError;

    fn try_from(row: InviteRow) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged(format!("invites.role {:?}", row.role));
        let offer = match row.project_id {
            Some(id) => Offer::Project(ProjectId(id.0), role(&row.role)?),
            None => Offer::Workspace(row.role.parse().map_err(damaged)?),
        };
        Ok(Self {
            id: InviteId(row.id.0),
            workspace: WorkspaceId(row.workspace_id),
            offer,
            email: row.email,
            redirect_url: row.redirect_url,
            invited_by: UserId(row.invited_by.0),
            expires_at: row.expires_at.0,
            created_at: row.created_at.0,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = invites, treat_none_as_default_value = false)]
pub(super) struct NewInviteRow {
    id: Id,
    workspace_id: i64,
    project_id: Option<Id>,
    email: String,
    email_key: String,
    role: &'static str,
    redirect_url: Option<String>,
    invited_by: Id,
    token_hash: Vec<u8>,
    expires_at: Ts,
    created_at: Ts,
}

impl NewInviteRow {
    pub(super) fn new(invite: Invite, token: TokenHash) -> Self {
        Self {
            id: Id(invite.id.0),
            workspace_id: invite.workspace.0,
            project_id: invite.offer.project().map(|project| Id(project.0)),
            email_key: email_key(&invite.email),
            email: invite.email,
            role: invite.offer.role(),
            redirect_url: invite.redirect_url,
            invited_by: Id(invite.invited_by.0),
            token_hash: token.0,
            expires_at: Ts(invite.expires_at),
            created_at: Ts(invite.created_at),
        }
    }
}
