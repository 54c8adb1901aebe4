//! Projects are made, seen, changed and ended as their rules say.

use crate::services::{Services, crew, refusal};
use crate::world::{World, email, problem};
use futures_util::future::join_all;
use mainstay_kernel::{Kind, Patch, Role, WorkspaceId};
use mainstay_tenancy::invites::{NewInvite, Place};
use mainstay_tenancy::permissions::NewPermission;
use mainstay_tenancy::projects::{NewProject, ProjectChange};
use mainstay_tenancy::{
    InviteService as _, PermissionService as _, ProjectRole, ProjectService as _, WorkspaceService as _,
};
use mainstay_testkit::on_each_database;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

fn named(name: &str) -> NewProject {
    NewProject { name: name.into(), ..NewProject::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_the_slug_of_its_name_and_whoever_makes_it_owns_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let ada = world.person("Ada").await;
        let home = world.workspace(ada, "Home").await.id;
        let new = NewProject { name: " Café Zürich ".into(), description: Some(" x ".into()), is_public: true };
        let made = s.projects.create(ada, home, new).await.expect("made");
        assert_eq!((made.project.slug.as_str(), made.project.name.as_str()), ("cafe-zurich", "Café Zürich"));
        assert_eq!((made.role, made.project.owner), (Some(ProjectRole::Owner), ada));
        assert_eq!(made.project.description.as_deref(), Some("x"));
        assert_eq!(s.projects.get(ada, "cafe-zurich").await.expect("there"), made);
        let numbered: Vec<_> = join_all((0..2).map(|_| s.projects.create(ada, home, named("Cafe Zurich")))).await;
        let slugs: HashSet<_> = numbered.into_iter().map(|made| made.expect("made").project.slug).collect();
        assert_eq!(slugs, HashSet::from(["cafe-zurich-2".into(), "cafe-zurich-3".into()]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_take_one_name_at_once_all_get_a_slug_of_their_own() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (s, ada) = (Arc::new(Services::over(&world)), world.person("Ada").await);
        let home = world.workspace(ada, "Home").await.id;
        let made = join_all((0..60).map(|_| {
            let s = Arc::clone(&s);
            tokio::spawn(async move { s.projects.create(ada, home, named("Same")).await.expect("made").project.slug })
        }));
        let slugs: HashSet<_> = made.await.into_iter().map(|slug| slug.expect("no panic")).collect();
        assert_eq!(slugs.len(), 60);
        assert!(slugs.contains("same") && slugs.contains("same-2") && slugs.contains("same-50"), "{slugs:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_new_project_is_named() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (s, ada) = (Services::over(&world), world.person("Ada").await);
        let home = world.workspace(ada, "Home").await.id;
        let refused = s.projects.create(ada, home, named("  ")).await.expect_err("no name");
        assert_eq!(problem(&refused), ("name".into(), "required".into()));
        let long = NewProject { description: Some("x".repeat(2_001)), ..named("x") };
        let refused = s.projects.create(ada, home, long).await.expect_err("too long");
        assert_eq!(problem(&refused), ("description".into(), "maxLength".into()));
        let nowhere = s.projects.create(ada, WorkspaceId(99_999), named("x")).await;
        assert_eq!(refusal(nowhere), (Kind::NotFound, "workspace_not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_a_workspace_and_above_make_projects_there_and_nobody_else_knows_of_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (s, ada) = (Services::over(&world), world.person("Ada").await);
        let home = world.workspace(ada, "Home").await.id;
        for (name, role) in [("Adam", Role::Admin), ("Mel", Role::Member)] {
            let person = world.member(ada, home, name, role).await;
            s.projects.create(person, home, named(name)).await.expect("made");
        }
        let viewer = world.member(ada, home, "Vic", Role::Viewer).await;
        let refused = s.projects.create(viewer, home, named("x")).await;
        assert_eq!(refusal(refused), (Kind::Forbidden, "insufficient_role"));
        let stranger = world.person("Oz").await;
        let refused = s.projects.create(stranger, home, named("x")).await;
        assert_eq!(refusal(refused), (Kind::NotFound, "workspace_not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_project_is_seen_by_its_members_and_a_public_one_by_everyone() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        assert_eq!(s.projects.get(c.mia, "rocket").await.expect("seen").role, Some(ProjectRole::Member));
        assert_eq!(refusal(s.projects.get(c.oz, "rocket").await), (Kind::Forbidden, "not_project_member"));
        for slug in ["no-such", "Rocket", "a\0b", ""] {
            assert_eq!(refusal(s.projects.get(c.ada, slug).await), (Kind::NotFound, "project_not_found"));
        }
        let public = ProjectChange { is_public: Some(true), ..ProjectChange::default() };
        s.projects.update(c.abe, "rocket", public).await.expect("changed");
        assert_eq!(s.projects.get(c.oz, "rocket").await.expect("seen").role, None);
        let (project, seat) = s.projects.membership(c.mia, c.project.id).await.expect("read").expect("there");
        assert_eq!((project.slug.as_str(), seat.expect("a seat").role), ("rocket", ProjectRole::Member));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_projects_one_is_in_the_newest_first_with_ones_role() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        world.clock.advance(Duration::from_secs(1));
        world.tenancy.add_member(c.ada, c.workspace, &email("Abe"), Role::Member).await.expect("added");
        s.projects.create(c.abe, c.workspace, named("Later")).await.expect("made");
        let seen = s.projects.list(c.abe).await.expect("listed");
        let seen: Vec<_> = seen.iter().map(|view| (view.project.slug.as_str(), view.role)).collect();
        assert_eq!(seen, [("later", Some(ProjectRole::Owner)), ("rocket", Some(ProjectRole::Admin))]);
        assert!(s.projects.list(c.oz).await.expect("listed").is_empty(), "public ones of others are not listed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_and_admins_change_a_project_and_its_slug_stays() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        let renamed =
            ProjectChange { name: Some("Moon".into()), description: Patch::Set("About".into()), is_public: None };
        for (who, code) in [(c.mia, "insufficient_role"), (c.oz, "not_project_member")] {
            let refused = s.projects.update(who, "rocket", renamed.clone()).await;
            assert_eq!(refusal(refused), (Kind::Forbidden, code));
        }
        world.clock.advance(Duration::from_secs(1));
        let after = s.projects.update(c.abe, "rocket", renamed).await.expect("changed");
        assert_eq!((after.project.name.as_str(), after.project.slug.as_str()), ("Moon", "rocket"));
        assert_eq!((after.project.description.as_deref(), after.role), (Some("About"), Some(ProjectRole::Admin)));
        assert!(after.project.updated_at > after.project.created_at);
        assert_eq!(s.projects.get(c.abe, "rocket").await.expect("there"), after);
        let cleared = ProjectChange { description: Patch::Clear, ..ProjectChange::default() };
        let after = s.projects.update(c.ada, "rocket", cleared).await.expect("cleared");
        assert_eq!(after.project.description, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_deletes_a_project_and_all_that_is_in_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, false).await;
        let permission =
            NewPermission { key: "k".into(), display_name: "K".into(), is_default: true, ..NewPermission::default() };
        s.permissions.create(c.ada, "rocket", permission).await.expect("made");
        let place = Place::Project("rocket".into());
        let invite = NewInvite { email: "new@example.com".into(), ..NewInvite::default() };
        s.invites.create(c.ada, &place, invite).await.expect("invited");
        for (who, code) in [(c.abe, "insufficient_role"), (c.mia, "insufficient_role"), (c.oz, "not_project_member")] {
            assert_eq!(refusal(s.projects.delete(who, "rocket").await), (Kind::Forbidden, code));
        }
        s.projects.delete(c.ada, "rocket").await.expect("deleted");
        assert_eq!(refusal(s.projects.get(c.ada, "rocket").await), (Kind::NotFound, "project_not_found"));
        assert!(s.projects.list(c.mia).await.expect("listed").is_empty());
        let gone = s.invites.view(&s.letters.token_for("new@example.com")).await;
        assert_eq!(refusal(gone), (Kind::NotFound, "invite_not_found"));
        let again = s.projects.create(c.ada, c.workspace, named("Rocket")).await.expect("made");
        assert_eq!(again.project.slug, "rocket");
        assert!(s.permissions.list(c.ada, "rocket").await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_takes_its_projects_and_invites_with_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        world.workspace(c.ada, "Home").await;
        let invite = NewInvite { email: "new@example.com".into(), ..NewInvite::default() };
        s.invites.create(c.ada, &Place::Workspace(c.workspace), invite).await.expect("invited");
        world.tenancy.delete(c.ada, c.workspace).await.expect("deleted");
        assert_eq!(refusal(s.projects.get(c.ada, "rocket").await), (Kind::NotFound, "project_not_found"));
        let gone = s.invites.view(&s.letters.token_for("new@example.com")).await;
        assert_eq!(refusal(gone), (Kind::NotFound, "invite_not_found"));
        let dead = s.projects.create(c.ada, c.workspace, named("Late")).await;
        assert_eq!(refusal(dead), (Kind::NotFound, "workspace_not_found"));
    })
    .await;
}
