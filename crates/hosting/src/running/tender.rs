//! Whoever tends one site: brings what runs in line with what is to run.

mod complaints;
mod resting;

use super::backoff::Backoff;
use super::instance::Instance;
use super::launch::Launch;
use super::sleep::Quiet;
use super::upstream::{Upstream, retire};
use super::wanted::{Unwell, Wanted};
use crate::bell::Bell;
use crate::driver::{Exit, Pulse};
use crate::ids::SiteId;
use crate::sites::{Cause, Condition, DesiredState, Reason, events};
use crate::store::{Amend, Shelved, Stores};
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
pub(super) use resting::patience;
use std::sync::Arc;
use std::time::Duration;

/// What tenders stand on.
pub(super) struct Ground {
    pub(super) launch: Arc<Launch>,
    pub(super) stores: Stores,
    pub(super) bell: Arc<Bell>,
}

/// Tends a site.
pub(super) struct Tender {
    ground: Arc<Ground>,
    site: SiteId,
    upstream: Arc<Upstream>,
    /// What was to run when it was last looked up.
    shelved: Option<Shelved>,
    looked_up: Option<Timestamp>,
    backoff: Backoff,
    /// What was tried last, and when it may be tried again.
    tried: Option<(Wanted, Timestamp)>,
    asked: Option<Timestamp>,
    /// When it was looked at last how much its files take.
    weighed: Option<Timestamp>,
    misses: u32,
    /// Whether its log says that it is slowed down.
    is_slowed: bool,
    /// Since when nobody has visited what runs.
    quiet: Option<Quiet>,
}

/// How long it is believed that nothing changed while nobody called.
const BELIEVED: Duration = Duration::from_secs(30);

impl Tender {
    pub(super) fn new(ground: Arc<Ground>, site: SiteId, upstream: Arc<Upstream>) -> Self {
        let (shelved, looked_up, tried, asked, weighed, quiet) = (None, None, None, None, None, None);
        let (backoff, misses, is_slowed) = (Backoff::default(), 0, false);
        Self { ground, site, upstream, shelved, looked_up, backoff, tried, asked, weighed, misses, is_slowed, quiet }
    }

    /// Until somebody calls, or it is time to look again or to try again.
    pub(super) async fn wait(&mut self, most: Duration) {
        let retry = self.tried.as_ref().map(|(_, not_before)| not_before.since(self.now()));
        let most = retry.map_or(most, |retry| retry.min(most));
        if tokio::time::timeout(most, self.upstream.call.notified()).await.is_ok() {
            self.looked_up = None;
        }
    }

    fn now(&self) -> Timestamp {
        self.ground.launch.clock.now()
    }

    async fn look_up(&mut self) -> StoreResult<()> {
        let is_known = self.looked_up.is_some_and(|at| self.now().since(at) < BELIEVED);
        if !is_known {
            self.shelved = self.ground.stores.shelf.shelf(Some(self.site.clone())).await?.pop();
            self.looked_up = Some(self.now());
        }
        Ok(())
    }

    /// Brings what runs in line with what is to run.
    pub(super) async fn tend(&mut self) -> StoreResult<()> {
        self.look_up().await?;
        if self.sleep_on().await? {
            return Ok(());
        }
        let Some(wanted) = self.shelved.as_ref().and_then(Wanted::of) else { return self.wind_down().await };
        self.upstream.promote(&wanted.deployment);
        match self.upstream.present() {
            Some(instance) if wanted.is(&instance) => self.check(instance, wanted).await,
            _ => self.launch(wanted).await,
        }
    }

    /// Ends what runs though nothing is to run.
    async fn wind_down(&mut self) -> StoreResult<()> {
        if let Some(present) = self.upstream.present() {
            // It may have gone live since it was looked up what is to run.
            self.looked_up = None;
            self.look_up().await?;
            let is_wanted = self.shelved.as_ref().and_then(Wanted::of).is_some();
            if is_wanted || !self.upstream.take(&present) {
                return Ok(());
            }
            present.retire().await;
        }
        self.upstream.lie_empty();
        self.tried = None;
        let Some(shelved) = &self.shelved else { return Ok(()) };
        if shelved.condition == Some(Condition::Stopping) {
            let now = self.now();
            let amend: Amend = Box::new(move |state| {
                if state.site.condition == Some(Condition::Stopping) {
                    state.site.condition = None;
                    state.observe(Cause::own(Reason::Gone, now));
                }
                Ok(Vec::new())
            });
            self.amend(shelved.workspace, amend).await?;
        }
        Ok(())
    }

    /// Starts what is to run, and lets it take the place of what runs.
    async fn launch(&mut self, wanted: Wanted) -> StoreResult<()> {
        match &self.tried {
            Some((tried, not_before)) if *tried == wanted => {
                if self.now() < *not_before {
                    return Ok(());
                }
            }
            _ => self.backoff.forget(),
        }
        let present = self.upstream.present();
        self.upstream.expect(present.is_none());
        let launched = tokio::select! {
            launched = launch(&self.ground.launch, &wanted) => Some(launched),
            () = self.until_other(&wanted) => None,
        };
        self.looked_up = None;
        match launched {
            Some(Ok(instance)) => self.take_over((present, instance), wanted).await,
            Some(Err(unwell)) => self.ended(&unwell, wanted).await,
            None => Ok(()),
        }
    }

