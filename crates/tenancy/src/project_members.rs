//! The people in projects: added, changed, removed, joining and leaving; and who owns a project.

mod model;
pub(crate) mod rules;
mod service;
pub(crate) mod store;

use crate::directory::{Directory, cards_of};
use crate::events;
use crate::fields;
use crate::ids::MembershipId;
use crate::projects::recorder::ProjectRecorder;
use crate::projects::slug;
use crate::projects::{Project, ProjectError, ProjectSeat, SeatOf};
use crate::store::Rule;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, UserId};
use mainstay_store::StoreError;
pub use model::{NewProjectMember, ProjectMember, ProjectMemberChange};
use rules::Newcomer;
use serde_json::json;
pub use service::ProjectMemberService;
use std::sync::Arc;
pub use store::{DieselProjectMemberStore, ProjectMemberStore, SeatRequest, SeatStanding, SeatStep, Seated, open};
use uuid::Uuid;

/// The people of projects over a store: [`ProjectMemberService`].
pub struct ProjectMembers {
    store: Arc<dyn ProjectMemberStore>,
    directory: Arc<dyn Directory>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl ProjectMembers {
    /// The members of projects over this store, who are people of this directory.
    pub fn new(
        store: Arc<dyn ProjectMemberStore>,
        directory: Arc<dyn Directory>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { store, directory, clock, ids }
    }

    async fn change_seat(
        &self,
        (actor, slug): (UserId, &str),
        of: &[SeatOf],
        decide: Rule<SeatStanding, SeatStep, ProjectError>,
    ) -> Result<Seated, ProjectError> {
        let request = SeatRequest { slug: slug::known(slug)?.to_owned(), actor, of: of.to_vec() };
        self.store.change(request, decide).await?
    }

    async fn with_card(&self, seat: Option<ProjectSeat>) -> Result<ProjectMember, ProjectError> {
        let seat = seat.ok_or(ProjectError::MemberNotFound)?;
        let card = self.directory.cards(&[seat.user]).await?.pop();
        Ok(ProjectMember::on(seat, card))
    }

    fn recorder(&self, by: UserId) -> ProjectRecorder {
        ProjectRecorder::new(&*self.clock, &self.ids, by)
    }
}

#[async_trait]
impl ProjectMemberService for ProjectMembers {
    async fn list(&self, user: UserId, slug: &str) -> Result<Vec<ProjectMember>, ProjectError> {
        let found = self.store.seats(user, slug::known(slug)?).await?;
        let (standing, seats) = found.ok_or(ProjectError::NotFound)?;
        standing.seat()?;
        let mut cards = cards_of(&*self.directory, seats.iter().map(|seat| seat.user).collect()).await?;
        let members = seats.into_iter().map(|seat| {
            let card = cards.remove(&seat.user);
            ProjectMember::on(seat, card)
        });
        Ok(members.collect())
    }

    async fn add(&self, user: UserId, slug: &str, new: NewProjectMember) -> Result<ProjectMember, ProjectError> {
        let email = fields::email(&new.email)?;
        let role = rules::given_role(new.role.as_deref())?;
        // Whether the address is known is told by the rule, after it has asked who wants to know.
        let card = self.directory.by_email(&email).await?;
        let (seat, person) = (MembershipId(self.ids.uuid()), card.as_ref().map(|card| card.id));
        let newcomer = Newcomer { seat, user: person, role, permissions: new.permissions };
        let recorder = self.recorder(user);
        let decide = move |standing: &SeatStanding| {
            let seat = rules::add(standing, newcomer)?;
            let facts = json!({"role": role.name(), "permissions": rules::keys_of(standing, &seat.permissions)});
            let event = recorder.member(events::PROJECT_MEMBER_ADDED, &standing.project.project, seat.user, facts);
            Ok(Some((SeatStep::Join(seat), event)))
        };
        let of = person.map_or(SeatOf::Nobody, SeatOf::Person);
        let (_, seat) = self.change_seat((user, slug), &[of], Box::new(decide)).await.map_err(person_gone)?;
        Ok(ProjectMember::on(seat.ok_or(ProjectError::MemberNotFound)?, card))
    }

