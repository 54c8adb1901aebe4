//! Whose pages they are.

use crate::world::{CHROME, World, sender, view};
use mainstay_kernel::{Fault as _, Kind, Patch};
use mainstay_testkit::{on_each_database, rows};
use mainstay_tracking::TrackingError;
use mainstay_tracking::domains::{DomainChange, DomainService as _, NewDomain, SettingsChange};
use mainstay_tracking::intake::{IntakeService as _, Outcome, Told, Wanted};

fn domain(name: &str) -> NewDomain {
    NewDomain { name: name.into(), settings: SettingsChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_a_domain_once_and_others_may_have_it_too() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let domains = &world.tracking.domains;
        let twice = domains.register(world.workspace, domain("https://www.EXAMPLE.com/")).await.expect_err("there");
        assert!(matches!(&twice, TrackingError::DomainTaken(name) if name == "example.com"), "{twice:?}");
        let theirs = domains.register(world.elsewhere, domain("example.com")).await.expect("theirs");
        assert_ne!(theirs.pixel_key, world.domain.pixel_key);
        let named: Vec<_> = rows::events(&world.database).await.into_iter().map(|(name, ..)| name).collect();
        assert_eq!(named, ["tracking_domain.created", "tracking_domain.created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_changes_the_domain_of_another_workspace() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (domains, id) = (&world.tracking.domains, world.domain.id);
        let change = DomainChange { has_new_key: true, ..DomainChange::default() };
        let failures = [
            domains.domain(world.elsewhere, id).await.map(drop),
            domains.change(world.elsewhere, id, change).await.map(drop),
            domains.delete(world.elsewhere, id).await,
        ];
        for failure in failures {
            assert_eq!(failure.expect_err("not theirs").kind(), Kind::NotFound);
        }
        assert_eq!(domains.domain(world.workspace, id).await.expect("there"), world.domain);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_names_no_key_tells_whoever_registered_it_first() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let theirs = world.tracking.domains.register(world.elsewhere, domain("example.com")).await.expect("theirs");
        world.view(&sender(1, CHROME), "/").await;
        let keyed = Told { pixel_key: Some(theirs.pixel_key), ..view("/") };
        world.track(&sender(2, CHROME), keyed).await.expect("kept");
        assert_eq!(world.today().await.numbers.visitors, 1, "the other one went elsewhere");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_setting_holds_for_the_next_page() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.view(&sender(1, CHROME), "/").await;
        let settings = SettingsChange { is_enabled: Some(false), ..SettingsChange::default() };
        let change = DomainChange { settings, has_new_key: false };
        world.tracking.domains.change(world.workspace, world.domain.id, change).await.expect("changed");
        let outcome = world.track(&sender(1, CHROME), view("/")).await.expect("answered");
        assert!(matches!(outcome, Outcome::Ignored(_)), "{outcome:?}");
        let wanted = Wanted { places: vec!["https://www.example.com".into()], ..Wanted::default() };
        assert!(!world.tracking.intake.config(wanted).await.expect("a config").is_enabled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_all_named() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let settings = SettingsChange {
            sample_rate: Some(f64::NAN),
            retention_days: Some(0),
            allowed_events: Patch::Set(vec!["ok".into(), " ".into()]),
            ..SettingsChange::default()
        };
        let new = NewDomain { name: "other.example".into(), settings };
        let Err(TrackingError::Invalid(fields)) = world.tracking.domains.register(world.workspace, new).await else {
            panic!("refused");
        };
        let names: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(names, ["sample_rate", "retention_days", "allowed_events.1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_domain_that_is_deleted_meanwhile_is_dropped_and_the_rest_is_not() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let other = world.tracking.domains.register(world.workspace, domain("other.example")).await.expect("another");
        world.view(&sender(1, CHROME), "/").await;
        let there = Told { url: "https://other.example/".into(), ..view("/") };
        world.track(&sender(1, CHROME), there).await.expect("kept");
        world.tracking.domains.delete(world.workspace, other.id).await.expect("deleted");
        world.tracking.roll_up().await.expect("rolled up");
        assert_eq!(rows::count(&world.database, "tracking_visits").await, 1);
        assert_eq!(rows::count(&world.database, "tracking_inbox").await, 0);
    })
    .await;
}
