//! Who may do what to whom in a project: pure functions over how things stand.

use super::model::ProjectMemberChange;
use super::store::{SeatStanding, SeatStep};
use crate::ids::{MembershipId, PermissionId};
use crate::projects::{NewSeat, ProjectError, ProjectRole};
use mainstay_kernel::{FieldError, UserId};

/// Somebody who is to get a seat.
pub(super) struct Newcomer {
    pub(super) seat: MembershipId,
    pub(super) user: Option<UserId>,
    pub(super) role: ProjectRole,
    pub(super) permissions: Option<Vec<String>>,
}

/// The role that is given, a plain member's when nothing is said.
pub(crate) fn given_role(name: Option<&str>) -> Result<ProjectRole, ProjectError> {
    name.map_or(Ok(ProjectRole::Member), |name| ProjectRole::assignable(name).ok_or_else(no_such_role))
}

fn no_such_role() -> ProjectError {
    ProjectError::from(FieldError::new("role", "enum", "The role must be one of admin, member."))
}

/// Whether a person may be added without being asked.
pub(super) fn add(standing: &SeatStanding, newcomer: Newcomer) -> Result<NewSeat, ProjectError> {
    let Newcomer { seat: id, user, role, permissions } = newcomer;
    standing.project.may_bring_in(role)?;
    let permissions = match permissions {
        Some(keys) => standing.project.permissions(&keys)?,
        None => standing.project.defaults(),
    };
    let user = user.ok_or(ProjectError::UserNotFound)?;
    if standing.target.is_some() {
        return Err(ProjectError::AlreadyMember);
    }
    Ok(NewSeat { id, user, role, permissions })
}

/// Whether a person may join by themselves.
pub(super) fn join(standing: &SeatStanding, id: MembershipId, user: UserId) -> Result<NewSeat, ProjectError> {
    if standing.project.actor.is_some() {
        return Err(ProjectError::AlreadyMember);
    }
    if !standing.project.project.is_public {
        return Err(ProjectError::Private);
    }
    Ok(NewSeat { id, user, role: ProjectRole::Member, permissions: standing.project.defaults() })
}

/// Whether the caller may go.
pub(super) fn leave(standing: &SeatStanding) -> Result<(), ProjectError> {
    match standing.project.seat()?.role {
        ProjectRole::Owner => Err(ProjectError::OwnerCannotLeave),
        ProjectRole::Admin | ProjectRole::Member => Ok(()),
    }
}

/// What a change makes of a member; none when nothing differs.
pub(super) fn change(standing: &SeatStanding, change: &ProjectMemberChange) -> Result<Option<SeatStep>, ProjectError> {
    let actor = standing.project.at_least(ProjectRole::Admin)?;
    let target = standing.target.as_ref().ok_or(ProjectError::MemberNotFound)?;
    let own = standing.project.actor.as_ref().is_some_and(|seat| seat.id == target.id);
    let asked = change.role.as_deref();
    match (actor, target.role) {
        _ if own && asked.is_some() => return Err(ProjectError::CannotChangeOwnRole),
        (_, ProjectRole::Owner) if asked.is_some() => return Err(ProjectError::CannotChangeOwnerRole),
        (ProjectRole::Admin, ProjectRole::Owner) => return Err(ProjectError::AdminCannotEditOwner),
        (ProjectRole::Admin, ProjectRole::Admin) if !own => return Err(ProjectError::AdminCannotEditAdmin),
        (ProjectRole::Admin, _) if asked == Some(ProjectRole::Admin.name()) => {
            return Err(ProjectError::OnlyOwnerAssignsAdmin);
        }
        _ => {}
    }
    let role = asked.map(|name| given_role(Some(name))).transpose();
    let permissions = change.permissions.as_ref().map(|keys| standing.project.permissions(keys)).transpose();
    let (role, permissions) = both(role, permissions)?;
    let role = role.filter(|role| *role != target.role);
    let permissions = permissions.filter(|ids| keys_of(standing, ids) != target.permissions);
    let differs = role.is_some() || permissions.is_some();
    Ok(differs.then_some(SeatStep::Change { role, permissions }))
}

/// Both, or everything that is wrong with either.
fn both<A, B>(one: Result<A, ProjectError>, other: Result<B, ProjectError>) -> Result<(A, B), ProjectError> {
    match (one, other) {
        (Err(ProjectError::Invalid(mut problems)), Err(ProjectError::Invalid(more))) => {
            problems.extend(more);
            Err(ProjectError::Invalid(problems))
        }
        (one, other) => Ok((one?, other?)),
    }
}

/// The keys of these permissions, sorted as a seat has them.
pub(super) fn keys_of(standing: &SeatStanding, ids: &[PermissionId]) -> Vec<String> {
    let given = standing.project.catalogue.iter().filter(|permission| ids.contains(&permission.id));
    let mut keys: Vec<String> = given.map(|permission| permission.key.clone()).collect();
    keys.sort_unstable();
    keys
}

/// Whether the caller may remove the member; gives whose seat ends.
pub(super) fn remove(standing: &SeatStanding) -> Result<UserId, ProjectError> {
    let actor = standing.project.at_least(ProjectRole::Admin)?;
    let target = standing.target.as_ref().ok_or(ProjectError::MemberNotFound)?;
    match (actor, target.role) {
        (_, ProjectRole::Owner) => Err(ProjectError::CannotRemoveOwner),
        _ if standing.project.actor.as_ref().is_some_and(|seat| seat.id == target.id) => Err(ProjectError::UseLeave),
        (ProjectRole::Admin, ProjectRole::Admin) => Err(ProjectError::AdminCannotEditAdmin),
        _ => Ok(target.user),
    }
}

/// Whether the caller may hand the project over; gives the seats it goes from and to.
pub(super) fn transfer(standing: &SeatStanding) -> Result<(MembershipId, UserId), ProjectError> {
    standing.project.at_least(ProjectRole::Owner)?;
    let from = standing.project.seat()?.id;
    let to = standing.target.as_ref().ok_or(ProjectError::NotAMember)?;
    if to.id == from { Err(ProjectError::CannotTransferToSelf) } else { Ok((from, to.user)) }
}

#[cfg(test)]
mod tests;
