//! Hooks: who is believed, and what a push does to a site and its history.

use crate::world::{World, actor};
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use mainstay_hosting::deployments::{CancelReason, Deployment, DeploymentStatus, SkipReason, Trigger};
use mainstay_hosting::hooks::{Delivery, HookOutcome, HookService as _, Opened, Posted, Reason};
use mainstay_hosting::metering::Leave;
use mainstay_hosting::sites::{Action, SiteChange, SiteService as _, SiteStatus};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::Patch;
use mainstay_testkit::{on_each_database, rows};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

/// A site that is live, with its hook.
struct Hooked {
    world: World,
    id: SiteId,
    opened: Opened,
    told: u32,
}

impl Hooked {
    async fn new(world: World) -> Self {
        let id = world.live_site("shop").await;
        let change = SiteChange { branch: Patch::Set("main".to_owned()), ..SiteChange::default() };
        world.hosting.sites.change(world.workspace, &id, (None, None), change).await.expect("changed");
        let opened = world.hosting.hooks.rotate(world.workspace, &id, actor()).await.expect("a hook");
        Self { world, id, opened, told: 0 }
    }

    fn push(&self, commit: &str, paths: &[&str]) -> Value {
        json!({
            "ref": "refs/heads/main",
            "before": "1".repeat(40),
            "after": commit,
            "commits": [{ "added": paths, "removed": [], "modified": [] }],
            "head_commit": { "message": "Pushed\n\nLong story" },
            "repository": { "clone_url": self.world.repository.url() },
        })
    }

