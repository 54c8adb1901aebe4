//! Every change is told of, and nothing else is.

use crate::services::{Services, crew};
use crate::world::World;
use mainstay_kernel::{Clock as _, Role, WorkspaceId};
use mainstay_tenancy::invites::{NewInvite, Place};
use mainstay_tenancy::permissions::{NewPermission, PermissionChange};
use mainstay_tenancy::project_members::ProjectMemberChange;
use mainstay_tenancy::projects::ProjectChange;
use mainstay_tenancy::{
    InviteService as _, PermissionService as _, ProjectMemberService as _, ProjectService as _, WorkspaceChange,
    WorkspaceService as _,
};
use mainstay_testkit::on_each_database;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_told_of_once_with_its_facts() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
        let t = &world.tenancy;
        world.workspace(ada, "Home").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let change = WorkspaceChange { name: Some("Acme 2".into()), ..WorkspaceChange::default() };
        t.update(ada, acme, change.clone()).await.expect("renamed");
        t.update(ada, acme, change).await.expect("nothing to do");
        t.add_member(ada, acme, "bob@example.com", Role::Viewer).await.expect("added");
        t.change_role(ada, acme, bob, Role::Admin).await.expect("changed");
        t.change_role(ada, acme, bob, Role::Admin).await.expect("nothing to do");
        t.remove_member(ada, acme, bob).await.expect("removed");
        t.delete(ada, acme).await.expect("deleted");

        let about = |name: &str, changed: Option<&str>| {
            let mut facts = json!({"id": acme.0, "name": name, "slug": "acme", "tier": "free", "by": ada.to_string()});
            if let Some(field) = changed {
                facts["changed"] = json!([field]);
            }
            facts
        };
        let seat = |extra: serde_json::Value| {
            let mut facts = json!({"workspace_id": acme.0, "user_id": bob.to_string(), "by": ada.to_string()});
            facts.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
            facts
        };
        let expected = [
            ("workspace.created", about("Acme", None)),
            ("workspace.updated", about("Acme 2", Some("name"))),
            ("workspace.member_added", seat(json!({"role": "viewer"}))),
            ("workspace.member_role_changed", seat(json!({"role": "admin", "previous_role": "viewer"}))),
            ("workspace.member_removed", seat(json!({}))),
            ("workspace.deleted", about("Acme 2", None)),
        ];
        let told: Vec<_> = world.events().await.into_iter().filter(|event| event.workspace == Some(acme)).collect();
        let facts: Vec<_> = told.iter().map(|event| (event.name.as_str(), event.data.clone())).collect();
        assert_eq!(facts, expected);
        assert!(told.iter().all(|event| event.at == world.clock.now() && event.id.starts_with("evt_")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_is_not_told_of() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme: WorkspaceId = world.workspace(ada, "Acme").await.id;
        world.events().await;
        let t = &world.tenancy;
        assert!(t.delete(ada, acme).await.is_err());
        assert!(t.remove_member(ada, acme, ada).await.is_err());
        assert!(t.add_member(ada, acme, "ada@example.com", Role::Viewer).await.is_err());
        assert_eq!(world.events().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_project_is_told_of_once_and_no_token_is_told() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let change = ProjectChange { name: Some("Moon".into()), ..ProjectChange::default() };
        s.projects.update(c.ada, "rocket", change.clone()).await.expect("renamed");
        s.projects.update(c.ada, "rocket", change).await.expect("nothing to do");
        let key = NewPermission { key: "k".into(), display_name: "K".into(), ..NewPermission::default() };
        let permission = s.permissions.create(c.ada, "rocket", key).await.expect("made");
        let default = PermissionChange { is_default: Some(true), ..PermissionChange::default() };
        s.permissions.update(c.ada, "rocket", permission.id, default).await.expect("changed");
        let (abe, mia) = (s.seat(c.ada, "rocket", c.abe).await, s.seat(c.ada, "rocket", c.mia).await);
        let keys = ProjectMemberChange { role: None, permissions: Some(vec!["k".into()]) };
        s.members.change(c.ada, "rocket", mia, keys.clone()).await.expect("given");
        s.members.change(c.ada, "rocket", mia, keys).await.expect("nothing to do");
        s.permissions.delete(c.ada, "rocket", permission.id).await.expect("deleted");
        s.members.join(c.oz, "rocket").await.expect("joined");
        s.members.leave(c.oz, "rocket").await.expect("left");
        s.members.remove(c.ada, "rocket", mia).await.expect("removed");
        s.members.transfer(c.ada, "rocket", abe.0).await.expect("handed over");
        let place = Place::Project("rocket".into());
        for _ in 0..2 {
            let invite = NewInvite { email: "oz@example.com".into(), ..NewInvite::default() };
            let made = s.invites.create(c.ada, &place, invite).await.expect("invited");
            let token = s.letters.token_for("oz@example.com");
            if s.members.list(c.abe, "rocket").await.expect("listed").len() == 2 {
                s.invites.accept(c.oz, &token).await.expect("accepted");
                s.members.leave(c.oz, "rocket").await.expect("left");
                s.members.join(c.mia, "rocket").await.expect("joined");
            } else {
                s.invites.cancel(c.ada, &place, made.id).await.expect("cancelled");
            }
        }
        s.projects.delete(c.abe, "rocket").await.expect("deleted");

        let told = world.events().await;
        assert!(told.iter().all(|event| event.workspace == Some(c.workspace)));
        let token = s.letters.token_for("oz@example.com");
        assert!(told.iter().all(|event| !event.data.to_string().contains(token.expose())));
        let names: Vec<_> = told.iter().map(|event| event.name.as_str()).skip(1).collect();
        assert_eq!(
            names,
            [
                "project.created",
                "project.member_added",
                "project.member_added",
                "project.updated",
                "project.permission_created",
                "project.permission_updated",
                "project.member_updated",
                "project.permission_deleted",
                "project.member_joined",
                "project.member_left",
                "project.member_removed",
                "project.ownership_transferred",
                "invite.created",
                "project.member_joined",
                "invite.accepted",
                "project.member_left",
                "project.member_joined",
                "invite.created",
                "invite.cancelled",
                "project.deleted",
            ]
        );
    })
    .await;
}
