//! Invites into projects and workspaces: made, posted, cancelled and accepted.

mod clean_up;
mod error;
mod model;
mod recorder;
mod redirect;
mod rules;
mod service;
pub(crate) mod store;
mod token;

use crate::directory::Addresses;
use crate::events;
use crate::fields::{self, Problems};
use crate::ids::{InviteId, MembershipId};
use crate::projects::{SeatOf, slug};
use crate::roles;
use crate::store::Rule;
use crate::tenancy::Tenancy;
use async_trait::async_trait;
pub use clean_up::InviteCleanUp;
pub use error::InviteError;
use mainstay_kernel::{Event, UserId};
pub use model::{Accepted, Invite, InviteLetter, InviteView, NewInvite, Offer, Place};
use recorder::InviteRecorder;
pub use service::{InvitePost, InviteService};
use std::sync::Arc;
use std::time::Duration;
pub use store::{
    DieselInviteStore, Ground, InviteRequest, InviteStanding, InviteStep, InviteStore, Subject, Taking, open,
};
pub use token::{InviteToken, TokenHash};

/// How long an invite can be accepted.
const LIFE: Duration = Duration::from_hours(7 * 24);

/// Invites over a store: [`InviteService`].
pub struct Invites {
    store: Arc<dyn InviteStore>,
    tenancy: Arc<Tenancy>,
    addresses: Arc<dyn Addresses>,
    post: Arc<dyn InvitePost>,
}

impl Invites {
    /// Invites over this store, into the workspaces of `tenancy` and their projects, for people
    /// whose addresses are these, by this post.
    pub fn new(
        store: Arc<dyn InviteStore>,
        tenancy: Arc<Tenancy>,
        addresses: Arc<dyn Addresses>,
        post: Arc<dyn InvitePost>,
    ) -> Self {
        Self { store, tenancy, addresses, post }
    }

    async fn change_invite(
        &self,
        request: InviteRequest,
        decide: Rule<InviteStanding, InviteStep, InviteError>,
    ) -> Result<Invite, InviteError> {
        self.store.change(request, decide).await??.ok_or(InviteError::NotFound)
    }

    async fn find(&self, token: &InviteToken) -> Result<(Ground, Invite), InviteError> {
        self.store.find(&token.hash()).await?.ok_or(InviteError::NotFound)
    }

    async fn name_of(&self, user: UserId) -> Result<Option<String>, InviteError> {
        Ok(self.tenancy.directory.cards(&[user]).await?.pop().map(|card| card.name))
    }

    fn recorder(&self, by: UserId) -> InviteRecorder {
        InviteRecorder { ids: Arc::clone(&self.tenancy.ids), at: self.tenancy.clock.now(), by }
    }

    /// The rule that makes an invite, and what it is made of.
    async fn invitation(&self, user: UserId, new: NewInvite) -> Result<Invitation, InviteError> {
        let mut problems = Problems::default();
        let email = problems.settle(String::new(), Some(fields::email(&new.email)));
        let asked = new.redirect_url.map(|url| redirect::redirect_url(&url).map(Some));
        let redirect_url = problems.settle(None, asked);
        problems.refuse()?;
        Ok(Invitation {
            id: InviteId(self.tenancy.ids.uuid()),
            token: InviteToken::draw(&*self.tenancy.ids),
            email,
            role: new.role,
            redirect_url,
            invited_by: self.name_of(user).await?,
            post: Arc::clone(&self.post),
            recorder: self.recorder(user),
        })
    }
}

#[async_trait]
impl InviteService for Invites {
    async fn list(&self, user: UserId, place: &Place) -> Result<Vec<Invite>, InviteError> {
        let (ground, invites) =
            self.store.list(user, checked(place)?).await?.ok_or_else(|| InviteError::no_place(place))?;
        rules::runs(&ground)?;
        Ok(invites)
    }

    async fn create(&self, user: UserId, place: &Place, new: NewInvite) -> Result<Invite, InviteError> {
        let invitation = self.invitation(user, new).await?;
        let card = self.tenancy.directory.by_email(&invitation.email).await?;
        let guest = card.map_or(SeatOf::Nobody, |card| SeatOf::Person(card.id));
        let key = fields::email_key(&invitation.email);
        let subject = Subject::Email(checked(place)?.clone(), key);
        let decide = move |standing: &InviteStanding| invitation.decide(standing).map(Some);
        let request = InviteRequest { actor: user, subject, guest };
        self.change_invite(request, Box::new(decide)).await
    }

