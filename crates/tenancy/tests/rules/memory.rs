//! What requests ask is answered from memory, and the memory is never older than it may be.

use crate::world::World;
use mainstay_kernel::{Role, UserId};
use mainstay_store::Changes;
use mainstay_tenancy::{Memberships as _, Tenancy, WorkspaceChange, WorkspaceService as _};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;

fn slug(slug: &str) -> WorkspaceChange {
    WorkspaceChange { slug: Some(slug.into()), ..WorkspaceChange::default() }
}

async fn default_of(node: &Tenancy, user: UserId) -> Option<mainstay_kernel::WorkspaceId> {
    node.default_of(user).await.expect("read")
}

/// Another node, and what it hears of.
async fn listening_node(world: &World) -> (Arc<Tenancy>, Changes) {
    let (node, mut changes) = (world.another_node(), Changes::default());
    node.listen(&mut changes);
    changes.begin(&world.database).await.expect("read");
    (node, changes)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_remembers_until_it_hears_of_the_change() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let bob = world.member(ada, acme, "Bob", Role::Admin).await;
        let (node, mut changes) = listening_node(&world).await;
        assert_eq!(node.role(bob, acme).await.expect("read"), Some(Role::Admin));
        assert_eq!(node.workspace(acme).await.expect("read").expect("there").name, "Acme");

        world.tenancy.change_role(ada, acme, bob, Role::Viewer).await.expect("changed");
        let change = WorkspaceChange { name: Some("New".into()), ..WorkspaceChange::default() };
        world.tenancy.update(ada, acme, change).await.expect("renamed");
        assert_eq!(world.tenancy.role(bob, acme).await.expect("read"), Some(Role::Viewer), "known here at once");
        assert_eq!(world.tenancy.workspace(acme).await.expect("read").expect("there").name, "New");
        assert_eq!(node.role(bob, acme).await.expect("read"), Some(Role::Admin), "read from memory there");

        changes.catch_up(&world.database).await.expect("read");
        assert_eq!(node.role(bob, acme).await.expect("read"), Some(Role::Viewer));
        assert_eq!(node.workspace(acme).await.expect("read").expect("there").name, "New");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_is_gone_for_everyone_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let bob = world.member(ada, acme, "Bob", Role::Member).await;
        world.clock.advance(Duration::from_secs(1));
        let home = world.workspace(ada, "Home").await.id;
        let (node, mut changes) = listening_node(&world).await;
        for node in [&world.tenancy, &node] {
            assert_eq!(node.by_slug(bob, "acme").await.expect("read"), Some(acme));
            assert_eq!((default_of(node, ada).await, default_of(node, bob).await), (Some(acme), Some(acme)));
        }

        world.tenancy.delete(ada, acme).await.expect("deleted");
        changes.catch_up(&world.database).await.expect("read");
        for node in [&world.tenancy, &node] {
            assert_eq!(node.role(ada, acme).await.expect("read"), None);
            assert_eq!(node.role(bob, acme).await.expect("read"), None);
            assert!(node.workspace(acme).await.expect("read").is_none());
            assert_eq!(node.by_slug(bob, "acme").await.expect("read"), None);
            assert_eq!((default_of(node, ada).await, default_of(node, bob).await), (Some(home), None));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_leads_to_whoever_has_it_now() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let (old, new) = (world.workspace(ada, "Old").await.id, world.workspace(ada, "New").await.id);
        let (node, mut changes) = listening_node(&world).await;
        for node in [&world.tenancy, &node] {
            assert_eq!(node.by_slug(ada, "old").await.expect("read"), Some(old));
        }
        world.tenancy.update(ada, old, slug("older")).await.expect("moved away");
        world.tenancy.update(ada, new, slug("old")).await.expect("moved in");
        changes.catch_up(&world.database).await.expect("read");
        for node in [&world.tenancy, &node] {
            assert_eq!(node.by_slug(ada, "old").await.expect("read"), Some(new));
            assert_eq!(node.by_slug(ada, "older").await.expect("read"), Some(old));
            assert_eq!(node.by_slug(ada, "new").await.expect("read"), None);
            assert_eq!(node.by_slug(ada, "no\0slug").await.expect("no question"), None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_nobody_and_joins_is_somebody_at_once() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
        let acme = world.workspace(ada, "Acme").await.id;
        assert_eq!(
            (world.tenancy.role(bob, acme).await.expect("read"), default_of(&world.tenancy, bob).await),
            (None, None)
        );
        world.tenancy.add_member(ada, acme, "bob@example.com", Role::Member).await.expect("added");
        assert_eq!(world.tenancy.role(bob, acme).await.expect("read"), Some(Role::Member));
        assert_eq!(default_of(&world.tenancy, bob).await, Some(acme));
    })
    .await;
}
