//! Where the visitors of a site are sent: to the instance of its program that answers now.

use super::instance::Instance;
use super::sleep::Sleep;
use crate::ids::{DeploymentId, SiteId};
use arc_swap::ArcSwapOption;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The instance that answers for a site, and the one that is about to. It stays the same one as long as this process
/// lives; what it holds is exchanged in one step.
#[derive(Default)]
pub struct Upstream {
    instance: ArcSwapOption<Instance>,
    /// One that is well, and answers as soon as its deployment is live.
    candidate: ArcSwapOption<Instance>,
    is_coming: AtomicBool,
    has_come: Notify,
    /// Whether it is started only once somebody comes.
    pub(super) sleep: Sleep,
    /// Whoever tends the site looks sooner.
    pub(super) call: Notify,
}

impl Upstream {
    /// Who answers. While one is being started it is waited for, so long; one that sleeps is started, and waited for as
    /// long as it may take to come up. Only so many wait for one that sleeps.
    pub async fn instance(&self, patience: Duration) -> Option<Arc<Instance>> {
        let present = self.present();
        if present.is_some() {
            return present;
        }
        if !self.sleep.is_on() {
            return tokio::time::timeout(patience, self.come()).await.ok().flatten().or_else(|| self.present());
        }
        let _place = self.sleep.place()?;
        let patience = if patience.is_zero() { patience } else { patience.max(self.sleep.patience()) };
        tokio::time::timeout(patience, self.come()).await.ok().flatten().or_else(|| self.present())
    }

    /// Until somebody answers, or nobody is about to.
    async fn come(&self) -> Option<Arc<Instance>> {
        loop {
            let come = self.has_come.notified();
            let present = self.present();
            if present.is_some() {
                return present;
            }
            if self.sleep.is_on() {
                if self.sleep.visit() {
                    self.call.notify_one();
                }
            } else if !self.is_coming.load(Ordering::Acquire) {
                return None;
            }
            come.await;
        }
    }

    /// Who answers now.
    pub fn present(&self) -> Option<Arc<Instance>> {
        self.instance.load_full()
    }

    /// Tells whoever tends the site that something is wrong with its instance.
    pub fn complain(&self) {
        self.call.notify_one();
    }

    /// Says whether one is being started.
    pub(super) fn expect(&self, is_coming: bool) {
        self.is_coming.store(is_coming, Ordering::Release);
        if !is_coming {
            self.has_come.notify_waiters();
        }
    }

    /// Lets another one answer from now on, or none, if the one that answers is still this; says whether it was. Who was
    /// exchanged is ended.
    pub(super) fn exchange(&self, expected: Option<&Arc<Instance>>, next: Option<Arc<Instance>>) -> bool {
        let (expected, has_next) = (expected.cloned(), next.is_some());
        if !has_next {
            // Who comes from now on waits, until it is said whether another one is being started.
            self.is_coming.store(true, Ordering::Release);
        }
        let before = self.instance.compare_and_swap(&expected, next);
        let is_exchanged = is_same(before.as_ref(), expected.as_ref());
        if is_exchanged {
            if has_next {
                self.sleep.end();
                self.expect(false);
            }
            retire(expected);
        }
        is_exchanged
    }

    /// Takes away whoever answers, if it is still this one; says whether it was.
    pub(super) fn take(&self, present: &Arc<Instance>) -> bool {
        let expected = Some(Arc::clone(present));
        let before = self.instance.compare_and_swap(&expected, None);
        is_same(before.as_ref(), expected.as_ref())
    }

    /// Lets nobody be waited for.
    pub(super) fn lie_empty(&self) {
        self.sleep.end();
        self.expect(false);
    }

    /// Lets nobody answer until somebody comes, who then waits so long, unless another one than this answers by now. Who
    /// answered is ended.
    pub(super) fn lie_down(&self, expected: Option<&Arc<Instance>>, patience: Duration) {
        // Whoever finds nobody sees that it sleeps.
        self.sleep.begin(patience);
        let expected = expected.cloned();
        let before = self.instance.compare_and_swap(&expected, None);
        if is_same(before.as_ref(), expected.as_ref()) {
            retire(expected);
        } else {
            self.sleep.end();
        }
    }

    /// Lets the one that is held ready for this deployment answer, if there is one. Several may say so at the same time.
    pub(crate) fn promote(&self, deployment: &DeploymentId) {
        // Whoever tends the site may exchange the one that answers meanwhile: then that one gives way.
        while let Some(candidate) = self.candidate.load_full().filter(|own| own.deployment == *deployment) {
            let present = self.present();
            if is_same(present.as_ref(), Some(&candidate))
                || self.exchange(present.as_ref(), Some(Arc::clone(&candidate)))
            {
                self.candidate.compare_and_swap(&Some(candidate), None);
                return;
            }
        }
    }
}

fn is_same(one: Option<&Arc<Instance>>, other: Option<&Arc<Instance>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// A program that is well, until its deployment is live or given up. Given up, it is ended.
pub(crate) struct Offered<'u> {
    upstream: &'u Upstream,
    is_open: bool,
}

impl<'u> Offered<'u> {
    /// Holds this one ready.
    pub(crate) fn new(upstream: &'u Upstream, instance: Arc<Instance>) -> Self {
        retire(upstream.candidate.swap(Some(instance)));
        // Whoever sees that its deployment is live finds it.
        upstream.expect(upstream.present().is_none());
        Self { upstream, is_open: true }
    }

    /// There is none: files answer.
    pub(crate) const fn nothing(upstream: &'u Upstream) -> Self {
        Self { upstream, is_open: false }
    }

    /// Its deployment is live: it answers from now on.
    pub(crate) fn accept(mut self, deployment: &DeploymentId) {
        self.is_open = false;
        self.upstream.promote(deployment);
    }
}

impl Drop for Offered<'_> {
    fn drop(&mut self) {
        if self.is_open {
            retire(self.upstream.candidate.swap(None));
            self.upstream.expect(false);
        }
    }
}

/// Ends an instance in the background.
pub(super) fn retire(instance: Option<Arc<Instance>>) {
    if let Some(instance) = instance {
        tokio::spawn(instance.retire());
    }
}

/// The upstreams of this node's sites that have, or had, a program.
#[derive(Default)]
pub(crate) struct Upstreams {
    all: Mutex<HashMap<SiteId, Arc<Upstream>>>,
    newcomer: Notify,
}

impl Upstreams {
    /// That of a site.
    pub(crate) fn of(&self, site: &SiteId) -> Arc<Upstream> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(site) {
            return Arc::clone(known);
        }
        let new = Arc::<Upstream>::default();
        all.insert(site.clone(), Arc::clone(&new));
        self.newcomer.notify_one();
        new
    }

    /// Calls whoever tends a site, if somebody does.
    pub(crate) fn call(&self, site: &SiteId) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(upstream) = all.get(site) {
            upstream.call.notify_one();
        }
    }

    /// All sites that have one.
    pub(crate) fn sites(&self) -> Vec<SiteId> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// Until there is one more.
    pub(super) async fn newcomer(&self) {
        self.newcomer.notified().await;
    }
}
