//! The life of issues against a plain model: of each sort the first so many of all that there ever were are open.

use super::world::World;
use mainstay_kernel::Timestamp;
use mainstay_testkit::on_each_database;
use mainstay_tracking::seo::issues::{Issue, IssueStatus, Known, Turn, turns};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An issue of a report: its sort and its element.
type Seen = (u8, u8);

/// What is known of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Life {
    first_seen: Timestamp,
    open_since: Timestamp,
    fixed_at: Option<Timestamp>,
}

/// All issues that there ever were, those of each sort in the order in which they appeared.
#[derive(Default)]
struct Model(BTreeMap<Seen, Vec<Life>>);

impl Model {
    /// A report; gives how many issues are open that were not, and the other way round.
    fn report(&mut self, issues: &[Seen], now: Timestamp) -> (usize, usize) {
        let mut counts: BTreeMap<Seen, usize> = self.0.keys().map(|seen| (*seen, 0)).collect();
        for seen in issues {
            *counts.entry(*seen).or_default() += 1;
        }
        let (mut new, mut fixed) = (0, 0);
        for (seen, count) in counts {
            let lives = self.0.entry(seen).or_default();
            for (nth, life) in lives.iter_mut().enumerate() {
                match (nth < count, life.fixed_at) {
                    (true, Some(_)) => {
                        *life = Life { open_since: now, fixed_at: None, ..life.clone() };
                        new += 1;
                    }
                    (false, None) => {
                        life.fixed_at = Some(now);
                        fixed += 1;
                    }
                    _ => {}
                }
            }
            while lives.len() < count {
                lives.push(Life { first_seen: now, open_since: now, fixed_at: None });
                new += 1;
            }
        }
        (new, fixed)
    }
}

/// What the database has, in the form of the model; with the numbers, which never change.
fn seen(issues: &[Issue], url: &str) -> (BTreeMap<Seen, Vec<Life>>, BTreeMap<Seen, Vec<i64>>) {
    let (mut lives, mut numbers) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    for issue in issues.iter().filter(|issue| issue.url == url) {
        let element = issue.details["element"].as_u64().expect("a number");
        let key = (issue.kind[1..].parse().expect("a number"), u8::try_from(element).expect("small"));
        let Issue { first_seen_at: first_seen, created_at: open_since, fixed_at, .. } = *issue;
        lives.entry(key).or_default().push(Life { first_seen, open_since, fixed_at });
        numbers.entry(key).or_default().push(issue.id.0);
    }
    (lives, numbers)
}

async fn play(world: &World, url: &str, reports: Vec<Vec<Seen>>) {
    let (mut model, mut before) = (Model::default(), BTreeMap::<Seen, Vec<i64>>::new());
    for issues in reports {
        let issue = |(kind, element): &Seen| json!({ "type": format!("t{kind}"), "element": element });
        let _ = world.report(url, &issues.iter().map(issue).collect::<Vec<_>>()).await;
        let told: Value = world.told("seo.report.created").await.pop().expect("it is told of");
        let (new, fixed) = model.report(&issues, world.now());
        assert_eq!((&told["new_issues"], &told["fixed_issues"]), (&json!(new), &json!(fixed)));
        let mut all = world.issues(IssueStatus::Open).await;
        all.extend(world.issues(IssueStatus::Fixed).await);
        all.sort_by_key(|issue| issue.id.0);
        let (lives, numbers) = seen(&all, url);
        let due: BTreeMap<_, _> =
            model.0.iter().filter(|(_, lives)| !lives.is_empty()).map(|(key, lives)| (*key, lives.clone())).collect();
        assert_eq!(lives, due);
        for (key, known) in &before {
            assert_eq!(&numbers[key][..known.len()], known, "numbers stay");
        }
        before = numbers;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_reports_in_a_row_leave_the_issues_that_a_plain_model_has() {
    static PAGES: AtomicUsize = AtomicUsize::new(0);
    on_each_database(|database| async move {
        let reports = prop::collection::vec(prop::collection::vec((0_u8..2, 0_u8..2), 0..5), 1..6);
        let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
        let outcome = tokio::task::block_in_place(|| {
            TestRunner::new(config).run(&reports, |reports| {
                let database = database.clone();
                let page = format!("https://example.com/{}", PAGES.fetch_add(1, Ordering::Relaxed));
                tokio::runtime::Handle::current().block_on(async move {
                    // Each has a workspace of its own, so that lists stay short.
                    let slug: &'static str = page.clone().leak();
                    let world = World::among(database, [slug, format!("not-{slug}").leak()]).await;
                    play(&world, &page, reports).await;
                });
                Ok(())
            })
        });
        outcome.expect("the model holds");
    })
    .await;
}

proptest! {
    #[test]
    fn each_issue_takes_exactly_one_turn(known in prop::collection::btree_map("[a-d]", any::<bool>(), 0..4), reported in prop::collection::vec("[a-d]", 0..6)) {
        let status = |is_open| if is_open { IssueStatus::Open } else { IssueStatus::Fixed };
        let rows: Vec<Known> =
            known.iter().map(|(name, is_open)| Known { fingerprint: name.clone(), status: status(*is_open) }).collect();
        let turns = turns(&rows, &reported);
        for name in ["a", "b", "c", "d"] {
            let due = match (known.get(name), reported.iter().any(|other| other == name)) {
                (None, true) => Some(Turn::Appears),
                (Some(true), true) => Some(Turn::Recurs),
                (Some(false), true) => Some(Turn::Returns),
                (Some(true), false) => Some(Turn::Ends),
                (None | Some(false), false) => None,
            };
            prop_assert_eq!(turns.get(name).copied(), due);
        }
    }
}