    async fn change(
        &self,
        user: UserId,
        slug: &str,
        member: MembershipId,
        change: ProjectMemberChange,
    ) -> Result<ProjectMember, ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &SeatStanding| {
            let Some(step) = rules::change(standing, &change)? else { return Ok(None) };
            let target = standing.target.as_ref().ok_or(ProjectError::MemberNotFound)?;
            let mut facts = json!({"member_id": target.id.to_string(), "previous_role": target.role.name()});
            if let SeatStep::Change { role, permissions } = &step {
                facts["role"] = json!(role.unwrap_or(target.role).name());
                let keys = permissions.as_deref().map(|ids| rules::keys_of(standing, ids));
                facts["permissions"] = json!(keys.as_ref().unwrap_or(&target.permissions));
            }
            let event = recorder.member(events::PROJECT_MEMBER_UPDATED, &standing.project.project, target.user, facts);
            Ok(Some((step, event)))
        };
        let (_, seat) = self.change_seat((user, slug), &[SeatOf::Seat(member)], Box::new(decide)).await?;
        self.with_card(seat).await
    }

    async fn remove(&self, user: UserId, slug: &str, member: MembershipId) -> Result<(), ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &SeatStanding| {
            let gone = rules::remove(standing)?;
            let event = recorder.member(events::PROJECT_MEMBER_REMOVED, &standing.project.project, gone, json!({}));
            Ok(Some((SeatStep::Leave, event)))
        };
        self.change_seat((user, slug), &[SeatOf::Seat(member)], Box::new(decide)).await.map(drop)
    }

    async fn join(&self, user: UserId, slug: &str) -> Result<ProjectMember, ProjectError> {
        let (id, recorder) = (MembershipId(self.ids.uuid()), self.recorder(user));
        let decide = move |standing: &SeatStanding| {
            let seat = rules::join(standing, id, user)?;
            let facts = json!({"role": seat.role.name()});
            let event = recorder.member(events::PROJECT_MEMBER_JOINED, &standing.project.project, user, facts);
            Ok(Some((SeatStep::Join(seat), event)))
        };
        let (_, seat) = self.change_seat((user, slug), &[SeatOf::Person(user)], Box::new(decide)).await?;
        self.with_card(seat).await
    }

    async fn leave(&self, user: UserId, slug: &str) -> Result<(), ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &SeatStanding| {
            rules::leave(standing)?;
            let event = recorder.member(events::PROJECT_MEMBER_LEFT, &standing.project.project, user, json!({}));
            Ok(Some((SeatStep::Leave, event)))
        };
        self.change_seat((user, slug), &[SeatOf::Person(user)], Box::new(decide)).await.map(drop)
    }

    async fn transfer(&self, user: UserId, slug: &str, to: Uuid) -> Result<Project, ProjectError> {
        let recorder = self.recorder(user);
        let decide = move |standing: &SeatStanding| {
            let (from, to) = rules::transfer(standing)?;
            Ok(Some((SeatStep::Inherit { from }, recorder.transferred(&standing.project.project, to))))
        };
        let heir = [SeatOf::Person(UserId(to)), SeatOf::Seat(MembershipId(to))];
        let (project, _) = self.change_seat((user, slug), &heir, Box::new(decide)).await?;
        Ok(project)
    }

    async fn circle(&self, user: UserId) -> Result<Vec<UserId>, ProjectError> {
        Ok(self.store.circle(user).await?)
    }
}

/// Between the look-up and the lock the person was removed from the installation.
fn person_gone(error: ProjectError) -> ProjectError {
    match error {
        ProjectError::Store(StoreError::MissingReference) => ProjectError::UserNotFound,
        other => other,
    }
}
