//! Random stories: whatever happens, the limit is not passed, and a meter shows what its records come to.

use crate::world::{World, some, visit};
use mainstay_entitlements::reservations::{NewReservation, ReservationService as _};
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{EntitlementService as _, NewUse};
use mainstay_testkit::TestDatabase;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::runtime::Runtime;

/// What happens.
#[derive(Debug, Clone)]
enum Step {
    Consume {
        feature: usize,
        quantity: u64,
        id: Option<u8>,
    },
    Record {
        feature: usize,
        quantity: u64,
        id: Option<u8>,
    },
    Visit(u8),
    Reserve {
        quantity: u64,
        minutes: u8,
    },
    /// Of the reservations that were made the one at this place, counted round and round.
    Use {
        place: u8,
        share: u8,
    },
    GiveBack(u8),
    Credit(u8),
    Pass(u8),
    Restart,
}

/// Features that are counted, and their limits. The last one is sold beyond it, and of it is reserved.
const FEATURES: [(&str, u64); 3] = [("posts", 100), ("calls", 3), ("renders", 20)];
const RENDERS: usize = 2;

/// A reservation that was made.
#[derive(Debug, Clone)]
struct Held {
    id: String,
    quantity: u64,
    until: u64,
    is_open: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let some = || (0..FEATURES.len(), 1..40_u64, proptest::option::of(0..6_u8));
    prop_oneof![
        4 => some().prop_map(|(feature, quantity, id)| Step::Consume { feature, quantity, id }),
        2 => some().prop_map(|(feature, quantity, id)| Step::Record { feature, quantity, id }),
        2 => (0..4_u8).prop_map(Step::Visit),
        3 => (1..40_u64, 1..90_u8).prop_map(|(quantity, minutes)| Step::Reserve { quantity, minutes }),
        2 => (any::<u8>(), 0..=4_u8).prop_map(|(place, share)| Step::Use { place, share }),
        1 => any::<u8>().prop_map(Step::GiveBack),
        1 => (1..8_u8).prop_map(Step::Credit),
        1 => (1..120_u8).prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ]
}

/// What must be so.
#[derive(Default)]
struct Model {
    used: HashMap<usize, u64>,
    ids: HashSet<u8>,
    visitors: HashSet<u8>,
    minutes: u64,
    held: Vec<Held>,
    balance: i64,
}

fn told(feature: usize, quantity: u64, id: Option<u8>) -> NewUse {
    let id = id.map(|id| UseId { source: "story".into(), name: id.to_string() });
    NewUse { id, ..some(FEATURES[feature].0, quantity) }
}

impl Model {
    /// By how much a use counts: `calls` counts uses and not units.
    fn growth(feature: usize, quantity: u64) -> u64 {
        if feature == 1 { 1 } else { quantity }
    }

    fn is_repeated(&self, id: Option<u8>) -> bool {
        id.is_some_and(|id| self.ids.contains(&id))
    }

    fn count(&mut self, feature: usize, quantity: u64, id: Option<u8>) {
        *self.used.entry(feature).or_default() += Self::growth(feature, quantity);
        self.ids.extend(id);
    }

    /// What is used, and what is held beside it.
    fn taken(&self, feature: usize) -> u64 {
        let open = self.held.iter().filter(|held| feature == RENDERS && held.is_open && held.until > self.minutes);
        self.used.get(&feature).copied().unwrap_or(0) + open.map(|held| held.quantity).sum::<u64>()
    }

    /// What it takes to use so much more: nothing, credits, or it cannot be.
    fn price(&self, feature: usize, quantity: u64) -> Option<i64> {
        let beyond = |taken: u64| taken.saturating_sub(FEATURES[feature].1);
        let (before, after) = (self.taken(feature), self.taken(feature) + Self::growth(feature, quantity));
        if beyond(after) == 0 {
            return Some(0);
        }
        let cost = |units: u64| i64::try_from((units * 2).div_ceil(10)).unwrap_or(0);
        let credits = cost(beyond(after)) - cost(beyond(before));
        (feature == RENDERS && credits <= self.balance).then_some(credits)
    }

    /// The place of a reservation that was made.
    fn place(&self, place: u8) -> Option<usize> {
        usize::from(place).checked_rem(self.held.len())
    }

    /// Time goes by, from the beginning of a day on.
    fn pass(&mut self, minutes: u8) {
        let before = self.minutes;
        self.minutes += u64::from(minutes);
        if self.minutes / 60 > before / 60 {
            self.used.remove(&1);
        }
        if self.minutes / (24 * 60) > before / (24 * 60) {
            self.visitors.clear();
        }
    }
}

