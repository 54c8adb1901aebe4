//! The catalogue of a project's permissions.

use crate::services::{Services, crew, refusal};
use crate::world::{World, problem};
use mainstay_kernel::{Ids as _, Kind, Patch, SystemIds};
use mainstay_tenancy::permissions::{NewPermission, PermissionChange};
use mainstay_tenancy::{PermissionId, PermissionService as _, ProjectMemberService as _};
use mainstay_testkit::on_each_database;

fn new(key: &str) -> NewPermission {
    NewPermission { key: key.into(), display_name: "A name".into(), is_default: true, ..NewPermission::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_reads_the_catalogue_and_owner_and_admins_write_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let made = s.permissions.create(c.abe, "rocket", new("can_deploy")).await.expect("made");
        assert_eq!(s.permissions.list(c.mia, "rocket").await.expect("listed"), std::slice::from_ref(&made));
        let change = PermissionChange::default();
        for (who, code) in [(c.mia, "insufficient_role"), (c.oz, "not_project_member")] {
            let expected = (Kind::Forbidden, code);
            assert_eq!(refusal(s.permissions.create(who, "rocket", new("x")).await), expected);
            assert_eq!(refusal(s.permissions.update(who, "rocket", made.id, change.clone()).await), expected);
            assert_eq!(refusal(s.permissions.delete(who, "rocket", made.id).await), expected);
        }
        assert_eq!(refusal(s.permissions.list(c.oz, "rocket").await), (Kind::Forbidden, "not_project_member"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_taken_once_a_project_and_must_be_one_word() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        s.permissions.create(c.ada, "rocket", new("editor")).await.expect("made");
        let again = s.permissions.create(c.abe, "rocket", new("editor")).await;
        assert_eq!(refusal(again), (Kind::Conflict, "permission_key_taken"));
        for (key, rule) in [("", "required"), ("two words", "format"), (&*"k".repeat(65), "maxLength")] {
            let refused = s.permissions.create(c.ada, "rocket", new(key)).await.expect_err("no key");
            assert_eq!(problem(&refused), ("key".into(), rule.into()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_changes_all_but_its_key_and_present_members_keep_what_they_have() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let made = s.permissions.create(c.ada, "rocket", new("editor")).await.expect("made");
        s.members.join(c.oz, "rocket").await.expect("joined");
        let change = PermissionChange {
            display_name: Some("Edits".into()),
            description: Patch::Set("Text".into()),
            is_default: Some(false),
        };
        let after = s.permissions.update(c.abe, "rocket", made.id, change).await.expect("changed");
        assert_eq!((after.key.as_str(), after.display_name.as_str()), ("editor", "Edits"));
        assert_eq!((after.description.as_deref(), after.is_default), (Some("Text"), false));
        assert_eq!(s.permissions.list(c.mia, "rocket").await.expect("listed"), [after]);
        assert_eq!(s.member(c.ada, "rocket", c.oz).await.expect("a member").permissions, ["editor"]);
        let unknown = PermissionId(SystemIds.uuid());
        let change = PermissionChange::default();
        let refused = s.permissions.update(c.ada, "rocket", unknown, change).await;
        assert_eq!(refusal(refused), (Kind::NotFound, "permission_not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_permission_is_gone_from_every_member() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let s = Services::over(&world);
        let c = crew(&world, &s, true).await;
        let editor = s.permissions.create(c.ada, "rocket", new("editor")).await.expect("made");
        s.permissions.create(c.ada, "rocket", new("deployer")).await.expect("made");
        s.members.join(c.oz, "rocket").await.expect("joined");
        s.permissions.delete(c.abe, "rocket", editor.id).await.expect("deleted");
        assert_eq!(s.member(c.ada, "rocket", c.oz).await.expect("a member").permissions, ["deployer"]);
        let again = s.permissions.delete(c.abe, "rocket", editor.id).await;
        assert_eq!(refusal(again), (Kind::NotFound, "permission_not_found"));
    })
    .await;
}
