//! Who may invite whom, and who may accept: pure functions over how things stand.

use super::error::InviteError;
use super::model::{Invite, Offer};
use super::store::{Ground, InviteStanding, Taking};
use crate::error::TenancyError;
use crate::fields;
use crate::ids::MembershipId;
use crate::project_members::rules::given_role;
use crate::projects::{NewSeat, ProjectError, ProjectRole};
use crate::roles;
use mainstay_kernel::{FieldError, Role, Timestamp, UserId};

/// Refuses a caller who has nothing to do with the invites of a place.
pub(super) fn runs(ground: &Ground) -> Result<(), InviteError> {
    match ground {
        Ground::Project(standing) => {
            standing.at_least(ProjectRole::Admin)?;
        }
        Ground::Workspace(_, role) => roles::at_least(Role::Admin, role.ok_or(TenancyError::NotFound)?)?,
    }
    Ok(())
}

/// The seat that may be offered in the role of this name, a member's when nothing is said.
pub(super) fn offer(ground: &Ground, role: Option<&str>) -> Result<Offer, InviteError> {
    runs(ground)?;
    match ground {
        Ground::Project(standing) => {
            let role = given_role(role).map_err(flat)?;
            standing.may_bring_in(role)?;
            Ok(Offer::Project(standing.project.id, role))
        }
        Ground::Workspace(_, actor) => {
            let role = role
                .map_or(Ok(Role::Member), str::parse)
                .map_err(|unknown| InviteError::Invalid(vec![FieldError::new("role", "enum", unknown.to_string())]))?;
            roles::governs(actor.ok_or(TenancyError::NotFound)?, role)?;
            Ok(Offer::Workspace(role))
        }
    }
}

/// A wrong field is wrong in the same way whatever the place.
fn flat(error: ProjectError) -> InviteError {
    match error {
        ProjectError::Invalid(problems) => InviteError::Invalid(problems),
        other => InviteError::Project(other),
    }
}

/// Refuses to invite who is there, or whose invite waits.
pub(super) fn is_new(standing: &InviteStanding, now: Timestamp) -> Result<(), InviteError> {
    if standing.seated {
        return Err(InviteError::AlreadyMember);
    }
    match &standing.invite {
        Some(pending) if !pending.is_expired(now) => Err(InviteError::AlreadyExists),
        _ => Ok(()),
    }
}

/// Whether one who holds an invite's token and has these addresses may accept it.
pub(super) fn is_meant(invite: &Invite, addresses: &[String], now: Timestamp) -> Result<(), InviteError> {
    if invite.is_expired(now) {
        return Err(InviteError::Expired);
    }
    let invited = fields::email_key(&invite.email);
    if addresses.iter().any(|address| fields::email_key(address) == invited) {
        Ok(())
    } else {
        Err(InviteError::EmailMismatch)
    }
}

/// The seat that a person takes who accepts.
pub(super) fn taking(
    standing: &InviteStanding,
    offer: Offer,
    (seat, user): (MembershipId, UserId),
) -> Result<Taking, InviteError> {
    if standing.seated {
        return Err(InviteError::AlreadyMember);
    }
    match (offer, &standing.ground) {
        (Offer::Project(_, role), Ground::Project(project)) => {
            Ok(Taking::Project(NewSeat { id: seat, user, role, permissions: project.defaults() }))
        }
        (Offer::Workspace(role), Ground::Workspace(..)) => Ok(Taking::Workspace(user, role)),
        _ => Err(InviteError::NotFound),
    }
}