    async fn cancel(&self, user: UserId, place: &Place, id: InviteId) -> Result<(), InviteError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &InviteStanding| {
            rules::runs(&standing.ground)?;
            let invite = standing.invite.as_ref().ok_or(InviteError::NotFound)?;
            let event = recorder.invite(events::INVITE_CANCELLED, invite, &standing.ground);
            Ok(Some((InviteStep::Cancel(id), event)))
        };
        let subject = Subject::Id(checked(place)?.clone(), id);
        let request = InviteRequest { actor: user, subject, guest: SeatOf::Nobody };
        self.change_invite(request, Box::new(decide)).await.map(drop)
    }

    async fn offered_to(&self, email: &str, token: &InviteToken) -> Result<Invite, InviteError> {
        let (_, invite) = self.find(token).await?;
        rules::is_meant(&invite, &[email.trim().to_owned()], self.tenancy.clock.now())?;
        Ok(invite)
    }

    async fn view(&self, token: &InviteToken) -> Result<InviteView, InviteError> {
        let (ground, invite) = self.find(token).await?;
        if invite.is_expired(self.tenancy.clock.now()) {
            return Err(InviteError::NotFound);
        }
        let invited_by = self.name_of(invite.invited_by).await?;
        let (place_name, place_slug) = (ground.name().to_owned(), ground.slug().to_owned());
        Ok(InviteView { invite, place_name, place_slug, invited_by })
    }

    async fn accept(&self, user: UserId, token: &InviteToken) -> Result<Accepted, InviteError> {
        let (ground, invite) = self.find(token).await?;
        let recorder = self.recorder(user);
        rules::is_meant(&invite, &self.addresses.verified(user).await?, recorder.at)?;
        let seat = MembershipId(self.tenancy.ids.uuid());
        let most = match &ground {
            Ground::Workspace(workspace, _) => self.tenancy.most_members(workspace).await?,
            Ground::Project(_) => None,
        };
        let decide = move |standing: &InviteStanding| {
            let invite = standing.invite.as_ref().ok_or(InviteError::NotFound)?;
            let taking = rules::taking(standing, invite.offer, (seat, user))?;
            roles::has_room(standing.members, most)?;
            let joined = recorder.joined(invite, &standing.ground, &taking);
            let accepted = recorder.invite(events::INVITE_ACCEPTED, invite, &standing.ground);
            Ok(Some((InviteStep::Accept(invite.id, taking, joined), accepted)))
        };
        let subject = Subject::Token(token.hash());
        let request = InviteRequest { actor: user, subject, guest: SeatOf::Person(user) };
        let invite = self.change_invite(request, Box::new(decide)).await?;
        self.tenancy.known.forget_seat(user, invite.workspace);
        Ok(Accepted { place_slug: ground.slug().to_owned(), invite })
    }
}

/// An invite that is about to be made.
struct Invitation {
    id: InviteId,
    token: InviteToken,
    email: String,
    role: Option<String>,
    redirect_url: Option<String>,
    invited_by: Option<String>,
    post: Arc<dyn InvitePost>,
    recorder: InviteRecorder,
}

impl Invitation {
    fn decide(self, standing: &InviteStanding) -> Result<(InviteStep, Event), InviteError> {
        let at = self.recorder.at;
        let offer = rules::offer(&standing.ground, self.role.as_deref())?;
        rules::is_new(standing, at)?;
        let workspace = match &standing.ground {
            Ground::Project(project) => project.project.workspace,
            Ground::Workspace(workspace, _) => workspace.id,
        };
        let Self { id, token, email, redirect_url, invited_by, .. } = self;
        let by = self.recorder.by;
        let expires_at = at.plus(LIFE);
        let invite = Invite { id, workspace, offer, email, redirect_url, invited_by: by, expires_at, created_at: at };
        let event = self.recorder.invite(events::INVITE_CREATED, &invite, &standing.ground);
        let place_name = standing.ground.name().to_owned();
        let letter = InviteLetter { invite, token, place_name, invited_by };
        let job = self.post.job(&letter);
        Ok((InviteStep::Create(Box::new(letter.invite), letter.token.hash(), Box::new(job)), event))
    }
}

/// The place, if its slug can be one.
fn checked(place: &Place) -> Result<&Place, InviteError> {
    if let Place::Project(text) = place {
        slug::known(text)?;
    }
    Ok(place)
}
