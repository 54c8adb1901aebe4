//! The rules of workspaces and members.

mod people;
mod recorder;

use crate::directory::Directory;
use crate::error::TenancyError;
use crate::fields::{self, Problems};
use crate::known::Known;
use crate::listing::{MemberQuery, WorkspaceQuery};
use crate::model::{Member, NewWorkspace, Workspace, WorkspaceChange};
use crate::service::WorkspaceService;
use crate::store::{Founding, MemberStanding, MemberStep, Membership, Rule, Seat, TenancyStore, WorkspaceStanding};
use crate::{Memberships as _, roles, settings, slug};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Page, Plans, Role, UserId, WorkspaceId};
use mainstay_store::limits::{Limits, MEMBERS, PlanLimits};
use mainstay_store::{Changes, StoreError, StoreResult};
pub(crate) use recorder::Recorder;
use std::collections::HashMap;
use std::sync::Arc;

/// How often a slug that was made from a name is varied when it is taken.
const VARIATIONS: usize = 8;
/// The index that lets there be one personal workspace a person, as both databases name it.
const ONE_PERSONAL: &str = "workspaces_personal_of_key";

/// Workspaces over a store: [`WorkspaceService`] for people, [`crate::Memberships`] for every request.
pub struct Tenancy {
    pub(crate) store: Arc<dyn TenancyStore>,
    pub(crate) known: Arc<Known>,
    pub(crate) directory: Arc<dyn Directory>,
    plans: Arc<Plans>,
    limits: Arc<dyn Limits>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Tenancy {
    /// Workspaces over this store, for the people of this directory, on the plans of this catalogue.
    pub fn new(
        store: Arc<dyn TenancyStore>,
        directory: Arc<dyn Directory>,
        plans: Arc<Plans>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        let limits = Arc::new(PlanLimits);
        Self { store, known: Arc::new(Known::new()), directory, plans, limits, clock, ids }
    }

    /// The same, where these say how many members a workspace may have.
    #[must_use]
    pub fn limited_by(self, limits: Arc<dyn Limits>) -> Self {
        Self { limits, ..self }
    }

    /// How many members a workspace may have.
    pub(crate) async fn most_members(&self, workspace: &Workspace) -> StoreResult<Option<u64>> {
        self.limits.most(workspace.id, &self.plans.get_or_free(&workspace.tier), MEMBERS).await
    }

    /// Forgets from now on what other nodes announce to have changed.
    pub fn listen(&self, changes: &mut Changes) {
        self.known.listen(changes);
    }

    /// Makes the installation's own workspace, on the enterprise plan, with the person as its owner.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] when the name cannot be taken.
    pub async fn install(&self, user: UserId, name: &str) -> Result<Workspace, TenancyError> {
        let tier = Some(Plans::ENTERPRISE.to_owned());
        let new = NewWorkspace { name: name.to_owned(), slug: None, tier, may_choose_tier: true };
        self.create(user, new).await
    }

    async fn found(&self, owner: UserId, founding: Founding) -> Result<Workspace, TenancyError> {
        let recorder = self.recorder();
        let tell = move |made: &Workspace| recorder.created(made, owner);
        let made = self.store.found(owner, founding, Box::new(tell)).await?;
        self.known.forget_seat(owner, made.id);
        Ok(made)
    }

    /// Makes a workspace under the slug that its name suggests, or one like it. Whether a slug is
    /// free is asked by taking it, so that two who ask at once get two.
    async fn found_under_a_free_slug(&self, owner: UserId, founding: Founding) -> Result<Workspace, TenancyError> {
        let suggested = slug::suggested(&founding.name);
        let mut next = suggested.clone();
        for _ in 0..VARIATIONS {
            match self.found(owner, Founding { slug: next, ..founding.clone() }).await {
                Err(TenancyError::SlugTaken) => next = slug::varied(&suggested, &*self.ids),
                outcome => return outcome,
            }
        }
        Err(TenancyError::SlugTaken)
    }

    async fn personal_founding(&self, user: UserId) -> Result<Founding, TenancyError> {
        let card = self.directory.cards(&[user]).await?.pop();
        let name = card.and_then(|card| fields::name(&card.name).ok()).unwrap_or_else(|| "Personal".to_owned());
        let (slug, tier) = (String::new(), Plans::FREE.to_owned());
        Ok(Founding { name, slug, tier, at: self.clock.now(), is_personal: true })
    }

    async fn change_seat(
        &self,
        seat: Seat,
        decide: Rule<MemberStanding, MemberStep>,
    ) -> Result<Option<Membership>, TenancyError> {
        let changed = self.store.change_member(seat, decide).await??;
        self.known.forget_seat(seat.member, seat.workspace);
        Ok(changed)
    }

    /// What the caller is in the workspace, which otherwise is not found.
    async fn role_of(&self, user: UserId, id: WorkspaceId) -> Result<Role, TenancyError> {
        self.role(user, id).await?.ok_or(TenancyError::NotFound)
    }

    fn recorder(&self) -> Recorder {
        Recorder { ids: Arc::clone(&self.ids), at: self.clock.now() }
    }
}

#[async_trait]
impl WorkspaceService for Tenancy {
    async fn list(&self, user: UserId, query: WorkspaceQuery) -> Result<Page<Workspace>, TenancyError> {
        people::check_search(query.listing.search.as_deref())?;
        Ok(self.store.page(user, &query).await?)
    }

