//! Who may do what to whom.

use crate::world::{World, email, problem};
use mainstay_kernel::{Fault as _, Kind, Role, UserId, WorkspaceId};
use mainstay_tenancy::{Memberships as _, TenancyError, WorkspaceService as _};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

/// An owner, and a workspace of theirs.
async fn acme(world: &World) -> (UserId, WorkspaceId) {
    let ada = world.person("Ada").await;
    (ada, world.workspace(ada, "Acme").await.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_address_is_added_and_an_unknown_or_present_one_is_not() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        let bob = world.person("Bob").await;
        let member = world.tenancy.add_member(ada, acme, " bob@example.com ", Role::Viewer).await.expect("added");
        assert_eq!((member.user, member.role), (bob, Role::Viewer));
        assert_eq!((member.email.as_deref(), member.name.as_deref()), (Some("bob@example.com"), Some("Bob")));
        let again = world.tenancy.add_member(ada, acme, "bob@example.com", Role::Admin).await.expect_err("is in");
        assert_eq!((again.kind(), again.code()), (Kind::Conflict, "already_member"));
        assert_eq!(world.tenancy.role(bob, acme).await.expect("read"), Some(Role::Viewer));
        let unknown = world.tenancy.add_member(ada, acme, "no@example.com", Role::Viewer).await.expect_err("nobody");
        assert_eq!(problem(&unknown), ("email".into(), "exists".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_run_the_people_below_owner_and_lesser_roles_run_nobody() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        for actor_role in Role::ALL {
            let actor = world.member(ada, acme, &format!("Actor {actor_role}"), actor_role).await;
            for (present, wanted) in Role::ALL.into_iter().flat_map(|p| Role::ALL.map(|w| (p, w))) {
                let name = format!("{actor_role} {present} {wanted}");
                let reaches = |role| actor_role == Role::Owner || (actor_role == Role::Admin && role != Role::Owner);

                let newcomer = world.person(&format!("New {name}")).await;
                let added = world.tenancy.add_member(actor, acme, &email(&format!("New {name}")), wanted).await;
                assert_eq!(added.is_ok(), reaches(wanted), "add: {name}");
                let joined = world.tenancy.role(newcomer, acme).await.expect("read");
                assert_eq!(joined, reaches(wanted).then_some(wanted));

                let target = world.member(ada, acme, &name, present).await;
                let changed = world.tenancy.change_role(actor, acme, target, wanted).await;
                assert_eq!(changed.is_ok(), reaches(present) && reaches(wanted), "change: {name}");
                let now = if changed.is_ok() { wanted } else { present };
                assert_eq!(world.tenancy.role(target, acme).await.expect("read"), Some(now), "change: {name}");

                let removed = world.tenancy.remove_member(actor, acme, target).await;
                assert_eq!(removed.is_ok(), reaches(now), "remove: {name}");
                for refused in [added.map(drop), changed.map(drop), removed].into_iter().filter_map(Result::err) {
                    assert_eq!(refused.code(), "forbidden_role", "{name}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_add_people_does_not_learn_which_addresses_are_known() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        let vic = world.member(ada, acme, "Vic", Role::Viewer).await;
        world.person("Bob").await;
        for address in ["bob@example.com", "no@example.com"] {
            let refused = world.tenancy.add_member(vic, acme, address, Role::Viewer).await.expect_err("a viewer");
            assert_eq!(refused.code(), "forbidden_role");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_no_member_can_be_neither_changed_nor_removed() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        let bob = world.person("Bob").await;
        let changed = world.tenancy.change_role(ada, acme, bob, Role::Member).await.map(drop);
        for refused in [changed, world.tenancy.remove_member(ada, acme, bob).await] {
            assert!(matches!(refused, Err(TenancyError::MemberNotFound)), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_leave_and_is_out_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        for role in Role::ALL {
            let user = world.member(ada, acme, &format!("A {role}"), role).await;
            assert_eq!(world.tenancy.role(user, acme).await.expect("read"), Some(role));
            world.tenancy.remove_member(user, acme, user).await.expect("left");
            assert_eq!(world.tenancy.role(user, acme).await.expect("read"), None);
            assert_eq!(world.tenancy.default_of(user).await.expect("read"), None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_owner() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        let demoted = world.tenancy.change_role(ada, acme, ada, Role::Admin).await.map(drop);
        for refused in [demoted, world.tenancy.remove_member(ada, acme, ada).await] {
            let refused = refused.expect_err("the last owner");
            assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "last_owner"));
        }
        let olga = world.member(ada, acme, "Olga", Role::Owner).await;
        world.tenancy.change_role(olga, acme, ada, Role::Viewer).await.expect("one of two");
        assert!(world.tenancy.remove_member(olga, acme, olga).await.is_err(), "now she is the last");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, olga) = (world.person("Ada").await, world.person("Olga").await);
        for round in 0..20 {
            let acme = world.workspace(ada, &format!("Round {round}")).await.id;
            world.tenancy.add_member(ada, acme, "olga@example.com", Role::Owner).await.expect("added");
            let [one, other] = [(ada, olga), (olga, ada)].map(|(actor, target)| {
                let tenancy = Arc::clone(&world.tenancy);
                tokio::spawn(async move { tenancy.change_role(actor, acme, target, Role::Member).await.is_ok() })
            });
            let succeeded = [one.await.expect("no panic"), other.await.expect("no panic")];
            assert_eq!(succeeded.iter().filter(|done| **done).count(), 1, "round {round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_owners_who_all_leave_at_once_one_stays() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        for round in 0..10 {
            let acme = world.workspace(ada, &format!("Round {round}")).await.id;
            let mut owners = vec![ada];
            for n in 0..3 {
                owners.push(world.member(ada, acme, &format!("Owner {round} {n}"), Role::Owner).await);
            }
            let leaving = owners.iter().map(|&user| {
                let tenancy = Arc::clone(&world.tenancy);
                tokio::spawn(async move { tenancy.remove_member(user, acme, user).await })
            });
            let outcomes = futures_util::future::join_all(leaving).await;
            let refused: Vec<_> = outcomes.into_iter().filter_map(|done| done.expect("no panic").err()).collect();
            assert!(matches!(refused.as_slice(), [TenancyError::LastOwner]), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_added_many_times_at_once_joins_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = acme(&world).await;
        world.person("Bob").await;
        let adding = (0..8).map(|_| {
            let tenancy = Arc::clone(&world.tenancy);
            tokio::spawn(async move { tenancy.add_member(ada, acme, "bob@example.com", Role::Member).await })
        });
        let outcomes = futures_util::future::join_all(adding).await;
        let refused: Vec<_> = outcomes.into_iter().filter_map(|done| done.expect("no panic").err()).collect();
        assert_eq!(refused.len(), 7);
        assert!(refused.iter().all(|error| matches!(error, TenancyError::AlreadyMember)), "{refused:?}");
    })
    .await;
}
