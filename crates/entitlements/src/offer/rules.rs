//! The rules of what is offered.

use super::case::Case;
use super::change::{FeatureChange, PlanChange};
use super::error::OfferError;
use super::events;
use super::model::{Named as _, OfferEntries, Offered, PlanEntry};
use super::service::OfferService;
use super::store::{self, Asked, Kept, OfferStore, Standing, Step};
use super::whole::{Contradiction, Offer, Whole};
use crate::catalogue::Catalogue;
use crate::feature::{Feature, FeatureEntry};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Live, Plans};
use mainstay_store::Database;
use std::sync::{Arc, Mutex, PoisonError};

/// What the rules stand on.
pub struct OfferParts {
    /// Where it is kept what stands above the file.
    pub database: Database,
    /// What the file says.
    pub file: OfferEntries,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where the names of events come from.
    pub ids: Arc<dyn Ids>,
}

/// What an installation offers.
pub struct Offers {
    store: Arc<dyn OfferStore>,
    file: Arc<OfferEntries>,
    current: Live<Current>,
    catalogue: Live<Catalogue>,
    tiers: Plans,
    taking: Mutex<()>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

/// What is offered now.
struct Current {
    version: i64,
    features: Vec<Offered<Feature>>,
    plans: Vec<Offered<PlanEntry>>,
    catalogue: Arc<Catalogue>,
    tiers: Plans,
}

impl Current {
    fn of(file: &OfferEntries, kept: &Kept) -> Result<Self, Contradiction> {
        let offer = Offer::of(file, kept);
        let Whole { catalogue, plans: tiers } = offer.whole()?;
        let sources = offer.features.iter().map(|offered| offered.source);
        let features = catalogue.features().iter().cloned().zip(sources);
        let features = features.map(|(entry, source)| Offered { entry, source }).collect();
        Ok(Self { version: kept.version, features, plans: offer.plans, catalogue: Arc::new(catalogue), tiers })
    }

    fn feature(&self, code: &str) -> Result<Offered<Feature>, OfferError> {
        let found = self.features.iter().find(|offered| offered.entry.code == code);
        found.cloned().ok_or(OfferError::NotFound("Feature"))
    }

    fn plan(&self, name: &str) -> Result<Offered<PlanEntry>, OfferError> {
        let found = self.plans.iter().find(|offered| offered.entry.name() == name);
        found.cloned().ok_or(OfferError::NotFound("Plan"))
    }
}

impl Offers {
    /// What the file and this database offer together.
    ///
    /// # Errors
    /// [`OfferError::Unsound`] when they contradict each other, as after a change of the file.
    pub async fn open(parts: OfferParts) -> Result<Self, OfferError> {
        let OfferParts { database, file, clock, ids } = parts;
        let store = store::open(&database);
        let current = Current::of(&file, &store.load().await?).map_err(OfferError::Unsound)?;
        Ok(Self {
            store,
            file: Arc::new(file),
            catalogue: Live::new(Arc::clone(&current.catalogue)),
            tiers: current.tiers.clone(),
            current: Live::new(current),
            taking: Mutex::new(()),
            clock,
            ids,
        })
    }

    /// The features and what is granted of them, as they are at any time.
    pub fn live_catalogue(&self) -> Live<Catalogue> {
        self.catalogue.clone()
    }

    /// The plans, as they are at any time.
    pub fn live_plans(&self) -> Plans {
        self.tiers.clone()
    }

    /// Takes on what other nodes changed, which they announce under [`CHANGED`](super::CHANGED).
    ///
    /// # Errors
    /// [`OfferError::Unsound`] when this node's file contradicts it, and [`OfferError::Store`]; all stays as it was then.
    pub async fn refresh(&self) -> Result<(), OfferError> {
        self.take(&self.store.load().await?).map(drop).map_err(OfferError::Unsound)
    }

    /// Offers this from now on, unless something newer came before.
    fn take(&self, kept: &Kept) -> Result<Arc<Current>, Contradiction> {
        let taken = Arc::new(Current::of(&self.file, kept)?);
        let _alone = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        if self.current.load().version < taken.version {
            self.catalogue.replace(Arc::clone(&taken.catalogue));
            self.tiers.replace(&taken.tiers);
            self.current.replace(Arc::clone(&taken));
        }
        Ok(taken)
    }

    async fn change(
        &self,
        asked: Asked,
        judge: impl for<'c> FnOnce(Case<'c>) -> Result<Option<Step>, OfferError> + Send + 'static,
    ) -> Result<Arc<Current>, OfferError> {
        let (file, ids, at) = (Arc::clone(&self.file), Arc::clone(&self.ids), self.clock.now());
        let decide = move |standing: &Standing| {
            let step = judge(Case { file: &file, standing })?;
            Ok(step.map(|step| {
                let event = events::of(&step, &*ids, at);
                (step, event)
            }))
        };
        let kept = self.store.change(asked, Box::new(decide), at).await??;
        self.take(&kept).map_err(OfferError::Unsound)
    }
}

#[async_trait]
impl OfferService for Offers {
    fn features(&self) -> Vec<Offered<Feature>> {
        self.current.load().features.clone()
    }

    fn feature(&self, code: &str) -> Result<Offered<Feature>, OfferError> {
        self.current.load().feature(code)
    }

    async fn add_feature(&self, entry: FeatureEntry) -> Result<Offered<Feature>, OfferError> {
        let code = entry.code.clone();
        let asked = Asked::UsesOf(code.clone());
        self.change(asked, |case| case.add_feature(entry).map(Some)).await?.feature(&code)
    }

    async fn change_feature(&self, code: &str, change: FeatureChange) -> Result<Offered<Feature>, OfferError> {
        let named = code.to_owned();
        let asked = if change.is_of_counting() { Asked::UsesOf(code.to_owned()) } else { Asked::Nothing };
        self.change(asked, move |case| case.change_feature(&named, change)).await?.feature(code)
    }

    async fn remove_feature(&self, code: &str) -> Result<(), OfferError> {
        let named = code.to_owned();
        let asked = Asked::UsesOf(code.to_owned());
        self.change(asked, move |case| case.remove_feature(&named).map(Some)).await.map(drop)
    }

    fn plans(&self) -> Vec<Offered<PlanEntry>> {
        self.current.load().plans.clone()
    }

    fn plan(&self, name: &str) -> Result<Offered<PlanEntry>, OfferError> {
        self.current.load().plan(name)
    }

    async fn add_plan(&self, entry: PlanEntry) -> Result<Offered<PlanEntry>, OfferError> {
        let name = entry.plan.name.clone();
        self.change(Asked::Nothing, |case| case.add_plan(entry).map(Some)).await?.plan(&name)
    }

    async fn change_plan(&self, name: &str, change: PlanChange) -> Result<Offered<PlanEntry>, OfferError> {
        let named = name.to_owned();
        self.change(Asked::Nothing, move |case| case.change_plan(&named, change)).await?.plan(name)
    }

    async fn remove_plan(&self, name: &str) -> Result<(), OfferError> {
        let named = name.to_owned();
        let asked = Asked::WorkspacesOn(name.to_owned());
        self.change(asked, move |case| case.remove_plan(&named).map(Some)).await.map(drop)
    }
}
