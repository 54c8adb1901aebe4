//! Who may do what to whom in a project, over the database; the whole matrix is tested beside the rules.

use crate::services::{Services, crew, refusal};
use crate::world::World;
use futures_util::future::join_all;
use mainstay_kernel::{Ids as _, Kind, SystemIds, UserId};
use mainstay_tenancy::permissions::NewPermission;
use mainstay_tenancy::project_members::{NewProjectMember, ProjectMemberChange};
use mainstay_tenancy::{
    MembershipId, PermissionService as _, ProjectMemberService as _, ProjectRole, ProjectService as _,
};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

fn role(role: &str) -> ProjectMemberChange {
    ProjectMemberChange { role: Some(role.into()), permissions: None }
}

fn keys(keys: &[&str]) -> ProjectMemberChange {
    ProjectMemberChange { role: None, permissions: Some(keys.iter().map(|key| (*key).to_owned()).collect()) }
}

async fn catalogue(s: &Services, by: UserId) {
    for (key, is_default) in [("can_deploy", false), ("editor", true)] {
        let new = NewPermission { key: key.into(), display_name: key.into(), is_default, ..NewPermission::default() };
        s.permissions.create(by, "rocket", new).await.expect("made");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_each_other_with_names_and_addresses_and_outsiders_see_nobody() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let seen = s.members.list(c.mia, "rocket").await.expect("listed");
        let seen: Vec<_> = seen.iter().map(|m| (m.user, m.role, m.email.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (c.ada, ProjectRole::Owner, Some("ada@example.com")),
                (c.abe, ProjectRole::Admin, Some("abe@example.com")),
                (c.mia, ProjectRole::Member, Some("mia@example.com")),
            ]
        );
        assert_eq!(refusal(s.members.list(c.oz, "rocket").await), (Kind::Forbidden, "not_project_member"));
        assert_eq!(refusal(s.members.list(c.oz, "none").await), (Kind::NotFound, "project_not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_permissions_go_to_later_members_unless_others_are_named() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        catalogue(&s, c.abe).await;
        assert_eq!(s.member(c.ada, "rocket", c.mia).await.expect("a member").permissions, [""; 0]);
        assert_eq!(s.members.join(c.oz, "rocket").await.expect("joined").permissions, ["editor"]);
        world.person("Bob").await;
        let bob = NewProjectMember {
            email: "bob@example.com".into(),
            role: None,
            permissions: Some(vec!["can_deploy".into(), "can_deploy".into()]),
        };
        let added = s.members.add(c.abe, "rocket", bob).await.expect("added");
        assert_eq!((added.role, added.permissions), (ProjectRole::Member, vec!["can_deploy".to_owned()]));
        world.person("Eve").await;
        let eve =
            NewProjectMember { email: "eve@example.com".into(), role: None, permissions: Some(vec!["fly".into()]) };
        assert_eq!(refusal(s.members.add(c.abe, "rocket", eve).await), (Kind::Invalid, "validation_failed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_is_refused_with_its_codes_and_tells_strangers_no_addresses() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let new = |email: &str, role: &str| NewProjectMember {
            email: email.into(),
            role: Some(role.into()),
            permissions: None,
        };
        let cases = [
            (c.abe, "oz@example.com", "admin", (Kind::Forbidden, "only_owner_assigns_admin")),
            (c.abe, "nobody@example.com", "member", (Kind::NotFound, "user_not_found")),
            (c.abe, "mia@example.com", "member", (Kind::Malformed, "already_member")),
            (c.abe, "no address", "member", (Kind::Invalid, "validation_failed")),
            (c.ada, "oz@example.com", "owner", (Kind::Invalid, "validation_failed")),
            (c.mia, "oz@example.com", "member", (Kind::Forbidden, "insufficient_role")),
            (c.mia, "nobody@example.com", "member", (Kind::Forbidden, "insufficient_role")),
            (c.oz, "mia@example.com", "member", (Kind::Forbidden, "not_project_member")),
            (c.oz, "nobody@example.com", "member", (Kind::Forbidden, "not_project_member")),
        ];
        for (actor, email, role, expected) in cases {
            assert_eq!(refusal(s.members.add(actor, "rocket", new(email, role)).await), expected, "{email} {role}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_member_is_kept_and_a_refused_one_is_not() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        catalogue(&s, c.ada).await;
        let mia = s.seat(c.ada, "rocket", c.mia).await;
        let abe = s.seat(c.ada, "rocket", c.abe).await;
        let changed = s.members.change(c.abe, "rocket", mia, keys(&["editor", "can_deploy"])).await.expect("given");
        assert_eq!(changed.permissions, ["can_deploy", "editor"]);
        assert_eq!(
            refusal(s.members.change(c.abe, "rocket", mia, role("admin")).await),
            (Kind::Forbidden, "only_owner_assigns_admin")
        );
        let changed = s.members.change(c.ada, "rocket", mia, role("admin")).await.expect("promoted");
        assert_eq!((changed.role, changed.permissions.len()), (ProjectRole::Admin, 2));
        assert_eq!(
            refusal(s.members.change(c.abe, "rocket", mia, keys(&[])).await),
            (Kind::Forbidden, "admin_cannot_edit_admin")
        );
        let demoted = s.members.change(c.ada, "rocket", mia, role("member")).await.expect("demoted");
        assert_eq!(demoted.permissions.len(), 2, "a demoted admin keeps permissions");
        let own = s.members.change(c.abe, "rocket", abe, keys(&["can_deploy"])).await.expect("an admin's own");
        assert_eq!(own.permissions, ["can_deploy"]);
        assert_eq!(
            refusal(s.members.change(c.abe, "rocket", MembershipId(SystemIds.uuid()), role("member")).await),
            (Kind::NotFound, "member_not_found")
        );
        assert_eq!(s.member(c.ada, "rocket", c.mia).await.expect("a member"), demoted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_of_one_project_is_none_of_another() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let new = mainstay_tenancy::projects::NewProject { name: "Other".into(), ..Default::default() };
        s.projects.create(c.ada, c.workspace, new).await.expect("made");
        let mia = s.seat(c.ada, "rocket", c.mia).await;
        let changed = s.members.change(c.ada, "other", mia, role("admin")).await;
        assert_eq!(refusal(changed), (Kind::NotFound, "member_not_found"));
        assert_eq!(refusal(s.members.remove(c.ada, "other", mia).await), (Kind::NotFound, "member_not_found"));
        assert_eq!(refusal(s.members.transfer(c.ada, "other", mia.0).await), (Kind::Malformed, "not_a_member"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_joins_public_projects_once_and_leaves_unless_one_owns_them() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let joined = s.members.join(c.oz, "rocket").await.expect("joined");
        assert_eq!((joined.role, joined.user), (ProjectRole::Member, c.oz));
        assert_eq!(refusal(s.members.join(c.oz, "rocket").await), (Kind::Malformed, "already_member"));
        s.members.leave(c.oz, "rocket").await.expect("left");
        s.members.leave(c.abe, "rocket").await.expect("an admin left");
        assert_eq!(refusal(s.members.leave(c.oz, "rocket").await), (Kind::Forbidden, "not_project_member"));
        assert_eq!(refusal(s.members.leave(c.ada, "rocket").await), (Kind::Malformed, "owner_cannot_leave"));
        let private = mainstay_tenancy::projects::ProjectChange { is_public: Some(false), ..Default::default() };
        s.projects.update(c.ada, "rocket", private).await.expect("closed");
        assert_eq!(refusal(s.members.join(c.oz, "rocket").await), (Kind::Forbidden, "project_private"));
        assert!(s.member(c.ada, "rocket", c.mia).await.is_some(), "members stay when it is closed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_is_gone_and_may_be_added_again() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        let mia = s.seat(c.ada, "rocket", c.mia).await;
        s.members.remove(c.abe, "rocket", mia).await.expect("removed");
        assert_eq!(refusal(s.projects.get(c.mia, "rocket").await), (Kind::Forbidden, "not_project_member"));
        assert_ne!(s.add(c.abe, "rocket", "Mia", "member").await.id, mia);
        let ada = s.seat(c.abe, "rocket", c.ada).await;
        assert_eq!(refusal(s.members.remove(c.abe, "rocket", ada).await), (Kind::Malformed, "cannot_remove_owner"));
        let abe = s.seat(c.abe, "rocket", c.abe).await;
        assert_eq!(refusal(s.members.remove(c.abe, "rocket", abe).await), (Kind::Malformed, "use_leave"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_hands_over_to_a_member_and_is_an_admin_then() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        for (to, code) in [(c.ada.0, "cannot_transfer_to_self"), (c.oz.0, "not_a_member")] {
            assert_eq!(refusal(s.members.transfer(c.ada, "rocket", to).await), (Kind::Malformed, code));
        }
        assert_eq!(refusal(s.members.transfer(c.abe, "rocket", c.mia.0).await), (Kind::Forbidden, "insufficient_role"));
        let project = s.members.transfer(c.ada, "rocket", c.mia.0).await.expect("handed over");
        assert_eq!(project.owner, c.mia);
        assert_eq!(s.projects.get(c.ada, "rocket").await.expect("there").project, project);
        assert_eq!(s.member(c.ada, "rocket", c.ada).await.expect("a member").role, ProjectRole::Admin);
        assert_eq!(s.member(c.ada, "rocket", c.mia).await.expect("a member").role, ProjectRole::Owner);
        let abe = s.seat(c.mia, "rocket", c.abe).await;
        assert_eq!(s.members.transfer(c.mia, "rocket", abe.0).await.expect("by seat").owner, c.abe);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_once_a_project_keeps_exactly_one_owner() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Arc::new(Services::over(&world));
        let c = crew(&world, &s, false).await;
        for round in 0..8 {
            let owner = s.projects.get(c.ada, "rocket").await.expect("there").project.owner;
            let seat_of = |user| s.seat(c.ada, "rocket", user);
            let seats = [seat_of(c.ada).await, seat_of(c.abe).await, seat_of(c.mia).await];
            let heirs = [c.ada, c.abe, c.mia].into_iter().filter(|heir| *heir != owner);
            let transfers = heirs.map(|heir| {
                let s = Arc::clone(&s);
                tokio::spawn(async move { s.members.transfer(owner, "rocket", heir.0).await.is_ok() })
            });
            let demotions = seats.map(|seat| {
                let s = Arc::clone(&s);
                tokio::spawn(
                    async move { s.members.change(owner, "rocket", seat, role("member")).await.map(drop).is_ok() },
                )
            });
            let handed_over = join_all(transfers).await.into_iter().filter(|done| *done.as_ref().expect("no panic"));
            assert_eq!(handed_over.count(), 1, "round {round}");
            join_all(demotions).await;
            let members = s.members.list(c.ada, "rocket").await.expect("listed");
            let owners: Vec<_> = members.iter().filter(|m| m.role == ProjectRole::Owner).map(|m| m.user).collect();
            assert_eq!(owners, [s.projects.get(c.ada, "rocket").await.expect("there").project.owner]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_add_one_person_at_once_one_does() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Arc::new(Services::over(&world));
        let c = crew(&world, &s, true).await;
        // The first rounds are spent on connecting to PostgreSQL.
        for _ in 0..6 {
            let joined = join_all((0..12).map(|_| {
                let s = Arc::clone(&s);
                tokio::spawn(async move { s.members.join(c.oz, "rocket").await.map(drop) })
            }));
            let (done, refused): (Vec<_>, Vec<_>) =
                joined.await.into_iter().map(|done| done.expect("no panic")).partition(Result::is_ok);
            assert_eq!(done.len(), 1);
            let codes: Vec<_> = refused.into_iter().map(refusal).collect();
            assert_eq!(codes, [(Kind::Malformed, "already_member"); 11]);
            s.members.leave(c.oz, "rocket").await.expect("left");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_who_shares_a_project_or_a_workspace() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let vic = world.member(c.ada, c.workspace, "Vic", mainstay_kernel::Role::Viewer).await;
        let circle = |user| s.members.circle(user);
        assert_eq!(circle(c.ada).await.expect("read"), sorted([c.ada, c.abe, c.mia, vic]), "by project and workspace");
        assert_eq!(circle(vic).await.expect("read"), sorted([c.ada, vic]), "a workspace does not show its projects");
        assert!(circle(c.oz).await.expect("read").is_empty(), "a public project alone shows nobody");
    })
    .await;
}

fn sorted<const N: usize>(mut people: [mainstay_kernel::UserId; N]) -> [mainstay_kernel::UserId; N] {
    people.sort_unstable();
    people
}
