//! Random stories: whatever is changed, what is offered never contradicts itself, and is the same after a restart.

use super::world::{FILE, World, granting, limited, open, plan};
use mainstay_entitlements::offer::{FeatureChange, OfferService as _};
use mainstay_entitlements::{FeatureEntry, FeatureKind, Grant};
use mainstay_kernel::Patch;
use mainstay_testkit::{TestDatabase, rows};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

/// What somebody tries.
#[derive(Debug, Clone)]
enum Step {
    Add(usize, Option<usize>),
    Pool(usize, Option<usize>),
    Kind(usize, bool),
    Remove(usize),
    AddPlan(usize, usize),
    Grant(usize, usize, Option<bool>),
    RemovePlan(usize),
}

/// Two of the file, and two that are not.
const FEATURES: [&str; 4] = ["storage", "branding", "calls", "calls.in"];
const PLANS: [&str; 4] = ["free", "solo", "team", "vast"];

fn step() -> impl Strategy<Value = Step> {
    let one = || 0..FEATURES.len();
    prop_oneof![
        (one(), proptest::option::of(one())).prop_map(|(feature, pool)| Step::Add(feature, pool)),
        (one(), proptest::option::of(one())).prop_map(|(feature, pool)| Step::Pool(feature, pool)),
        (one(), any::<bool>()).prop_map(|(feature, counted)| Step::Kind(feature, counted)),
        one().prop_map(Step::Remove),
        (one(), one()).prop_map(|(plan, feature)| Step::AddPlan(plan, feature)),
        (one(), one(), any::<Option<bool>>()).prop_map(|(plan, feature, what)| Step::Grant(plan, feature, what)),
        one().prop_map(Step::RemovePlan),
    ]
}

/// A number, or that it is there.
fn granted(counted: bool) -> Grant {
    if counted { Grant::Limit(5) } else { Grant::Included(true) }
}

async fn play(world: &World, step: &Step) {
    let (offers, keep) = (&world.offers, FeatureChange::default());
    let name = |pool: Option<usize>| pool.map(|pool| FEATURES[pool].to_owned());
    // What is refused changes nothing, and is looked at below.
    match *step {
        Step::Add(feature, pool) => {
            let entry = FeatureEntry { pool: name(pool), ..limited(FEATURES[feature]) };
            drop(offers.add_feature(entry).await);
        }
        Step::Pool(feature, pool) => {
            let pool = name(pool).map_or(Patch::Clear, Patch::Set);
            drop(offers.change_feature(FEATURES[feature], FeatureChange { pool, ..keep }).await);
        }
        Step::Kind(feature, counted) => {
            let kind = Some(if counted { FeatureKind::Limit } else { FeatureKind::Boolean });
            drop(offers.change_feature(FEATURES[feature], FeatureChange { kind, ..keep }).await);
        }
        Step::Remove(feature) => drop(offers.remove_feature(FEATURES[feature]).await),
        Step::AddPlan(name, feature) => {
            let entry = plan(PLANS[name], &[(FEATURES[feature], Grant::Limit(1))]);
            drop(offers.add_plan(entry).await);
        }
        Step::Grant(name, feature, what) => {
            let change = granting(FEATURES[feature], what.map(granted));
            drop(offers.change_plan(PLANS[name], change).await);
        }
        Step::RemovePlan(name) => drop(offers.remove_plan(PLANS[name]).await),
    }
}

fn tell(cases: u32, open_database: impl AsyncFn() -> Option<TestDatabase>) {
    let runtime = Runtime::new().expect("a runtime");
    let Some(test) = runtime.block_on(open_database()) else { return };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let told = runner.run(&proptest::collection::vec(step(), 1..40), |steps| {
        runtime.block_on(async {
            rows::run(&test.database, "DELETE FROM catalogue_features; DELETE FROM catalogue_plans").await;
            let world = World::new(test.database.clone()).await;
            for step in &steps {
                play(&world, step).await;
                let anew = open(&test.database, &world.clock, FILE).await;
                let anew = anew.map_err(|cause| TestCaseError::fail(format!("{step:?}: {cause}")))?;
                prop_assert_eq!(anew.features(), world.offers.features());
                prop_assert_eq!(anew.plans(), world.offers.plans());
            }
            Ok(())
        })
    });
    told.expect("every story holds");
}

#[test]
fn on_sqlite_what_is_offered_never_contradicts_itself() {
    tell(15, async || Some(TestDatabase::sqlite().await));
}

#[test]
fn on_postgres_what_is_offered_never_contradicts_itself() {
    tell(10, TestDatabase::postgres);
}
