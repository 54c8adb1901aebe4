//! How a program that nobody visits is put to sleep, and woken.

use super::{Quiet, Tender};
use crate::running::instance::Instance;
use crate::running::wanted::Wanted;
use crate::sites::{Cause, Condition, DesiredState, Reason, SiteStatus, events};
use crate::store::Amend;
use mainstay_store::StoreResult;
use std::sync::Arc;
use std::time::Duration;

/// How long visitors wait for a program that sleeps: as long as it may take to come up.
pub(in crate::running) fn patience(wanted: &Wanted) -> Duration {
    Duration::from_secs(wanted.settings.health_check.startup_seconds.into())
}

impl Tender {
    /// Puts a program to sleep that nobody has visited for long enough.
    pub(super) async fn rest(&mut self, instance: &Arc<Instance>, wanted: &Wanted) -> StoreResult<()> {
        let now = self.now();
        let (quiet, lasted) = Quiet::look(self.quiet.take(), instance, now);
        self.quiet = Some(quiet);
        let is_due = self.shelved.as_ref().and_then(|own| own.sleep_after).is_some_and(|most| lasted >= most);
        if !is_due || instance.is_visited() {
            return Ok(());
        }
        let (deployment, generation) = (wanted.deployment.clone(), wanted.generation);
        let ids = Arc::clone(&self.ground.launch.ids);
        let amend: Amend = Box::new(move |state| {
            let site = &mut state.site;
            let is_it = site.current.as_ref() == Some(&deployment) && site.generation == generation;
            let fares_well = site.status == SiteStatus::Running && site.condition == Some(Condition::Running);
            if !is_it || !fares_well || site.sleep_after.is_none() {
                return Ok(Vec::new());
            }
            site.condition = Some(Condition::Asleep);
            state.observe(Cause::own(Reason::Idle, now));
            Ok(vec![events::of(&state.site, events::SLEPT, None, &*ids, now)])
        });
        if self.amend(wanted.workspace, amend).await? == Some(Condition::Asleep) {
            self.quiet = None;
            self.upstream.lie_down(Some(instance), patience(wanted));
        }
        Ok(())
    }

    /// Lets a site sleep on that does, unless somebody has come; says whether it sleeps on.
    pub(super) async fn sleep_on(&mut self) -> StoreResult<bool> {
        let before = self.upstream.present();
        if !self.sleeps() {
            return Ok(false);
        }
        if before.is_some() {
            // Another one may have gone live since.
            self.looked_up = None;
            self.look_up().await?;
        }
        let Some(shelved) = self.shelved.as_ref().filter(|_| self.sleeps()) else { return Ok(false) };
        let (workspace, Some(wanted)) = (shelved.workspace, Wanted::awake(shelved)) else { return Ok(false) };
        if !self.upstream.sleep.is_on() {
            self.upstream.lie_down(before.as_ref(), patience(&wanted));
        }
        if !self.upstream.sleep.is_visited() {
            self.tried = None;
            return Ok(true);
        }
        let (ids, now) = (Arc::clone(&self.ground.launch.ids), self.now());
        let amend: Amend = Box::new(move |state| {
            let is_meant_to = state.site.desired == DesiredState::Running && state.site.deleted_at.is_none();
            if !is_meant_to || state.site.condition != Some(Condition::Asleep) {
                return Ok(Vec::new());
            }
            state.site.condition = Some(Condition::Starting);
            state.observe(Cause::own(Reason::Visit, now));
            Ok(vec![events::of(&state.site, events::WOKEN, None, &*ids, now)])
        });
        self.amend(workspace, amend).await?;
        self.look_up().await?;
        Ok(self.sleeps())
    }

    fn sleeps(&self) -> bool {
        self.shelved.as_ref().is_some_and(|own| own.condition == Some(Condition::Asleep))
    }
}
