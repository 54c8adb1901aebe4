//! Making, reading, changing and deleting a workspace.

use crate::world::{World, problem};
use mainstay_kernel::{Clock as _, Details, Fault as _, Kind, Role, WorkspaceId};
use mainstay_tenancy::{Memberships as _, NewWorkspace, TenancyError, WorkspaceChange, WorkspaceService as _};
use mainstay_testkit::on_each_database;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

fn settings(value: Value) -> WorkspaceChange {
    let settings: Map<String, Value> = serde_json::from_value(value).expect("an object");
    WorkspaceChange { settings: Some(settings), ..WorkspaceChange::default() }
}

fn renaming(name: &str) -> WorkspaceChange {
    WorkspaceChange { name: Some(name.into()), ..WorkspaceChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_a_workspace_owns_it_on_the_free_plan() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let made = world.workspace(ada, "  Acme ").await;
        assert_eq!((made.name.as_str(), made.tier.as_str(), made.settings.len()), ("Acme", "free", 0));
        assert_eq!((made.created_at, made.updated_at), (world.clock.now(), world.clock.now()));
        assert_eq!(world.tenancy.role(ada, made.id).await.expect("read"), Some(Role::Owner));
        assert_eq!(world.tenancy.get(ada, made.id).await.expect("read"), made);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_learns_of_every_wrong_field_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let new = NewWorkspace {
            name: " ".into(),
            slug: Some("A".into()),
            tier: Some("gold".into()),
            ..NewWorkspace::default()
        };
        let refused = world.tenancy.create(ada, new).await.expect_err("all wrong");
        let Details::Fields(fields) = refused.details() else { panic!("{refused:?}") };
        let told: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.rule.as_str())).collect();
        assert_eq!(told, [("name", "required"), ("slug", "format"), ("tier", "enum")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_has_one_to_255_characters_and_none_that_control() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        assert_eq!(world.workspace(ada, &"é".repeat(255)).await.name.chars().count(), 255);
        for (name, rule) in [("é".repeat(256), "maxLength"), (String::new(), "required"), ("a\0b".into(), "format")] {
            let new = NewWorkspace { name, ..NewWorkspace::default() };
            let refused = world.tenancy.create(ada, new).await.expect_err("refused");
            assert_eq!(problem(&refused), ("name".into(), rule.into()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_choose_gets_another_tier() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let asking = |tier: &str, may_choose_tier| NewWorkspace {
            name: "Acme".into(),
            tier: Some(tier.into()),
            may_choose_tier,
            ..NewWorkspace::default()
        };
        let refused = world.tenancy.create(ada, asking("pro", false)).await.expect_err("not allowed");
        assert_eq!(problem(&refused), ("tier".into(), "forbidden".into()));
        assert_eq!(world.tenancy.create(ada, asking("free", false)).await.expect("made").tier, "free");
        let pro = world.tenancy.create(ada, asking("pro", true)).await.expect("made");
        assert_eq!(pro.tier, "pro");
        let to = |tier: &str, may_choose_tier| WorkspaceChange {
            tier: Some(tier.into()),
            may_choose_tier,
            ..WorkspaceChange::default()
        };
        let refused = world.tenancy.update(ada, pro.id, to("enterprise", false)).await.expect_err("not allowed");
        assert_eq!(problem(&refused), ("tier".into(), "forbidden".into()));
        assert!(world.tenancy.update(ada, pro.id, to("pro", false)).await.is_ok(), "asking for what is, is no change");
        assert_eq!(
            world.tenancy.update(ada, pro.id, to("enterprise", true)).await.expect("changed").tier,
            "enterprise"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_makes_a_workspace_on_the_enterprise_plan() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let made = world.tenancy.install(ada, "Head Office").await.expect("installed");
        assert_eq!((made.tier.as_str(), made.slug.as_str()), ("enterprise", "head-office"));
        assert_eq!(world.tenancy.default_of(ada).await.expect("read"), Some(made.id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_the_caller_is_not_in_is_not_found_whatever_is_asked() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, eve) = (world.person("Ada").await, world.person("Eve").await);
        let acme = world.workspace(ada, "Acme").await.id;
        let t = &world.tenancy;
        for id in [acme, WorkspaceId(i64::MAX), WorkspaceId(-1)] {
            let refusals = [
                t.get(eve, id).await.map(drop),
                t.update(eve, id, renaming("Mine")).await.map(drop),
                t.delete(eve, id).await,
                t.members(eve, id, mainstay_tenancy::MemberQuery::default()).await.map(drop),
                t.add_member(eve, id, "eve@example.com", Role::Owner).await.map(drop),
                t.change_role(eve, id, ada, Role::Viewer).await.map(drop),
                t.remove_member(eve, id, ada).await,
                t.remove_member(eve, id, eve).await,
            ];
            for refused in refusals {
                assert!(matches!(refused, Err(TenancyError::NotFound)), "{refused:?}");
            }
        }
        assert!(t.owners_and_members(eve, &[acme], None).await.expect("read").is_empty());
        assert_eq!(t.by_slug(eve, "acme").await.expect("read"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_change_a_workspace_and_only_owners_end_it() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        for (name, role) in [("Amy", Role::Admin), ("Max", Role::Member), ("Vic", Role::Viewer)] {
            let user = world.member(ada, acme, name, role).await;
            world.workspace(user, "Elsewhere").await;
            let changed = world.tenancy.update(user, acme, renaming(name)).await;
            assert_eq!(changed.is_ok(), role == Role::Admin, "{role}");
            let refused = world.tenancy.delete(user, acme).await.expect_err("no owner");
            assert_eq!((refused.kind(), refused.code()), (Kind::Forbidden, "forbidden_role"));
        }
        assert_eq!(world.tenancy.get(ada, acme).await.expect("there").name, "Amy");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_merged_key_by_key_and_kept_when_a_change_is_refused() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let t = &world.tenancy;
        t.update(ada, acme, settings(json!({"timezone": "UTC", "locale": "en_GB"}))).await.expect("set");
        let merged = t.update(ada, acme, settings(json!({"timezone": "Europe/London", "locale": null}))).await;
        assert_eq!(Value::Object(merged.expect("merged").settings), json!({"timezone": "Europe/London"}));
        let refused = t.update(ada, acme, settings(json!({"big": "x".repeat(20_000)}))).await.expect_err("too large");
        assert_eq!(problem(&refused), ("settings".into(), "maxLength".into()));
        let kept = t.get(ada, acme).await.expect("there").settings;
        assert_eq!(Value::Object(kept), json!({"timezone": "Europe/London"}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_different_settings_at_once_are_all_kept() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let changes = (0..16).map(|n| {
            let tenancy = std::sync::Arc::clone(&world.tenancy);
            let mut change = settings(json!({}));
            change.settings.get_or_insert_default().insert(format!("k{n}"), json!(n));
            tokio::spawn(async move { tenancy.update(ada, acme, change).await })
        });
        for outcome in futures_util::future::join_all(changes).await {
            outcome.expect("no panic").expect("changed");
        }
        assert_eq!(world.tenancy.get(ada, acme).await.expect("there").settings.len(), 16);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_change_moves_only_when_something_changes() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await;
        world.clock.advance(Duration::from_mins(1));
        let same = world.tenancy.update(ada, acme.id, renaming("Acme")).await.expect("nothing to do");
        assert_eq!(same, acme);
        let renamed = world.tenancy.update(ada, acme.id, renaming("Acme 2")).await.expect("renamed");
        assert_eq!((renamed.created_at, renamed.updated_at), (acme.created_at, world.clock.now()));
        assert_eq!(renamed.slug, "acme", "a slug in use stays when the name changes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_deletes_the_only_workspace_they_are_in() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let refused = world.tenancy.delete(ada, acme).await.expect_err("the only one");
        assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "cannot_delete"));
        world.workspace(ada, "Other").await;
        world.tenancy.delete(ada, acme).await.expect("deleted");
        assert!(matches!(world.tenancy.delete(ada, acme).await, Err(TenancyError::NotFound)), "it is gone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_is_the_workspace_held_longest_of_those_that_remain() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        assert_eq!(world.tenancy.default_of(ada).await.expect("read"), None);
        let mut made = Vec::new();
        for name in ["One", "Two", "Three"] {
            made.push(world.workspace(ada, name).await.id);
            world.clock.advance(Duration::from_secs(1));
        }
        for index in [0, 1] {
            assert_eq!(world.tenancy.default_of(ada).await.expect("read"), Some(made[index]));
            world.tenancy.delete(ada, made[index]).await.expect("deleted");
        }
        assert_eq!(world.tenancy.default_of(ada).await.expect("read"), Some(made[2]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_personal_workspace_however_many_ask_at_once() {
    on_each_database(async |database| {
        let world = Arc::new(World::new(database));
        let ada = world.person("Ada").await;
        let asking: Vec<_> = (0..16)
            .map(|_| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { world.tenancy.personal(ada).await.expect("a workspace").id })
            })
            .collect();
        let mut found = Vec::new();
        for asked in asking {
            found.push(asked.await.expect("an answer"));
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{found:?}");
        let personal = world.tenancy.personal(ada).await.expect("a workspace");
        assert_eq!((personal.id, &*personal.name, &*personal.tier), (found[0], "Ada", "free"));
        assert_eq!(world.tenancy.role(ada, personal.id).await.expect("a role"), Some(Role::Owner));
        let eve = world.person("Eve").await;
        assert_ne!(world.tenancy.personal(eve).await.expect("a workspace").id, personal.id);
    })
    .await;
}