    async fn hear(
        &self,
        opened: &Opened,
        (delivery, event): (&str, &str),
        body: &str,
    ) -> Result<Delivery, HostingError> {
        let signature = signed(opened.secret.expose(), body);
        let headers =
            [("x-github-event", event), ("x-github-delivery", delivery), ("x-hub-signature-256", &*signature)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let posted = Posted { headers, body: Bytes::copy_from_slice(body.as_bytes()) };
        self.world.hosting.hooks.hear(opened.token.expose(), posted).await
    }

    /// Tells of a push as if for the first time, a second after what was done before.
    async fn tell(&mut self, body: &Value) -> Delivery {
        self.world.clock.advance(Duration::from_secs(1));
        self.told += 1;
        let delivery = format!("delivery-{}", self.told);
        self.hear(&self.opened, (&delivery, "push"), &body.to_string()).await.expect("heard")
    }

    async fn change(&self, change: SiteChange) {
        let sites = &self.world.hosting.sites;
        sites.change(self.world.workspace, &self.id, (None, None), change).await.expect("changed");
    }

    async fn of_hook(&self) -> Vec<Deployment> {
        let all = self.world.deployments(&self.id).await;
        all.into_iter().filter(|own| own.trigger == Trigger::Webhook).collect()
    }
}

fn signed(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_deploys_the_commit_that_was_pushed_and_no_later_one() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let commit = hooked.world.repository.commit(&[("index.html", "two")], "Second");
        let heard = hooked.tell(&hooked.push(&commit, &["index.html"])).await;
        assert_eq!((heard.outcome, heard.reason), (HookOutcome::Accepted, None));
        hooked.world.repository.commit(&[("index.html", "three")], "Third");
        hooked.world.work().await;
        assert_eq!(hooked.world.visit("shop.sites.test", "/"), "two");
        let own = hooked.of_hook().await.remove(0);
        assert_eq!((Some(&own.id), own.status), (heard.deployment.as_ref(), DeploymentStatus::Live));
        assert_eq!((own.commit.as_deref(), own.branch.as_deref()), (Some(commit.as_str()), Some("main")));
        assert_eq!(own.actor.expect("a hook").0, "hook:github");
        let told = hooked.world.events().await;
        assert_eq!(told[told.len() - 2..], ["site.deployment.created", "site.deployment.live"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_again_is_answered_as_before_and_deploys_nothing() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let commit = hooked.world.repository.commit(&[("index.html", "two")], "Second");
        let body = hooked.push(&commit, &["index.html"]);
        let first = hooked.tell(&body).await;
        hooked.world.work().await;
        let again = hooked.hear(&hooked.opened, ("delivery-1", "push"), &body.to_string()).await.expect("heard");
        assert_eq!(again, first);
        let renamed = hooked.tell(&body).await;
        assert_eq!(renamed, first, "what a delivery is called is not signed: its body counts, too");
        let other = hooked.push(&commit, &["other.html"]).to_string();
        let same_name = hooked.hear(&hooked.opened, ("delivery-1", "push"), &other).await.expect("heard");
        assert_eq!(same_name, first, "the same name is enough");
        assert_eq!(hooked.of_hook().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tells_the_same_at_once_is_heard_once() {
    on_each_database(async |database| {
        let hooked = Hooked::new(World::new(database).await).await;
        let commit = hooked.world.repository.commit(&[("index.html", "two")], "Second");
        let body = hooked.push(&commit, &["index.html"]).to_string();
        let tell = || hooked.hear(&hooked.opened, ("delivery", "push"), &body);
        let heard = futures_util::future::join_all((0..8).map(|_| tell())).await;
        let first = heard[0].as_ref().expect("heard");
        assert!(heard.iter().all(|own| own.as_ref().is_ok_and(|own| own == first)), "{heard:?}");
        assert_eq!(hooked.of_hook().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_believed_without_the_token_and_the_secret_of_the_present_hook() {
    on_each_database(async |database| {
        let hooked = Hooked::new(World::new(database).await).await;
        let other = hooked.world.live_site("other").await;
        let world = &hooked.world;
        let theirs = world.hosting.hooks.rotate(world.workspace, &other, None).await.expect("a hook");
        let old = hooked.opened.clone();
        let body = hooked.push(&"a".repeat(40), &[]).to_string();
        let mixed = Opened { secret: theirs.secret.clone(), ..old.clone() };
        let unknown = Opened { token: "x".repeat(43).into(), ..old.clone() };
        let refused = async |opened: &Opened| {
            let heard = hooked.hear(opened, ("delivery", "push"), &body).await;
            assert!(matches!(heard, Err(HostingError::HookRefused)), "{heard:?}");
        };
        refused(&mixed).await;
        refused(&unknown).await;
        let new = world.hosting.hooks.rotate(world.workspace, &hooked.id, None).await.expect("another hook");
        refused(&old).await;
        refused(&Opened { token: new.token.clone(), ..old.clone() }).await;
        refused(&Opened { secret: new.secret.clone(), ..old }).await;
        assert_eq!(rows::count(&world.database, "hosting_hook_deliveries").await, 0);
        let heard = hooked.hear(&new, ("delivery", "ping"), "{}").await.expect("heard");
        assert_eq!(heard.reason, Some(Reason::Ping));
        world.hosting.sites.delete(world.workspace, &other, None).await.expect("deleted");
        let gone = hooked.hear(&theirs, ("delivery", "push"), &body).await.expect("heard");
        assert_eq!(gone.reason, Some(Reason::SiteDeleted), "until nothing of it is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_makes_no_difference_is_kept_in_the_history_and_the_site_stays_as_it_is() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        hooked.change(SiteChange { watch_paths: Patch::Set(vec!["web".to_owned()]), ..SiteChange::default() }).await;
        let before = hooked.world.site(&hooked.id).await;
        let commit = hooked.world.repository.commit(&[("docs/a.md", "two")], "Second");
        let heard = hooked.tell(&hooked.push(&commit, &["docs/a.md"])).await;
        assert_eq!((heard.outcome, heard.reason), (HookOutcome::Skipped, Some(Reason::WatchPaths)));
        let live = before.latest.as_ref().and_then(|own| own.commit.clone()).expect("a commit");
        let heard = hooked.tell(&hooked.push(&live, &["web/a.js"])).await;
        assert_eq!((heard.outcome, heard.reason), (HookOutcome::Skipped, Some(Reason::SameCommit)));
        let [same, watched] = &hooked.of_hook().await[..] else { panic!("two are noted") };
        assert_eq!((watched.status, watched.skip_reason), (DeploymentStatus::Skipped, Some(SkipReason::WatchPaths)));
        assert_eq!((same.status, same.skip_reason), (DeploymentStatus::Skipped, Some(SkipReason::SameCommit)));
        assert_eq!(watched.commit_message.as_deref(), Some("Pushed"));
        assert_eq!(watched.finished_at, Some(watched.created_at));
        hooked.world.work().await;
        assert_eq!(hooked.world.site(&hooked.id).await, before, "nothing was built");
        let told = hooked.world.events().await;
        assert_eq!(told[told.len() - 2..], ["site.deployment.skipped", "site.deployment.skipped"]);
        let touching = hooked.tell(&hooked.push(&commit, &["docs/a.md", "web/a.js"])).await;
        assert_eq!(touching.outcome, HookOutcome::Accepted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pushes_that_come_while_one_waits_the_newest_is_deployed() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let first = hooked.world.repository.commit(&[("index.html", "two")], "Second");
        let second = hooked.world.repository.commit(&[("index.html", "three")], "Third");
        hooked.tell(&hooked.push(&first, &["index.html"])).await;
        hooked.tell(&hooked.push(&second, &["index.html"])).await;
        let [newer, older] = &hooked.of_hook().await[..] else { panic!("two") };
        assert_eq!((older.status, older.cancel_reason), (DeploymentStatus::Canceled, Some(CancelReason::Superseded)));
        assert_eq!(newer.status, DeploymentStatus::Queued);
        hooked.world.work().await;
        assert_eq!(hooked.world.visit("shop.sites.test", "/"), "three");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_starts_no_site_that_somebody_stopped_and_undoes_no_rollback() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let id = hooked.id.clone();
        hooked.world.publish(&id, "two").await;
        hooked.world.act(&id, Action::Stop).await.expect("stopped");
        let commit = hooked.world.repository.commit(&[("index.html", "three")], "Third");
        let stopped = hooked.tell(&hooked.push(&commit, &["index.html"])).await;
        assert_eq!((stopped.outcome, stopped.reason), (HookOutcome::Ignored, Some(Reason::SiteStopped)));
        assert_eq!(hooked.world.site(&id).await.status, SiteStatus::Stopped);
        hooked.world.act(&id, Action::Start).await.expect("started");
        hooked.world.act(&id, Action::RollBack(None)).await.expect("rolled back");
        hooked.world.work().await;
        let back = hooked.tell(&hooked.push(&commit, &["more"])).await;
        assert_eq!(back.reason, Some(Reason::AutoDeployOff));
        hooked.world.work().await;
        assert_eq!(hooked.world.visit("shop.sites.test", "/"), "one");
        assert!(hooked.of_hook().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_nobody_pays_for_is_ignored_and_one_that_makes_no_difference_costs_nothing() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let commit = hooked.world.repository.commit(&[("index.html", "two")], "Second");
        let mut push = hooked.push(&commit, &["index.html"]);
        let leaves = [(Leave::Unpaid, Reason::InsufficientCredits), (Leave::LimitReached, Reason::QuotaExceeded)];
        for (leave, reason) in leaves {
            hooked.world.purse.let_build(leave);
            push["pushed"] = json!(reason.name());
            let heard = hooked.tell(&push).await;
            assert_eq!((heard.outcome, heard.reason), (HookOutcome::Ignored, Some(reason)));
        }
        let live = hooked.world.site(&hooked.id).await.latest.and_then(|own| own.commit).expect("a commit");
        let same = hooked.tell(&hooked.push(&live, &["index.html"])).await;
        assert_eq!(same.reason, Some(Reason::SameCommit));
        hooked.world.purse.let_build(Leave::Given);
        push["pushed"] = json!("paid");
        assert_eq!(hooked.tell(&push).await.outcome, HookOutcome::Accepted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_is_its_workspaces_and_shows_what_it_was_told() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let none = world.hosting.hooks.get(world.workspace, &id).await.expect("shown");
        assert!(none.token.is_none() && none.created_at.is_none() && none.deliveries.is_empty());
        let mut hooked = Hooked {
            opened: world.hosting.hooks.rotate(world.workspace, &id, None).await.expect("a hook"),
            world,
            id,
            told: 0,
        };
        let first = hooked.tell(&hooked.push(&"a".repeat(40), &[])).await;
        assert_eq!(first.reason, Some(Reason::DefaultBranchUnknown));
        let gone = hooked.tell(&json!({ "ref": "refs/tags/v1", "after": "b".repeat(40), "repository": {} })).await;
        assert_eq!((gone.reason, gone.commit), (Some(Reason::OtherRepository), Some("b".repeat(40))));
        let Hooked { world, id, .. } = &hooked;
        let hooks = &world.hosting.hooks;
        let shown = hooks.get(world.workspace, id).await.expect("shown");
        assert!(shown.token.as_ref() == Some(&hooked.opened.token));
        assert_eq!(shown.deliveries.iter().map(|own| own.reason).collect::<Vec<_>>(), [gone.reason, first.reason]);
        assert!(matches!(hooks.get(world.elsewhere, id).await, Err(HostingError::SiteNotFound)));
        assert!(matches!(hooks.rotate(world.elsewhere, id, None).await, Err(HostingError::SiteNotFound)));
        world.hosting.sites.delete(world.workspace, id, None).await.expect("deleted");
        assert!(matches!(hooks.rotate(world.workspace, id, None).await, Err(HostingError::Deleting)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_and_no_push_is_refused_and_not_noted() {
    on_each_database(async |database| {
        let hooked = Hooked::new(World::new(database).await).await;
        for body in ["", "{}", "[1]", "\u{0}"] {
            let heard = hooked.hear(&hooked.opened, ("delivery", "push"), body).await;
            assert!(matches!(heard, Err(HostingError::UnreadablePush(_))), "{heard:?}");
        }
        assert_eq!(rows::count(&hooked.world.database, "hosting_hook_deliveries").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_a_database_takes_amiss_are_heard() {
    on_each_database(async |database| {
        let mut hooked = Hooked::new(World::new(database).await).await;
        let mut push = hooked.push(&"a".repeat(40), &["a\0b"]);
        push["head_commit"]["message"] = json!("\0Odd\0 \u{1f600}");
        assert_eq!(hooked.tell(&push).await.outcome, HookOutcome::Accepted);
        push["ref"] = json!("refs/heads/ma\0in");
        assert_eq!(hooked.tell(&push).await.reason, Some(Reason::OtherBranch));
        let event = "p\0ush".replace('\0', "\u{7f}") + &"x".repeat(1000);
        let heard = hooked.hear(&hooked.opened, (&"d".repeat(5000), &event), "{}").await.expect("heard");
        assert_eq!((heard.reason, heard.event.len()), (Some(Reason::OtherEvent), 64));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_five_hundred_deliveries_are_remembered() {
    on_each_database(async |database| {
        let hooked = Hooked::new(World::new(database).await).await;
        let ping = async |number: u32| {
            hooked.world.clock.advance(Duration::from_secs(1));
            let (delivery, body) = (format!("delivery-{number}"), json!({ "zen": number }).to_string());
            hooked.hear(&hooked.opened, (&delivery, "ping"), &body).await.expect("heard")
        };
        let first = ping(0).await;
        for number in 1..=500 {
            ping(number).await;
        }
        assert_eq!(rows::count(&hooked.world.database, "hosting_hook_deliveries").await, 500);
        assert_ne!(ping(0).await.id, first.id, "the first was forgotten");
        let last = ping(500).await;
        assert_eq!(ping(500).await, last, "the last was not");
    })
    .await;
}
