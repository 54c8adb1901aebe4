//! What sites want their visitors to do.

use crate::world::{CHROME, FIREFOX, HOUR, World, event, sender, view};
use mainstay_kernel::{Fault as _, Kind};
use mainstay_testkit::{on_each_database, rows};
use mainstay_tracking::aims::{Aim, AimChange, AimKind, AimService as _, NewAim};
use mainstay_tracking::domains::DomainService as _;
use mainstay_tracking::{Step, TrackingError};
use serde_json::{Value, json};

fn page(path: &str) -> Step {
    Step::Page(path.to_owned())
}

fn done(event: &str) -> Step {
    Step::Event(event.to_owned())
}

fn goal(step: Step) -> NewAim {
    NewAim { kind: AimKind::Goal, name: None, steps: vec![step] }
}

fn funnel(steps: &[Step]) -> NewAim {
    NewAim { kind: AimKind::Funnel, name: None, steps: steps.to_vec() }
}

async fn add(world: &World, new: NewAim) -> Result<Aim, TrackingError> {
    world.tracking.aims.add(world.workspace, world.domain.id, new).await
}

/// What was told of goals that were reached.
async fn told(world: &World) -> Vec<Value> {
    let events = rows::events(&world.database).await;
    events.into_iter().filter(|(name, ..)| name == "tracking.goal.reached").map(|(.., data)| data).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_called_by_its_step_unless_it_has_a_name_and_each_name_is_there_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        assert_eq!(add(&world, goal(page("/thanks"))).await.expect("a goal").name, "/thanks");
        let steps = [page("/prices"), done("sign_up")];
        assert_eq!(add(&world, funnel(&steps)).await.expect("a funnel").name, "/prices → sign_up");
        let twice = add(&world, goal(page("/thanks"))).await.expect_err("there");
        assert_eq!((twice.kind(), twice.code()), (Kind::Conflict, "name_taken"));
        let named = NewAim { name: Some("/thanks".into()), ..funnel(&steps) };
        add(&world, named).await.expect("goals and funnels are called apart");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_changes_the_goals_of_another_workspace_nor_takes_one_kind_for_the_other() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (aims, kept) = (&world.tracking.aims, add(&world, goal(page("/thanks"))).await.expect("a goal"));
        for (workspace, kind) in [(world.elsewhere, AimKind::Goal), (world.workspace, AimKind::Funnel)] {
            let failures = [
                aims.aim(workspace, kind, kept.id).await.map(drop),
                aims.change(workspace, kind, kept.id, AimChange::default()).await.map(drop),
                aims.delete(workspace, kind, kept.id).await,
            ];
            for failure in failures {
                assert_eq!(failure.expect_err("not theirs").kind(), Kind::NotFound);
            }
        }
        for failure in [
            aims.aims(world.elsewhere, world.domain.id, AimKind::Goal).await.map(drop),
            aims.add(world.elsewhere, world.domain.id, goal(page("/"))).await.map(drop),
        ] {
            assert_eq!(failure.expect_err("not theirs").kind(), Kind::NotFound);
        }
        assert_eq!(aims.aims(world.workspace, world.domain.id, AimKind::Goal).await.expect("there"), [kept]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_goals_and_funnels_is_named() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let many = vec![page("/"); 11];
        let long = "x".repeat(129);
        let wrong = [
            (goal(page("thanks")), vec!["page"]),
            (goal(done("pageview")), vec!["event"]),
            (goal(done(" ")), vec!["event"]),
            (NewAim { name: Some(long), ..goal(page("/")) }, vec!["name"]),
            (funnel(&[page("/")]), vec!["steps"]),
            (funnel(&many), vec!["steps"]),
            (funnel(&[page("/"), done(""), page("x")]), vec!["steps.1.event", "steps.2.page"]),
        ];
        for (new, fields) in wrong {
            let failure = add(&world, new.clone()).await.expect_err("wrong");
            let TrackingError::Invalid(faults) = failure else { panic!("{new:?}: {failure:?}") };
            assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), fields, "{new:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_reaches_a_goal_is_told_of_once_and_nothing_tells_whose_it_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let thanks = NewAim { name: Some("Bought".into()), ..goal(page("/thanks*")) };
        let thanks = add(&world, thanks).await.expect("a goal");
        let signed_up = add(&world, goal(done("sign_up"))).await.expect("a goal");
        add(&world, funnel(&[page("/"), page("/thanks")])).await.expect("a funnel");
        let ada = sender(1, CHROME);
        for path in ["/", "/thanks/you", "/thanks"] {
            world.view(&ada, path).await;
        }
        world.track(&ada, event("sign_up", "/join", &json!({ "plan": "pro" }))).await.expect("kept");
        world.tracking.roll_up().await.expect("rolled up");
        world.view(&ada, "/thanks").await;
        world.tracking.roll_up().await.expect("rolled up");
        let expected = |id: i64, goal: &str, event: &str, page: &str, properties: Value| {
            json!({
                "workspace_id": world.workspace.0, "domain_id": world.domain.id.0, "domain": "example.com",
                "goal_id": id, "goal": goal, "event": event, "page": page, "properties": properties,
                "reached_at": "2026-03-10T09:00:00Z"
            })
        };
        let first = expected(thanks.id.0, "Bought", "pageview", "/thanks/you", Value::Null);
        let second = expected(signed_up.id.0, "sign_up", "sign_up", "/join", json!({ "plan": "pro" }));
        assert_eq!(told(&world).await, [first, second]);
        world.clock.advance(HOUR);
        world.view(&ada, "/thanks").await;
        world.view(&sender(2, FIREFOX), "/thanks").await;
        world.tracking.roll_up().await.expect("rolled up");
        assert_eq!(told(&world).await.len(), 4, "another visit, and another visitor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_reaches_no_goal() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        add(&world, goal(page("/*"))).await.expect("a goal");
        let bot = sender(1, "Googlebot/2.1 (+http://www.google.com/bot.html)");
        world.track(&bot, view("/")).await.expect("kept apart");
        world.tracking.roll_up().await.expect("rolled up");
        assert_eq!(told(&world).await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_goal_counts_from_the_next_hit_and_a_deleted_one_no_more() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let kept = add(&world, goal(page("/thanks"))).await.expect("a goal");
        let change = AimChange { name: None, steps: Some(vec![page("/bye")]) };
        let aims = &world.tracking.aims;
        let changed = aims.change(world.workspace, AimKind::Goal, kept.id, change).await.expect("changed");
        assert_eq!((changed.name.as_str(), &changed.steps), ("/thanks", &vec![page("/bye")]));
        for path in ["/thanks", "/bye"] {
            world.view(&sender(1, CHROME), path).await;
        }
        world.tracking.roll_up().await.expect("rolled up");
        assert_eq!(told(&world).await.len(), 1);
        aims.delete(world.workspace, AimKind::Goal, kept.id).await.expect("deleted");
        world.view(&sender(2, CHROME), "/bye").await;
        world.tracking.roll_up().await.expect("rolled up");
        assert_eq!(told(&world).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_go_with_their_domain() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let kept = add(&world, goal(page("/thanks"))).await.expect("a goal");
        world.tracking.domains.delete(world.workspace, world.domain.id).await.expect("deleted");
        let gone = world.tracking.aims.aim(world.workspace, AimKind::Goal, kept.id).await.expect_err("gone");
        assert_eq!(gone.kind(), Kind::NotFound);
    })
    .await;
}
