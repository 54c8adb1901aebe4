//! How a workspace's invites are sorted and narrowed.

use super::dto::{InviteColumn, InviteList, InviteStatus};
use crate::platform::few::Few;
use mainstay_kernel::{Role, Timestamp};
use mainstay_tenancy::invites::{Invite, Offer};
use std::cmp::Ordering;

/// An invite is never changed, so that it counts as last changed when it was made.
impl Few<InviteList> for Invite {
    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.created_at
    }

    fn name(&self) -> &str {
        &self.email
    }

    fn is(&self, status: InviteStatus, now: Timestamp) -> bool {
        (status == InviteStatus::Expired) == self.is_expired(now)
    }

    fn compare(&self, other: &Self, column: InviteColumn) -> Ordering {
        match column {
            InviteColumn::Email => self.email.to_lowercase().cmp(&other.email.to_lowercase()),
            InviteColumn::Role => role(self).cmp(&role(other)),
            InviteColumn::ExpiresAt => self.expires_at.cmp(&other.expires_at),
            InviteColumn::CreatedAt => self.created_at.cmp(&other.created_at),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

fn role(invite: &Invite) -> Option<Role> {
    match invite.offer {
        Offer::Workspace(role) => Some(role),
        Offer::Project(..) => None,
    }
}