    async fn get(&self, user: UserId, id: WorkspaceId) -> Result<Workspace, TenancyError> {
        self.store.find(user, id).await?.ok_or(TenancyError::NotFound)
    }

    async fn create(&self, user: UserId, new: NewWorkspace) -> Result<Workspace, TenancyError> {
        let mut problems = Problems::default();
        let name = problems.settle(String::new(), Some(fields::name(&new.name)));
        let asked = problems.settle(None, new.slug.map(|text| fields::slug(&text).map(Some)));
        let tier = new.tier.map(|tier| fields::tier(&self.plans, &tier, Plans::FREE, new.may_choose_tier));
        let tier = problems.settle(Plans::FREE.to_owned(), tier);
        problems.refuse()?;
        let founding = Founding { name, slug: String::new(), tier, at: self.clock.now(), is_personal: false };
        match asked {
            Some(slug) => self.found(user, Founding { slug, ..founding }).await,
            None => self.found_under_a_free_slug(user, founding).await,
        }
    }

    async fn personal(&self, user: UserId) -> Result<Workspace, TenancyError> {
        if let Some(known) = self.store.personal_of(user).await? {
            return Ok(known);
        }
        match self.found_under_a_free_slug(user, self.personal_founding(user).await?).await {
            // Somebody who asked in the same moment was first.
            Err(TenancyError::Store(StoreError::NotUnique(index))) if index == ONE_PERSONAL => {
                self.store.personal_of(user).await?.ok_or(TenancyError::NotFound)
            }
            outcome => outcome,
        }
    }

    async fn update(&self, user: UserId, id: WorkspaceId, change: WorkspaceChange) -> Result<Workspace, TenancyError> {
        let (plans, recorder) = (Arc::clone(&self.plans), self.recorder());
        let decide = move |standing: &WorkspaceStanding| {
            roles::at_least(Role::Admin, standing.actor)?;
            let before = &standing.workspace;
            let mut after = changed(before, change, &plans)?;
            if after == *before {
                return Ok(None);
            }
            after.updated_at = recorder.at;
            let event = recorder.updated(before, &after, user);
            Ok(Some((after, event)))
        };
        let updated = self.store.update(user, id, Box::new(decide)).await??;
        self.known.forget_workspace(id);
        Ok(updated)
    }

    async fn put_on_plan(&self, by: UserId, id: WorkspaceId, plan: &str) -> Result<Workspace, TenancyError> {
        let (plans, recorder, plan) = (Arc::clone(&self.plans), self.recorder(), plan.to_owned());
        let decide = move |before: &Workspace| {
            let tier = fields::tier(&plans, &plan, &before.tier, true);
            let tier =
                tier.map_err(|field| TenancyError::Invalid(vec![FieldError { field: "plan".into(), ..field }]))?;
            let after = Workspace { tier, updated_at: recorder.at, ..before.clone() };
            let event = recorder.updated(before, &after, by);
            Ok((after.tier != before.tier).then_some((after, event)))
        };
        let updated = self.store.replace(id, Box::new(decide)).await??;
        self.known.forget_workspace(id);
        Ok(updated)
    }

    async fn delete(&self, user: UserId, id: WorkspaceId) -> Result<(), TenancyError> {
        let recorder = self.recorder();
        let decide = move |standing: &WorkspaceStanding| {
            roles::at_least(Role::Owner, standing.actor)?;
            if !standing.elsewhere {
                return Err(TenancyError::OnlyWorkspace);
            }
            Ok(Some(((), recorder.deleted(&standing.workspace, user))))
        };
        self.store.delete(user, id, Box::new(decide)).await??;
        self.known.forget_workspace(id);
        Ok(())
    }

