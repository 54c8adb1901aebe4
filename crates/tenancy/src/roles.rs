//! Who may do what to whom in a workspace.

use crate::error::TenancyError;
use crate::store::{MemberStanding, MemberStep};
use mainstay_kernel::Role;

/// Refuses a caller below `needs`.
pub(crate) fn at_least(needs: Role, actor: Role) -> Result<(), TenancyError> {
    if actor >= needs { Ok(()) } else { Err(TenancyError::Forbidden { needs }) }
}

/// Refuses a caller who may not give `role`, or touch somebody who has it: owners are the affair
/// of owners, everybody else is that of admins too.
pub(crate) fn governs(actor: Role, role: Role) -> Result<(), TenancyError> {
    at_least(if role == Role::Owner { Role::Owner } else { Role::Admin }, actor)
}

/// Whether the person may join as `role`, where the plan allows so many at most.
pub(crate) fn add(standing: &MemberStanding, role: Role, most: Option<u64>) -> Result<MemberStep, TenancyError> {
    governs(standing.actor, role)?;
    if standing.member.is_some() {
        return Err(TenancyError::AlreadyMember);
    }
    has_room(standing.members, most)?;
    Ok(MemberStep::Join(role))
}

/// Refuses one more where there are as many as the plan allows.
pub(crate) fn has_room(members: i64, most: Option<u64>) -> Result<(), TenancyError> {
    let is_full = most.is_some_and(|most| u64::try_from(members).unwrap_or(0) >= most);
    if is_full { Err(TenancyError::MembersFull) } else { Ok(()) }
}

/// Whether the member may become `role`; none when that is what they are.
pub(crate) fn change(standing: &MemberStanding, role: Role) -> Result<Option<MemberStep>, TenancyError> {
    at_least(Role::Admin, standing.actor)?;
    let present = standing.member.as_ref().ok_or(TenancyError::MemberNotFound)?.role;
    governs(standing.actor, present)?;
    governs(standing.actor, role)?;
    if present == role {
        return Ok(None);
    }
    keeps_an_owner(standing, present)?;
    Ok(Some(MemberStep::Become(role)))
}

/// Whether the member may go. Everybody may go by themselves.
pub(crate) fn remove(standing: &MemberStanding, leaves: bool) -> Result<MemberStep, TenancyError> {
    if !leaves {
        at_least(Role::Admin, standing.actor)?;
    }
    let present = standing.member.as_ref().ok_or(TenancyError::MemberNotFound)?.role;
    if !leaves {
        governs(standing.actor, present)?;
    }
    keeps_an_owner(standing, present)?;
    Ok(MemberStep::Leave)
}

/// Refuses to take the role of owner from the only one who has it.
fn keeps_an_owner(standing: &MemberStanding, present: Role) -> Result<(), TenancyError> {
    if present == Role::Owner && standing.owners <= 1 { Err(TenancyError::LastOwner) } else { Ok(()) }
}
