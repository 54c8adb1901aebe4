//! What is kept, what is not, and who is told so.

use crate::world::{CHROME, HOUR, MINUTE, World, event, sender, view};
use async_trait::async_trait;
use mainstay_kernel::{Clock as _, Patch, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use mainstay_testkit::on_each_database;
use mainstay_tracking::domains::{DomainChange, DomainService as _, SettingsChange};
use mainstay_tracking::intake::{BotReason, Ignored, IntakeService as _, Meter, Outcome, Sender, Strangers, Told};
use mainstay_tracking::intake::{Unmetered, Wanted, Wishes};
use mainstay_tracking::{Dimension, TrackingError};
use serde_json::json;
use std::sync::Arc;

async fn change(world: &World, settings: SettingsChange) {
    let change = DomainChange { settings, has_new_key: false };
    world.tracking.domains.change(world.workspace, world.domain.id, change).await.expect("changed");
}

fn wrong_fields<T: std::fmt::Debug>(outcome: Result<T, TrackingError>) -> Vec<String> {
    match outcome {
        Err(TrackingError::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_is_named_and_nothing_is_kept() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let someone = sender(1, CHROME);
        let wrong = Told { event: String::new(), url: "nowhere".into(), ..Told::default() };
        assert_eq!(wrong_fields(world.track(&someone, wrong.clone()).await), ["event", "url"]);
        let early = Told { at: Some(world.clock.now().minus(HOUR).minus(MINUTE)), ..view("/") };
        let late = Told { at: Some(world.clock.now().plus(MINUTE * 6)), ..view("/") };
        for told in [early, late] {
            assert_eq!(wrong_fields(world.track(&someone, told).await), ["timestamp"]);
        }
        let deep = event("x", "/", &json!({ "a": { "b": { "c": { "d": {} } } } }));
        assert_eq!(wrong_fields(world.track(&someone, deep).await), ["properties"]);
        let several = world.tracking.intake.track(&someone, vec![view("/"), wrong]).await;
        assert_eq!(wrong_fields(several), ["events.1.event", "events.1.url"]);
        assert_eq!(world.today().await.numbers.visits, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_not_to_be_tracked_is_not_where_the_settings_say_so() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let wishes = |do_not_track, privacy_control| Wishes { do_not_track, privacy_control };
        let private = Sender { wishes: wishes(false, true), ..sender(1, CHROME) };
        let asking = Sender { wishes: wishes(true, false), ..sender(2, CHROME) };
        let ignored = Outcome::Ignored(Ignored::PrivacyControl);
        assert_eq!(world.track(&private, view("/")).await.expect("answered"), ignored);
        assert_eq!(world.track(&asking, view("/")).await.expect("answered"), Outcome::Kept);
        let settings = SettingsChange { honours_do_not_track: Some(true), ..SettingsChange::default() };
        change(&world, settings).await;
        let ignored = Outcome::Ignored(Ignored::DoNotTrack);
        assert_eq!(world.track(&asking, view("/")).await.expect("answered"), ignored);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_kinds_and_events_that_are_wanted_are_kept() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let allowed_events = Patch::Set(vec!["sign_up".into()]);
        change(&world, SettingsChange { allowed_events, ..SettingsChange::default() }).await;
        let someone = sender(1, CHROME);
        let tell = async |name: &str| world.track(&someone, event(name, "/", &json!({}))).await.expect("answered");
        assert_eq!(tell("sign_up").await, Outcome::Kept);
        assert_eq!(tell("pageview").await, Outcome::Kept);
        assert_eq!(tell("other").await, Outcome::Ignored(Ignored::EventNotAllowed));
        change(&world, SettingsChange { events: Some(false), ..SettingsChange::default() }).await;
        assert_eq!(tell("sign_up").await, Outcome::Ignored(Ignored::FeatureOff));
        assert_eq!(tell("pageview").await, Outcome::Kept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_keeps_some_visitors_whole_and_others_not_at_all() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        change(&world, SettingsChange { sample_rate: Some(0.5), ..SettingsChange::default() }).await;
        let mut kept = 0;
        for number in 0..100 {
            let someone = sender(number, CHROME);
            let first = world.track(&someone, view("/")).await.expect("answered");
            let second = world.track(&someone, view("/more")).await.expect("answered");
            assert_eq!(first, second, "a visitor is one of the sample, or is not");
            kept += usize::from(first == Outcome::Kept);
        }
        assert!((20..=80).contains(&kept), "{kept} of 100 by chance");
        change(&world, SettingsChange { sample_rate: Some(0.0), ..SettingsChange::default() }).await;
        let none = world.track(&sender(1, CHROME), view("/")).await.expect("answered");
        assert_eq!(none, Outcome::Ignored(Ignored::SampledOut));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_are_counted_apart_with_the_reason() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let crawler = sender(1, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
        let headless = sender(2, &CHROME.replace("Chrome", "HeadlessChrome"));
        let rude = Sender { has_manners: false, ..sender(3, CHROME) };
        let ahead = Sender { is_prefetch: true, ..sender(4, CHROME) };
        let expected = [BotReason::UserAgent, BotReason::Automation, BotReason::Headers, BotReason::Prefetch];
        for (who, reason) in [crawler, headless, rude, ahead].iter().zip(expected) {
            assert_eq!(world.track(who, view("/")).await.expect("kept"), Outcome::Bot(reason));
        }
        world.view(&sender(5, CHROME), "/").await;
        assert_eq!(world.today().await.numbers.visitors, 1);
        let bots = world.breakdown(world.question(), Dimension::BotReason, None).await;
        let names: Vec<_> = bots.iter().map(|share| (share.name.as_str(), share.numbers.events)).collect();
        assert_eq!(names, [("automation", 1), ("headers", 1), ("prefetch", 1), ("user_agent", 1)]);
        let agents = world.breakdown(world.question(), Dimension::BotAgent, None).await;
        assert!(agents.iter().any(|share| share.name == "Googlebot"), "{agents:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_faster_than_anybody_reads_is_a_bot_from_then_on() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let told = |_| view("/");
        world.tracking.intake.track(&sender(1, CHROME), (0..200).map(told).collect()).await.expect("kept");
        assert_eq!(world.today().await.numbers.views, 120);
        let bots = world.breakdown(world.question(), Dimension::BotReason, None).await;
        assert_eq!((bots[0].name.as_str(), bots[0].numbers.events), ("rate", 80));
        world.clock.advance(MINUTE);
        world.view(&sender(1, CHROME), "/").await;
        assert_eq!(world.today().await.numbers.views, 121, "in the next minute it is slow again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_this_machine_a_steered_browser_counts() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let headless = sender(2, &CHROME.replace("Chrome", "HeadlessChrome"));
        let local = Told { url: "http://127.0.0.1:3000/".into(), ..view("/") };
        assert_eq!(world.track(&headless, local).await.expect("kept"), Outcome::Kept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_registered_goes_to_the_owner_of_the_installation_or_where_the_setting_says() {
    on_each_database(async |database: Database| {
        let stranger = || Told { url: "https://stranger.example/".into(), ..view("/") };
        let world = World::new(database.clone()).await;
        assert_eq!(world.track(&sender(1, CHROME), stranger()).await.expect("kept"), Outcome::Kept);
        assert_eq!(world.track(&sender(2, CHROME), stranger()).await.expect("kept"), Outcome::Kept);
        let theirs = world.tracking.domains.domains(world.elsewhere).await.expect("domains");
        assert_eq!(theirs.iter().map(|domain| domain.name.as_str()).collect::<Vec<_>>(), ["*"]);
        assert_eq!(world.today().await.numbers.visits, 0);
    })
    .await;
    on_each_database(async |database| {
        let world = World::with(database, Strangers::Ignore, Arc::new(Unmetered)).await;
        let stranger = Told { url: "https://stranger.example/".into(), ..view("/") };
        let ignored = Outcome::Ignored(Ignored::UnknownDomain);
        assert_eq!(world.track(&sender(1, CHROME), stranger).await.expect("answered"), ignored);
        let wanted = Wanted { places: vec!["stranger.example".into()], ..Wanted::default() };
        assert!(!world.tracking.intake.config(wanted).await.expect("a config").is_enabled);
    })
    .await;
    on_each_database(async |database| {
        let world = World::with(database, Strangers::Refuse, Arc::new(Unmetered)).await;
        let stranger = Told { url: "https://stranger.example/".into(), ..view("/") };
        assert_eq!(wrong_fields(world.track(&sender(1, CHROME), stranger).await), ["url"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_for_pages_of_its_domain_alone() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let keyed = |url: &str| {
            let pixel_key = Some(world.domain.pixel_key.clone());
            Told { url: url.into(), pixel_key, ..view("/") }
        };
        let below = world.track(&sender(1, CHROME), keyed("https://shop.example.com/")).await.expect("kept");
        assert_eq!(below, Outcome::Kept);
        assert_eq!(wrong_fields(world.track(&sender(1, CHROME), keyed("https://thief.example/")).await), ["url"]);
    })
    .await;
}

/// Lets a workspace tell of three events.
#[derive(Default)]
struct Three(std::sync::Mutex<u64>);

#[async_trait]
impl Meter for Three {
    async fn count(&self, _: WorkspaceId, events: u64) -> StoreResult<bool> {
        let mut counted = self.0.lock().expect("no panic");
        let fits = *counted + events <= 3;
        *counted += if fits { events } else { 0 };
        Ok(fits)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_plan_nothing_is_kept_and_bots_do_not_use_it_up() {
    on_each_database(async |database| {
        let world = World::with(database, Strangers::Collect, Arc::new(Three::default())).await;
        let crawler = sender(9, "curl/8.5.0");
        world.track(&crawler, view("/")).await.expect("kept apart");
        world.tracking.intake.track(&sender(1, CHROME), vec![view("/"), view("/a")]).await.expect("kept");
        let several = world.tracking.intake.track(&sender(1, CHROME), vec![view("/"), view("/a")]).await;
        assert!(matches!(several, Err(TrackingError::LimitReached)), "{several:?}");
        world.view(&sender(1, CHROME), "/b").await;
        assert_eq!(world.today().await.numbers.views, 3);
    })
    .await;
}