    async fn members(&self, user: UserId, id: WorkspaceId, query: MemberQuery) -> Result<Page<Member>, TenancyError> {
        people::check_search(query.listing.search.as_deref())?;
        self.role_of(user, id).await?;
        if people::takes_names(&query) {
            let seats = self.store.all_seats(id, &query).await?;
            return Ok(people::page(people::with_cards(&*self.directory, seats).await?, &query.listing));
        }
        let Page { items, total } = self.store.seats(id, &query).await?;
        Ok(Page { items: people::with_cards(&*self.directory, items).await?, total })
    }

    async fn add_member(&self, user: UserId, id: WorkspaceId, email: &str, role: Role) -> Result<Member, TenancyError> {
        // Asked here too, so that only who may add people learns which addresses are known.
        roles::governs(self.role_of(user, id).await?, role)?;
        let card = self.directory.by_email(email.trim()).await?.ok_or_else(unknown_email)?;
        let (member, recorder) = (card.id, self.recorder());
        let seat = Seat { workspace: id, actor: user, member };
        let workspace = self.living(id).await?.ok_or(TenancyError::NotFound)?;
        let most = self.most_members(&workspace).await?;
        let decide = move |standing: &MemberStanding| {
            let step = roles::add(standing, role, most)?;
            Ok(Some((step, recorder.member_added(seat, role))))
        };
        let joined = self.change_seat(seat, Box::new(decide)).await.map_err(|error| match error {
            // Between the look-up and the lock the person was removed from the installation.
            TenancyError::Store(StoreError::MissingReference) => unknown_email(),
            other => other,
        })?;
        Ok(people::member(joined.ok_or(TenancyError::MemberNotFound)?, Some(card)))
    }

    async fn change_role(
        &self,
        user: UserId,
        id: WorkspaceId,
        member: UserId,
        role: Role,
    ) -> Result<Member, TenancyError> {
        let (seat, recorder) = (Seat { workspace: id, actor: user, member }, self.recorder());
        let decide = move |standing: &MemberStanding| {
            let step = roles::change(standing, role)?;
            Ok(step.map(|step| (step, recorder.role_changed(seat, standing, role))))
        };
        let changed = self.change_seat(seat, Box::new(decide)).await?.ok_or(TenancyError::MemberNotFound)?;
        let mut cards = self.directory.cards(&[member]).await?;
        Ok(people::member(changed, cards.pop()))
    }

    async fn remove_member(&self, user: UserId, id: WorkspaceId, member: UserId) -> Result<(), TenancyError> {
        let (seat, recorder) = (Seat { workspace: id, actor: user, member }, self.recorder());
        let decide = move |standing: &MemberStanding| {
            let step = roles::remove(standing, user == member)?;
            Ok(Some((step, recorder.member_removed(seat))))
        };
        self.change_seat(seat, Box::new(decide)).await?;
        Ok(())
    }

    async fn owners_and_members(
        &self,
        user: UserId,
        workspaces: &[WorkspaceId],
        role: Option<Role>,
    ) -> Result<HashMap<WorkspaceId, Vec<Member>>, TenancyError> {
        let seats = self.store.seats_of(user, workspaces, role).await?;
        let homes: Vec<_> = seats.iter().map(|seat| seat.workspace).collect();
        let mut grouped: HashMap<_, Vec<_>> = HashMap::new();
        for (home, member) in homes.into_iter().zip(people::with_cards(&*self.directory, seats).await?) {
            grouped.entry(home).or_default().push(member);
        }
        Ok(grouped)
    }
}

/// The workspace with the change made, or everything that is wrong with the change.
fn changed(before: &Workspace, change: WorkspaceChange, plans: &Plans) -> Result<Workspace, TenancyError> {
    let mut problems = Problems::default();
    let may_choose = change.may_choose_tier;
    let after = Workspace {
        name: problems.settle(before.name.clone(), change.name.map(|text| fields::name(&text))),
        slug: problems.settle(before.slug.clone(), change.slug.map(|text| fields::slug(&text))),
        tier: problems
            .settle(before.tier.clone(), change.tier.map(|tier| fields::tier(plans, &tier, &before.tier, may_choose))),
        settings: problems
            .settle(before.settings.clone(), change.settings.map(|change| settings::merge(&before.settings, change))),
        ..before.clone()
    };
    problems.refuse()?;
    Ok(after)
}

fn unknown_email() -> TenancyError {
    TenancyError::Invalid(vec![FieldError::new("email", "exists", "Nobody with this verified address is known.")])
}