    /// Until something else is to run than this.
    async fn until_other(&self, wanted: &Wanted) {
        loop {
            let _ = tokio::time::timeout(BELIEVED, self.upstream.call.notified()).await;
            let found = self.ground.stores.shelf.shelf(Some(self.site.clone())).await;
            if found.is_ok_and(|mut found| found.pop().as_ref().and_then(Wanted::of).as_ref() != Some(wanted)) {
                return;
            }
        }
    }

    /// Lets a new instance take the place of the one that was there, unless another one has meanwhile.
    async fn take_over(
        &mut self,
        (before, instance): (Option<Arc<Instance>>, Arc<Instance>),
        wanted: Wanted,
    ) -> StoreResult<()> {
        self.look_up().await?;
        let is_wanted = self.shelved.as_ref().and_then(Wanted::of).as_ref() == Some(&wanted);
        if !is_wanted || !self.upstream.exchange(before.as_ref(), Some(Arc::clone(&instance))) {
            retire(Some(instance));
            return Ok(());
        }
        (self.asked, self.misses, self.tried, self.is_slowed) = (Some(self.now()), 0, None, false);
        self.weighed = self.asked;
        self.observe(&wanted, Condition::Running, None).await
    }

    /// Looks after what runs.
    async fn check(&mut self, instance: Arc<Instance>, wanted: Wanted) -> StoreResult<()> {
        let unwell = match instance.kept.pulse().await {
            Pulse::Ended(exit) => Unwell::Ended(exit),
            Pulse::Gone => Unwell::Ended(Exit::unknown(self.now())),
            Pulse::Unknown => return Ok(()),
            Pulse::Runs => match self.complaint(&instance, &wanted).await {
                Some(why) => Unwell::Late(why),
                None if self.misses == 0 => {
                    self.observe(&wanted, Condition::Running, None).await?;
                    return self.rest(&instance, &wanted).await;
                }
                None => return Ok(()),
            },
        };
        (self.asked, self.misses) = (None, 0);
        if !self.upstream.exchange(Some(&instance), None) {
            // Another one has taken its place, and it was ended.
            return Ok(());
        }
        self.ended(&unwell, wanted).await
    }

    /// A program ended, or did not come up.
    async fn ended(&mut self, unwell: &Unwell, wanted: Wanted) -> StoreResult<()> {
        let now = self.now();
        let next = self.backoff.ended(now);
        let exit = match unwell {
            Unwell::Ended(exit) => *exit,
            Unwell::NoBoxes(_) | Unwell::NotStarted(_) | Unwell::Late(_) => Exit::unknown(now),
        };
        self.say(&wanted, format!("The program {}; it is started again in {:?}", unwell.told(), next.pause)).await;
        let is_answered = self.upstream.present().is_some();
        let condition = match (next.has_crashed, is_answered) {
            (true, false) => Condition::Crashed,
            (_, true) => Condition::Restarting,
            (false, false) => Condition::Starting,
        };
        if next.has_crashed {
            self.upstream.sleep.end();
        }
        self.upstream.expect(!next.has_crashed && !is_answered);
        self.observe(&wanted, condition, Some(exit)).await?;
        self.tried = Some((wanted, now.plus(next.pause)));
        Ok(())
    }

    /// Tells the site's log.
    async fn say(&self, wanted: &Wanted, text: String) {
        self.ground.launch.voice(&self.site, &wanted.deployment).say(text).await;
    }

    /// Records how the program fares, if that is news.
    async fn observe(&mut self, wanted: &Wanted, condition: Condition, exit: Option<Exit>) -> StoreResult<()> {
        let is_known = self.shelved.as_ref().is_some_and(|own| own.condition == Some(condition));
        if is_known && exit.is_none() {
            return Ok(());
        }
        let (deployment, generation) = (wanted.deployment.clone(), wanted.generation);
        let (ids, now) = (Arc::clone(&self.ground.launch.ids), self.now());
        let amend: Amend = Box::new(move |state| {
            let site = &mut state.site;
            let is_meant_to = site.desired == DesiredState::Running && site.deleted_at.is_none();
            if !is_meant_to || site.current.as_ref() != Some(&deployment) || site.generation != generation {
                return Ok(Vec::new());
            }
            let before = site.condition.replace(condition);
            if exit.is_some() {
                site.last_exit = exit;
                site.restart_count += 1;
            }
            let reason = if condition == Condition::Running { Reason::Well } else { Reason::Ended };
            state.observe(Cause::own(reason, now));
            let told = match (before, condition) {
                (Some(Condition::Crashed), Condition::Running) => events::RECOVERED,
                (Some(Condition::Crashed), _) => return Ok(Vec::new()),
                (_, Condition::Crashed) => events::CRASHED,
                _ => return Ok(Vec::new()),
            };
            Ok(vec![events::of(&state.site, told, None, &*ids, now)])
        });
        self.amend(wanted.workspace, amend).await.map(drop)
    }

    /// Changes the site; gives how its program fares then.
    async fn amend(&mut self, workspace: WorkspaceId, amend: Amend) -> StoreResult<Option<Condition>> {
        let amended = self.ground.stores.sites.amend(workspace, self.site.clone(), amend).await?;
        self.looked_up = None;
        self.ground.bell.tell();
        match amended {
            None => Ok(None),
            Some(Ok(amended)) => Ok(amended.after.site.condition),
            Some(Err(cause)) => {
                tracing::error!(site = %self.site, %cause, "how a program fares could not be recorded");
                Ok(None)
            }
        }
    }
}

async fn launch(launch: &Launch, wanted: &Wanted) -> Result<Arc<Instance>, Unwell> {
    launch.start(wanted).await?.become_well(wanted).await
}
