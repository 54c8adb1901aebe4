//! Signing up by an invite: the account, its personal workspace and the seat that was offered, in one step.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_auth::{Client, RegistrationService, SignedUp};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, Rejection};
use mainstay_kernel::Secret;
use mainstay_tenancy::invites::Accepted;
use mainstay_tenancy::{InviteService, InviteToken, WorkspaceService};
use std::future::{Ready, ready};

/// The services that it takes.
pub(crate) struct Joining {
    registration: web::Data<dyn RegistrationService>,
    invites: web::Data<dyn InviteService>,
    workspaces: web::Data<dyn WorkspaceService>,
}

impl Joining {
    /// Signs up whoever holds the invite: they read mail at its address, and need no code.
    ///
    /// # Errors
    /// Those of [`InviteService::offered_to`] and [`RegistrationService::register_invited`].
    pub(crate) async fn sign_up(
        &self,
        email: &str,
        password: &Secret<String>,
        token: &InviteToken,
        client: &Client,
    ) -> Result<(SignedUp, Accepted), Failure> {
        self.invites.offered_to(email, token).await?;
        let signed_up = self.registration.register_invited(email, password, client).await?;
        // First, so that it is the one that the person has had longest.
        self.workspaces.personal(signed_up.person.id).await?;
        let accepted = self.invites.accept(signed_up.person.id, token).await?;
        Ok((signed_up, accepted))
    }
}

impl FromRequest for Joining {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = || {
            Some(Self {
                registration: request.app_data::<web::Data<dyn RegistrationService>>()?.clone(),
                invites: request.app_data::<web::Data<dyn InviteService>>()?.clone(),
                workspaces: request.app_data::<web::Data<dyn WorkspaceService>>()?.clone(),
            })
        };
        ready(found().ok_or_else(|| Rejection::Panicked("a service is not mounted".to_owned()).into()))
    }
}

impl Argument for Joining {
    fn describe(_: &mut Description<'_>) {}
}
