//! What people do with invites.

use super::error::InviteError;
use super::model::{Accepted, Invite, InviteLetter, InviteView, NewInvite, Place};
use super::token::InviteToken;
use crate::ids::InviteId;
use async_trait::async_trait;
use mainstay_kernel::UserId;
use mainstay_store::jobs::NewJob;

/// The front door to invites. `user` is always the caller. Who may not know of a place, or is too
/// little there, is refused as the place's own services do.
#[async_trait]
pub trait InviteService: Send + Sync {
    /// The invites to a place that wait or have expired, the newest first. For those who may invite.
    async fn list(&self, user: UserId, place: &Place) -> Result<Vec<Invite>, InviteError>;

    /// Invites an address, for seven days, and posts the letter. For owners and admins; what an
    /// admin may not give, they may not offer. An expired invite of the same address is replaced.
    ///
    /// # Errors
    /// [`InviteError::Invalid`] names every wrong field; [`InviteError::AlreadyMember`];
    /// [`InviteError::AlreadyExists`].
    async fn create(&self, user: UserId, place: &Place, new: NewInvite) -> Result<Invite, InviteError>;

    /// Ends an invite before it is used. For those who may invite.
    ///
    /// # Errors
    /// [`InviteError::NotFound`].
    async fn cancel(&self, user: UserId, place: &Place, id: InviteId) -> Result<(), InviteError>;

    /// The invite that whoever is about to sign up with this address holds: since they hold it, they read mail there.
    ///
    /// # Errors
    /// In this order: [`InviteError::NotFound`], [`InviteError::Expired`], [`InviteError::EmailMismatch`].
    async fn offered_to(&self, email: &str, token: &InviteToken) -> Result<Invite, InviteError>;

    /// What an invite offers, to whoever holds its token.
    ///
    /// # Errors
    /// [`InviteError::NotFound`], also for one that has expired.
    async fn view(&self, token: &InviteToken) -> Result<InviteView, InviteError>;

    /// Takes the seat that is offered, and uses the invite up.
    ///
    /// # Errors
    /// In this order: [`InviteError::NotFound`], [`InviteError::Expired`], [`InviteError::EmailMismatch`],
    /// [`InviteError::AlreadyMember`], which leaves the invite as it is.
    async fn accept(&self, user: UserId, token: &InviteToken) -> Result<Accepted, InviteError>;
}

/// Makes the job that mails an invite. It is kept in the transaction that keeps the invite.
pub trait InvitePost: Send + Sync {
    /// The job. Its payload lies in the database until it is done, so the token in it must be sealed.
    fn job(&self, letter: &InviteLetter) -> NewJob;
}