async fn play(world: &mut World, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
    match step {
        Step::Consume { feature, quantity, id } => {
            let (is_repeated, price) = (model.is_repeated(*id), model.price(*feature, *quantity));
            let outcome = world.consume(told(*feature, *quantity, *id)).await;
            prop_assert_eq!(outcome.is_ok(), is_repeated || price.is_some(), "{:?}", outcome);
            if let Some(price) = price.filter(|_| !is_repeated) {
                model.balance -= price;
                model.count(*feature, *quantity, *id);
            }
        }
        Step::Record { feature, quantity, id } => {
            let is_repeated = model.is_repeated(*id);
            prop_assert_eq!(world.record(told(*feature, *quantity, *id)).await.is_repeated, is_repeated);
            if !is_repeated {
                model.count(*feature, *quantity, *id);
            }
        }
        Step::Visit(visitor) => {
            let allows = model.visitors.contains(visitor) || model.visitors.len() < 2;
            prop_assert_eq!(world.consume(visit(&json!(visitor))).await.is_ok(), allows);
            if allows {
                model.visitors.insert(*visitor);
            }
        }
        Step::Reserve { quantity, minutes } => {
            let price = model.price(RENDERS, *quantity);
            let life = Some(Duration::from_mins((*minutes).into()));
            let new =
                NewReservation { feature: "renders".into(), quantity: *quantity, life, ..NewReservation::default() };
            let reserved = world.entitlements.reserve(world.holder(), new).await;
            prop_assert_eq!(reserved.is_ok(), price.is_some(), "{:?}", reserved);
            if let (Ok(reserved), Some(price)) = (reserved, price) {
                model.balance -= price;
                let until = model.minutes + u64::from(*minutes);
                model.held.push(Held { id: reserved.reservation.id, quantity: *quantity, until, is_open: true });
            }
        }
        Step::Use { place, share } => {
            let Some(place) = model.place(*place) else { return Ok(()) };
            let Held { id, quantity, until, is_open } = model.held[place].clone();
            let used = quantity * u64::from(*share) / 4;
            let is_due = is_open && until > model.minutes;
            let outcome = world.entitlements.commit(world.holder(), &id, Some(used)).await;
            if is_due {
                prop_assert!(outcome.is_ok(), "{:?}", outcome);
                model.held[place].is_open = false;
                *model.used.entry(RENDERS).or_default() += used;
            }
            model.balance = world.balance().await;
        }
        Step::GiveBack(place) => {
            let Some(place) = model.place(*place) else { return Ok(()) };
            let _ = world.entitlements.release(world.holder(), &model.held[place].id.clone()).await;
            if model.held[place].until > model.minutes {
                model.held[place].is_open = false;
            }
            model.balance = world.balance().await;
        }
        Step::Credit(amount) => {
            world.give_credits((*amount).into()).await;
            model.balance += i64::from(*amount);
        }
        Step::Pass(minutes) => {
            world.clock.advance(Duration::from_mins((*minutes).into()));
            model.pass(*minutes);
        }
        Step::Restart => world.entitlements = world.node(world.database.clone()),
    }
    for (index, (feature, _)) in FEATURES.iter().enumerate() {
        prop_assert_eq!(world.used(feature).await, model.used.get(&index).copied().unwrap_or(0), "{}", feature);
    }
    let renders = world.check("renders", 1).await;
    prop_assert_eq!(renders.available, Some(20_u64.saturating_sub(model.taken(RENDERS))));
    prop_assert_eq!(world.balance().await, model.balance);
    let visitors = world.entitlements.check(world.holder(), "visitors", 1).await.expect("a verdict");
    prop_assert_eq!(usize::try_from(visitors.used).unwrap_or(0), model.visitors.len());
    Ok(())
}

fn tell(cases: u32, open: impl AsyncFn() -> Option<TestDatabase>) {
    let runtime = Runtime::new().expect("a runtime");
    let Some(test) = runtime.block_on(open()) else { return };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let told = runner.run(&proptest::collection::vec(step(), 1..30), |steps| {
        runtime.block_on(async {
            // A workspace of its own for each story, at the beginning of a day.
            let mut world = World::of_a_story(test.database.clone()).await;
            let mut model = Model::default();
            for step in &steps {
                play(&mut world, &mut model, step).await?;
            }
            Ok(())
        })
    });
    told.expect("every story holds");
}

#[test]
fn on_sqlite_the_limit_is_never_passed_and_nothing_is_counted_twice() {
    tell(40, async || Some(TestDatabase::sqlite().await));
}

#[test]
fn on_postgres_the_limit_is_never_passed_and_nothing_is_counted_twice() {
    tell(20, TestDatabase::postgres);
}
