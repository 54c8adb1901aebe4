//! Every change is told of, and nothing else is.

use crate::world::World;
use mainstay_kernel::{Clock as _, Role, WorkspaceId};
use mainstay_tenancy::{WorkspaceChange, WorkspaceService as _};
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
