//! Slugs are unique among the living, and made where none is asked for.

use crate::world::{World, problem};
use futures_util::future::join_all;
use mainstay_kernel::Fault as _;
use mainstay_tenancy::{NewWorkspace, TenancyError, WorkspaceChange, WorkspaceService as _, is_slug};
use mainstay_testkit::on_each_database;
use std::collections::HashSet;
use std::sync::Arc;

fn asking(slug: &str) -> NewWorkspace {
    NewWorkspace { name: "Acme".into(), slug: Some(slug.into()), ..NewWorkspace::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_made_from_the_name_and_varied_only_when_taken() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        assert_eq!(world.workspace(ada, "Café  Zürich").await.slug, "cafe-zurich");
        let second = world.workspace(ada, "Cafe Zurich").await.slug;
        let suffix = second.strip_prefix("cafe-zurich-").expect("a suffix");
        assert!(is_slug(&second) && suffix.len() == 6, "{second}");
        assert_eq!(world.workspace(ada, "東京").await.slug, "workspace");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asked_slug_that_is_taken_is_refused_on_making_and_on_changing() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
        world.tenancy.create(ada, asking("acme")).await.expect("made");
        let refused = world.tenancy.create(bob, asking("acme")).await.expect_err("taken");
        assert!(matches!(refused, TenancyError::SlugTaken));
        assert_eq!(problem(&refused), ("slug".into(), "unique".into()));
        let other = world.tenancy.create(bob, asking("other")).await.expect("made");
        let change = WorkspaceChange { slug: Some("acme".into()), ..WorkspaceChange::default() };
        let refused = world.tenancy.update(bob, other.id, change).await.expect_err("taken");
        assert_eq!(problem(&refused), ("slug".into(), "unique".into()));
        assert_eq!(world.tenancy.get(bob, other.id).await.expect("there").slug, "other");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_no_slug_is_refused() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        for text in ["", "Acme", "a--b", "-a", "a_b", "a\0b", "é"] {
            let refused = world.tenancy.create(ada, asking(text)).await.expect_err("no slug");
            assert_eq!(problem(&refused), ("slug".into(), "format".into()), "{text}");
        }
        let refused = world.tenancy.create(ada, asking(&"a".repeat(101))).await.expect_err("too long");
        assert_eq!(problem(&refused), ("slug".into(), "maxLength".into()));
        assert!(world.tenancy.create(ada, asking(&"a".repeat(100))).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slug_of_a_deleted_workspace_is_free_again() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        world.workspace(ada, "Home").await;
        let first = world.tenancy.create(ada, asking("acme")).await.expect("made");
        world.tenancy.delete(ada, first.id).await.expect("deleted");
        let second = world.tenancy.create(ada, asking("acme")).await.expect("made again");
        assert_ne!(first.id, second.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_take_the_same_name_at_once_all_get_a_slug_of_their_own() {
    on_each_database(|database| async move {
        let world = Arc::new(World::new(database));
        let ada = world.person("Ada").await;
        let made = join_all((0..24).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.workspace(ada, "Same Name").await.slug })
        }));
        let slugs: HashSet<_> = made.await.into_iter().map(|slug| slug.expect("no panic")).collect();
        assert_eq!(slugs.len(), 24);
        assert!(slugs.contains("same-name") && slugs.iter().all(|slug| is_slug(slug)), "{slugs:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_for_one_slug_at_once_one_gets_it() {
    on_each_database(|database| async move {
        let world = Arc::new(World::new(database));
        let ada = world.person("Ada").await;
        let asked = join_all((0..16).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.tenancy.create(ada, asking("acme")).await })
        }));
        let outcomes: Vec<_> = asked.await.into_iter().map(|outcome| outcome.expect("no panic")).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert!(refused.into_iter().all(|error| error.code() == "validation_failed"));
    })
    .await;
}
