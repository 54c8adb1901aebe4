//! Random stories: whatever happens at once, in whatever order, and whoever dies in between, no unit is lost or made.

use super::world::{World, gift};
use futures_util::future::join_all;
use mainstay_entitlements::credits::{
    Booked, CreditError, CreditService as _, NewGrant, NewRefund, NewSpend, TransactionKind,
};
use mainstay_testkit::TestDatabase;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// What somebody does. Numbers of grants and spends are those of the whole story, whoever comes first.
#[derive(Debug, Clone)]
enum Deed {
    Grant { amount: i64, priority: i32, days: Option<u32> },
    Spend { amount: i64 },
    Refund { spend: usize, amount: Option<i64> },
    Expire,
}

/// Several things that happen at once, and after how many microseconds those who do them die, if they do.
#[derive(Debug, Clone)]
struct Scene {
    deeds: Vec<(Deed, Option<u64>)>,
    hours_later: u64,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (1..60_i64, 0..3_i32, proptest::option::of(1..4_u32))
            .prop_map(|(amount, priority, days)| Deed::Grant { amount, priority, days }),
        5 => (1..50_i64).prop_map(|amount| Deed::Spend { amount }),
        3 => (any::<usize>(), proptest::option::of(1..30_i64))
            .prop_map(|(spend, amount)| Deed::Refund { spend, amount }),
        1 => Just(Deed::Expire),
    ]
}

fn scene() -> impl Strategy<Value = Scene> {
    let dies = proptest::option::weighted(0.3, 0..3000_u64);
    (proptest::collection::vec((deed(), dies), 1..6), 0..30_u64)
        .prop_map(|(deeds, hours_later)| Scene { deeds, hours_later })
}

/// What came of a deed.
type Came = Option<Result<Booked, CreditError>>;

struct Story {
    world: World,
    spends: Vec<String>,
    deeds: usize,
    totals: HashMap<TransactionKind, i64>,
}

impl Story {
    /// What somebody wishes for, under a reference, so that whoever dies can ask again.
    fn wish(&self, deed: &Deed, number: usize) -> Wish {
        let reference = Some(number.to_string());
        match *deed {
            Deed::Grant { amount, priority, days } => {
                let expires_at = days.map(|days| self.world.in_days(days));
                Wish::Grant(NewGrant { amount, priority, expires_at, reference, ..gift() })
            }
            Deed::Spend { amount } => Wish::Spend(NewSpend { amount, reference, ..NewSpend::default() }),
            Deed::Refund { spend, amount } if !self.spends.is_empty() => {
                let transaction = self.spends[spend % self.spends.len()].clone();
                Wish::Refund(NewRefund { transaction, amount, reference, description: None })
            }
            Deed::Refund { .. } | Deed::Expire => Wish::Look,
        }
    }

    fn fulfil(&self, wish: Wish) -> impl Future<Output = Came> + Send + 'static {
        let (credits, workspace) = (Arc::clone(&self.world.credits), self.world.workspace);
        async move {
            match wish {
                Wish::Grant(grant) => Some(credits.grant(workspace, grant).await),
                Wish::Spend(spend) => Some(credits.spend(workspace, spend).await),
                Wish::Refund(refund) => Some(credits.refund(workspace, refund).await),
                Wish::Look => credits.balance(workspace).await.err().map(Err),
            }
        }
    }

    async fn play(&mut self, scene: &Scene) -> Result<(), TestCaseError> {
        let numbered = (self.deeds..).zip(&scene.deeds);
        let wishes: Vec<Wish> = numbered.map(|(number, (deed, _))| self.wish(deed, number)).collect();
        self.deeds += wishes.len();
        let running = wishes.iter().zip(&scene.deeds).map(|(wish, (_, dies))| {
            let task = tokio::spawn(self.fulfil(wish.clone()));
            async move {
                if let Some(micros) = dies {
                    tokio::time::sleep(Duration::from_micros(*micros)).await;
                    task.abort();
                }
                task.await.ok()
            }
        });
        let outcomes = join_all(running.collect::<Vec<_>>()).await;
        for (outcome, wish) in outcomes.into_iter().zip(wishes) {
            // Whoever died asks again: what was done is not done twice, and what was not done is done now.
            let came = match outcome {
                Some(came) => came,
                None => self.fulfil(wish).await,
            };
            self.note(came)?;
        }
        self.world.clock.advance(Duration::from_hours(scene.hours_later));
        self.check().await
    }

    fn note(&mut self, came: Came) -> Result<(), TestCaseError> {
        match came {
            Some(Ok(Booked { transaction, .. })) => {
                *self.totals.entry(transaction.kind).or_default() += transaction.amount;
                if transaction.kind == TransactionKind::Usage {
                    self.spends.push(transaction.id);
                }
            }
            Some(Err(CreditError::Short { .. } | CreditError::RefundTooGreat { .. })) | None => {}
            Some(Err(other)) => prop_assert!(false, "{}", other),
        }
        Ok(())
    }

    /// All that was ever answered is in the ledger, once, and nothing else but what expired.
    async fn check(&self) -> Result<(), TestCaseError> {
        self.world.audit().await;
        let mut booked: HashMap<TransactionKind, i64> = HashMap::new();
        for (kind, amount) in self.world.ledger().await {
            *booked.entry(kind).or_default() += amount;
        }
        let expired = booked.remove(&TransactionKind::Expiry).unwrap_or(0);
        prop_assert_eq!(&booked, &self.totals);
        let balance = self.world.balance().await;
        prop_assert_eq!(balance, self.totals.values().sum::<i64>() + expired);
        prop_assert!(balance >= 0);
        Ok(())
    }
}

/// What is asked for.
#[derive(Clone)]
enum Wish {
    Grant(NewGrant),
    Spend(NewSpend),
    Refund(NewRefund),
    Look,
}

fn tell(cases: u32, open: impl AsyncFn() -> Option<TestDatabase>) {
    let runtime = Runtime::new().expect("a runtime");
    let Some(test) = runtime.block_on(open()) else { return };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let told = runner.run(&proptest::collection::vec(scene(), 1..10), |scenes| {
        runtime.block_on(async {
            let world = World::new(test.database.clone()).await;
            let mut story = Story { world, spends: Vec::new(), deeds: 0, totals: HashMap::new() };
            for scene in &scenes {
                story.play(scene).await?;
            }
            Ok(())
        })
    });
    told.expect("every story holds");
}

#[test]
fn on_sqlite_no_unit_is_lost_or_made_whatever_happens_at_once() {
    tell(40, async || Some(TestDatabase::sqlite().await));
}

#[test]
fn on_postgres_no_unit_is_lost_or_made_whatever_happens_at_once() {
    tell(30, TestDatabase::postgres);
}
