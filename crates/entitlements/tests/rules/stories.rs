//! Random stories: whatever happens, the limit is not passed, and a meter shows what its records come to.

use crate::world::{World, some, visit};
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
    Consume { feature: usize, quantity: u64, id: Option<u8> },
    Record { feature: usize, quantity: u64, id: Option<u8> },
    Visit(u8),
    Pass(u8),
    Restart,
}

/// Features whose uses add up, their limits, and after how many hours they start anew.
const FEATURES: [(&str, u64); 2] = [("posts", 100), ("calls", 3)];

fn step() -> impl Strategy<Value = Step> {
    let some = || (0..FEATURES.len(), 1..40_u64, proptest::option::of(0..6_u8));
    prop_oneof![
        4 => some().prop_map(|(feature, quantity, id)| Step::Consume { feature, quantity, id }),
        2 => some().prop_map(|(feature, quantity, id)| Step::Record { feature, quantity, id }),
        2 => (0..4_u8).prop_map(Step::Visit),
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

    /// Whether so much may be used, or was before.
    fn allows(&self, feature: usize, quantity: u64) -> bool {
        self.used.get(&feature).copied().unwrap_or(0) + Self::growth(feature, quantity) <= FEATURES[feature].1
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
            let (is_repeated, allows) = (model.is_repeated(*id), model.allows(*feature, *quantity));
            let outcome = world.consume(told(*feature, *quantity, *id)).await;
            prop_assert_eq!(outcome.is_ok(), is_repeated || allows, "{:?}", outcome);
            if !is_repeated && allows {
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
        Step::Pass(minutes) => {
            world.clock.advance(Duration::from_mins((*minutes).into()));
            model.pass(*minutes);
        }
        Step::Restart => world.entitlements = world.node(world.database.clone()),
    }
    for (index, (feature, _)) in FEATURES.iter().enumerate() {
        prop_assert_eq!(world.used(feature).await, model.used.get(&index).copied().unwrap_or(0), "{}", feature);
    }
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
