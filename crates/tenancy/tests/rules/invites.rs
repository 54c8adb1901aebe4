//! Invites lead whom they were sent to, once, and nobody else.

use crate::services::{Crew, Services, crew, refusal};
use crate::world::{World, alias, email, problem};
use futures_util::future::join_all;
use mainstay_kernel::{Ids as _, Kind, Role, SystemIds};
use mainstay_store::jobs::{self, Claim, Handler as _};
use mainstay_tenancy::invites::{self, InviteCleanUp, NewInvite, Place};
use mainstay_tenancy::permissions::NewPermission;
use mainstay_tenancy::{
    InviteId, InviteService as _, InviteToken, Memberships as _, PermissionService as _, ProjectMemberService as _,
    ProjectRole,
};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;

const WEEK: Duration = Duration::from_hours(7 * 24);

fn to(email: &str) -> NewInvite {
    NewInvite { email: email.into(), ..NewInvite::default() }
}

fn as_role(email: &str, role: &str) -> NewInvite {
    NewInvite { role: Some(role.into()), ..to(email) }
}

fn rocket() -> Place {
    Place::Project("rocket".into())
}

/// Both places that a crew has.
fn places(crew: &Crew) -> [Place; 2] {
    [rocket(), Place::Workspace(crew.workspace)]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_gives_a_seat_with_its_role_and_the_defaults_and_is_used_up() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        let editor =
            NewPermission { key: "editor".into(), display_name: "E".into(), is_default: true, ..Default::default() };
        s.permissions.create(c.ada, "rocket", editor).await.expect("made");
        let url = Some("https://app.example.com/in".to_owned());
        let new = NewInvite { redirect_url: url.clone(), ..as_role("OZ@example.com", "admin") };
        let made = s.invites.create(c.ada, &rocket(), new).await.expect("invited");
        assert_eq!((made.email.as_str(), made.offer.role()), ("OZ@example.com", "admin"));
        assert_eq!(made.expires_at, made.created_at.plus(WEEK));
        assert_eq!(s.invites.list(c.abe, &rocket()).await.expect("listed"), std::slice::from_ref(&made));

        let token = s.letters.token_for("OZ@example.com");
        let view = s.invites.view(&token).await.expect("seen");
        assert_eq!((view.place_name.as_str(), view.place_slug.as_str()), ("Rocket", "rocket"));
        assert_eq!((view.invite.id, view.invited_by.as_deref()), (made.id, Some("Ada")));
        let accepted = s.invites.accept(c.oz, &token).await.expect("accepted");
        assert_eq!((accepted.place_slug.as_str(), accepted.invite.redirect_url), ("rocket", url));
        let oz = s.member(c.ada, "rocket", c.oz).await.expect("a member");
        assert_eq!((oz.role, oz.permissions), (ProjectRole::Admin, vec!["editor".to_owned()]));
        for again in [s.invites.accept(c.oz, &token).await.map(drop), s.invites.view(&token).await.map(drop)] {
            assert_eq!(refusal(again), (Kind::NotFound, "invite_not_found"));
        }
        assert!(s.invites.list(c.ada, &rocket()).await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_into_a_workspace_gives_a_seat_there_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        let place = Place::Workspace(c.workspace);
        assert_eq!(world.tenancy.role(c.oz, c.workspace).await.expect("read"), None);
        s.invites.create(c.ada, &place, as_role("oz@example.com", "viewer")).await.expect("invited");
        let accepted = s.invites.accept(c.oz, &s.letters.token_for("oz@example.com")).await.expect("accepted");
        assert_eq!((accepted.place_slug.as_str(), accepted.invite.offer.project()), ("acme", None));
        assert_eq!(world.tenancy.role(c.oz, c.workspace).await.expect("read"), Some(Role::Viewer));
        assert_eq!(world.tenancy.default_of(c.oz).await.expect("read"), Some(c.workspace));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_verified_address_of_the_person_will_do_and_no_other_persons() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        for place in places(&c) {
            s.invites.create(c.ada, &place, to(&alias("OZ"))).await.expect("invited");
            let token = s.letters.token_for(&alias("OZ"));
            assert_eq!(refusal(s.invites.accept(c.mia, &token).await), (Kind::Malformed, "email_mismatch"));
            s.invites.accept(c.oz, &token).await.expect("accepted");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invite_is_told_to_who_accepts_hidden_from_who_looks_and_replaced() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        for place in places(&c) {
            let old = s.invites.create(c.ada, &place, to("oz@example.com")).await.expect("invited");
            let token = s.letters.token_for("oz@example.com");
            world.clock.advance(WEEK.checked_sub(Duration::from_secs(1)).expect("a span"));
            assert_eq!(s.invites.view(&token).await.expect("a second is left").invite, old);
            assert_eq!(s.invites.offered_to(" OZ@example.com", &token).await.expect("whatever the case"), old);
            let another = s.invites.offered_to("mia@example.com", &token).await;
            assert_eq!(refusal(another), (Kind::Malformed, "email_mismatch"));
            let pending = s.invites.create(c.ada, &place, to("OZ@Example.com")).await;
            assert_eq!(refusal(pending), (Kind::Malformed, "invite_already_exists"));
            world.clock.advance(Duration::from_secs(1));
            assert_eq!(refusal(s.invites.view(&token).await), (Kind::NotFound, "invite_not_found"));
            assert_eq!(
                refusal(s.invites.offered_to("mia@example.com", &token).await),
                (Kind::Malformed, "invite_expired")
            );
            assert_eq!(refusal(s.invites.accept(c.mia, &token).await), (Kind::Malformed, "invite_expired"));
            let new = s.invites.create(c.ada, &place, to("OZ@Example.com")).await.expect("replaced");
            assert_eq!(s.invites.list(c.ada, &place).await.expect("listed"), [new]);
            assert_eq!(refusal(s.invites.accept(c.oz, &token).await), (Kind::NotFound, "invite_not_found"));
            s.invites.accept(c.oz, &s.letters.token_for("OZ@Example.com")).await.expect("accepted");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_already_is_neither_invited_nor_does_their_invite_end() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let member = s.invites.create(c.ada, &rocket(), to("mia@example.com")).await;
        assert_eq!(refusal(member), (Kind::Malformed, "already_member"));
        s.invites.create(c.ada, &rocket(), to("oz@example.com")).await.expect("invited");
        s.members.join(c.oz, "rocket").await.expect("joined by themselves");
        let token = s.letters.token_for("oz@example.com");
        assert_eq!(refusal(s.invites.accept(c.oz, &token).await), (Kind::Malformed, "already_member"));
        s.members.leave(c.oz, "rocket").await.expect("left");
        s.invites.accept(c.oz, &token).await.expect("the invite was not used up");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_runs_a_place_sees_makes_and_cancels_its_invites() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let vic = world.member(c.ada, c.workspace, "Vic", Role::Member).await;
        let workspace = Place::Workspace(c.workspace);
        let cases = [
            (rocket(), c.mia, (Kind::Forbidden, "insufficient_role")),
            (rocket(), c.oz, (Kind::Forbidden, "not_project_member")),
            (Place::Project("none".into()), c.ada, (Kind::NotFound, "project_not_found")),
            (workspace.clone(), vic, (Kind::Forbidden, "forbidden_role")),
            (workspace.clone(), c.oz, (Kind::NotFound, "not_found")),
            (Place::Workspace(mainstay_kernel::WorkspaceId(9_999)), c.ada, (Kind::NotFound, "not_found")),
        ];
        for (place, who, expected) in cases {
            assert_eq!(refusal(s.invites.list(who, &place).await), expected, "{place:?}");
            let some = InviteId(SystemIds.uuid());
            assert_eq!(refusal(s.invites.create(who, &place, to("new@example.com")).await), expected, "{place:?}");
            assert_eq!(refusal(s.invites.cancel(who, &place, some).await), expected, "{place:?}");
        }
        let admin = s.invites.create(c.abe, &rocket(), as_role("new@example.com", "admin")).await;
        assert_eq!(refusal(admin), (Kind::Forbidden, "only_owner_assigns_admin"));
        let wim = world.member(c.ada, c.workspace, "Wim", Role::Admin).await;
        let owner = s.invites.create(wim, &workspace, as_role("new@example.com", "owner")).await;
        assert_eq!(refusal(owner), (Kind::Forbidden, "forbidden_role"));
        s.invites.create(wim, &workspace, as_role("new@example.com", "admin")).await.expect("an admin adds admins");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_invite_leads_nowhere_and_one_of_another_place_cannot_be_cancelled() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let [project, workspace] = places(&c);
        let made = s.invites.create(c.abe, &project, to("oz@example.com")).await.expect("invited");
        let token = s.letters.token_for("oz@example.com");
        let elsewhere = s.invites.cancel(c.ada, &workspace, made.id).await;
        assert_eq!(refusal(elsewhere), (Kind::NotFound, "invite_not_found"));
        s.invites.cancel(c.ada, &project, made.id).await.expect("cancelled");
        assert_eq!(refusal(s.invites.cancel(c.ada, &project, made.id).await), (Kind::NotFound, "invite_not_found"));
        assert_eq!(refusal(s.invites.accept(c.oz, &token).await), (Kind::NotFound, "invite_not_found"));
        let guess = InviteToken::presented(made.id.to_string());
        assert_eq!(refusal(s.invites.view(&guess).await), (Kind::NotFound, "invite_not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_of_an_invite_are_named() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        for place in places(&c) {
            let refused = s.invites.create(c.ada, &place, to("nobody")).await.expect_err("no address");
            assert_eq!(problem(&refused), ("email".into(), "email".into()));
            let refused = s.invites.create(c.ada, &place, as_role("a@b.example", "chief")).await.expect_err("no role");
            assert_eq!(problem(&refused), ("role".into(), "enum".into()));
            let bad = NewInvite { redirect_url: Some("http://evil.example".into()), ..to("a@b.example") };
            let refused = s.invites.create(c.ada, &place, bad).await.expect_err("not https");
            assert_eq!(problem(&refused), ("redirect_url".into(), "scheme".into()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_is_queued_with_the_invite_and_a_refused_one_is_not() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        s.invites.create(c.ada, &rocket(), to("new@example.com")).await.expect("invited");
        assert!(s.invites.create(c.ada, &rocket(), to("new@example.com")).await.is_err());
        let claim = Claim { queue: "mail", worker: "test".into(), most: 10, lease: Duration::from_mins(1) };
        let now = mainstay_kernel::Clock::now(&world.clock);
        let queued = jobs::open(&world.database).claim(claim, now).await.expect("claimed");
        let payloads: Vec<_> = queued.into_iter().map(|job| job.payload).collect();
        assert_eq!(payloads, [serde_json::json!({"place": "Rocket", "by": "Ada"})]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_made_at_once_an_address_has_one_invite() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Arc::new(Services::over(&world));
        let c = crew(&world, &s, false).await;
        // The first rounds are spent on connecting to PostgreSQL.
        for (round, place) in places(&c).into_iter().cycle().take(8).enumerate() {
            let email = format!("round{round}@example.com");
            let made = join_all((0..12).map(|_| {
                let (s, place, ada, email) = (Arc::clone(&s), place.clone(), c.ada, email.clone());
                tokio::spawn(async move { s.invites.create(ada, &place, to(&email)).await.map(drop) })
            }));
            let refused = made.await.into_iter().filter_map(|made| made.expect("no panic").err());
            let refused: Vec<_> = refused.map(|error| refusal::<(), _>(Err(error)).1).collect();
            assert_eq!(refused, ["invite_already_exists"; 11]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_accepted_at_once_an_invite_gives_one_seat() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Arc::new(Services::over(&world));
        let c = crew(&world, &s, false).await;
        for (round, place) in places(&c).into_iter().cycle().take(8).enumerate() {
            let name = format!("Round{round}");
            let (guest, email) = (world.person(&name).await, email(&name));
            s.invites.create(c.ada, &place, to(&email)).await.expect("invited");
            let accepted = join_all((0..12).map(|_| {
                let (s, token) = (Arc::clone(&s), s.letters.token_for(&email));
                tokio::spawn(async move { s.invites.accept(guest, &token).await.map(drop) })
            }));
            let refused = accepted.await.into_iter().filter_map(|done| done.expect("no panic").err());
            let refused: Vec<_> = refused.map(|error| refusal::<(), _>(Err(error)).1).collect();
            assert_eq!(refused, ["invite_not_found"; 11]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_deleted_thirty_days_after_it_expired() {
    on_each_database(|database| async move {
        let world = World::new(database.clone());
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        s.invites.create(c.ada, &rocket(), to("ann@example.com")).await.expect("invited");
        let clean_up = InviteCleanUp::new(invites::open(&database), Arc::new(world.clock.clone()));
        let left = async || {
            clean_up.run(&serde_json::Value::Null).await.expect("a run");
            s.invites.list(c.ada, &rocket()).await.expect("listed").len()
        };
        world.clock.advance(WEEK + Duration::from_hours(30 * 24));
        assert_eq!(left().await, 1);
        world.clock.advance(Duration::from_micros(1));
        assert_eq!(left().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_only_looks_alike_is_another_mailbox() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        s.invites.create(c.ada, &rocket(), to("kim@example.com")).await.expect("invited");
        let token = s.letters.token_for("kim@example.com");
        let kelvin = s.invites.offered_to("\u{212a}im@example.com", &token).await;
        assert_eq!(refusal(kelvin), (Kind::Malformed, "email_mismatch"), "the Kelvin sign folds to k in Unicode");
        s.invites.offered_to("KIM@example.com", &token).await.expect("the same mailbox");
    })
    .await;
}
