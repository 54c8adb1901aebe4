//! The owner of the installation, and what only they may do.

use mainstay_auth::AuthService;
use mainstay_edge::Failure;
use mainstay_kernel::{Fault, Kind, UserId};

/// The caller is not the installation's owner.
#[derive(Debug, thiserror::Error)]
#[error("Only the owner of the installation may do this.")]
struct NotTheOwner;

impl Fault for NotTheOwner {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }

    fn code(&self) -> &'static str {
        "forbidden_owner"
    }
}

/// Whether this person is the owner of the installation.
pub(crate) async fn owns_installation(user: UserId, people: &dyn AuthService) -> Result<bool, Failure> {
    Ok(people.person(user).await?.is_some_and(|person| person.is_installation_owner))
}

/// Fails for everybody but the owner of the installation.
pub(crate) async fn must_own_installation(user: UserId, people: &dyn AuthService) -> Result<(), Failure> {
    if owns_installation(user, people).await? { Ok(()) } else { Err(NotTheOwner.into()) }
}
