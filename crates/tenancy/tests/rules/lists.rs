//! A person's list of workspaces.

use crate::world::{World, problem};
use mainstay_kernel::{Clock as _, Listing, Page, PageRequest, Role, Sort, Span, UserId};
use mainstay_tenancy::{
    NewWorkspace, Workspace, WorkspaceColumn, WorkspaceQuery, WorkspaceService as _, WorkspaceStatus,
};
use mainstay_testkit::on_each_database;
use std::cmp::Ordering;
use std::time::Duration;

type Query = Listing<WorkspaceColumn>;

async fn list(world: &World, user: UserId, listing: Query) -> Page<Workspace> {
    world.tenancy.list(user, WorkspaceQuery { listing, status: None }).await.expect("listed")
}

async fn slugs(world: &World, user: UserId, listing: Query) -> Vec<String> {
    list(world, user, listing).await.items.into_iter().map(|workspace| workspace.slug).collect()
}

/// Thirty workspaces whose names, tiers and times often tie, and one of somebody else.
async fn thirty(world: &World) -> (UserId, Vec<Workspace>) {
    let (ada, eve) = (world.person("Ada").await, world.person("Eve").await);
    world.workspace(eve, "Elsewhere").await;
    let mut made = Vec::new();
    for n in 0..30 {
        let new = NewWorkspace {
            name: ["Beta", "alpha", "Éclair", "beta"][n % 4].into(),
            slug: Some(format!("w{}", n * 7 % 30)),
            tier: Some(["free", "pro", "enterprise"][n % 3].into()),
            may_choose_tier: true,
        };
        made.push(world.tenancy.create(ada, new).await.expect("made"));
        if n % 5 == 4 {
            world.clock.advance(Duration::from_secs(1));
        }
    }
    (ada, made)
}

fn compare(one: &Workspace, other: &Workspace, column: WorkspaceColumn) -> Ordering {
    match column {
        WorkspaceColumn::Id => one.id.cmp(&other.id),
        WorkspaceColumn::Name => one.name.cmp(&other.name),
        WorkspaceColumn::Slug => one.slug.cmp(&other.slug),
        WorkspaceColumn::Tier => one.tier.cmp(&other.tier),
        WorkspaceColumn::CreatedAt => one.created_at.cmp(&other.created_at),
        WorkspaceColumn::UpdatedAt => one.updated_at.cmp(&other.updated_at),
    }
}

fn sorted(mut all: Vec<Workspace>, sort: &[Sort<WorkspaceColumn>]) -> Vec<Workspace> {
    all.sort_by(|one, other| {
        let asked = sort.iter().map(|sort| match (compare(one, other, sort.column), sort.descending) {
            (order, true) => order.reverse(),
            (order, false) => order,
        });
        asked.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| other.id.cmp(&one.id))
    });
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_kept_over_pages_with_the_newest_first_among_equals() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, made) = thirty(&world).await;
        let by = |column, descending| Sort { column, descending };
        let mut orders = vec![vec![]];
        for column in WorkspaceColumn::ALL {
            orders.push(vec![by(column, false)]);
            orders.push(vec![by(column, true)]);
            orders.push(vec![by(WorkspaceColumn::Tier, true), by(column, false)]);
        }
        for sort in orders {
            let mut listed = Vec::new();
            for page in 1..=3 {
                let page = PageRequest::new(page, 13);
                let found = list(&world, ada, Query { page, sort: sort.clone(), ..Query::default() }).await;
                assert_eq!(found.total, 30);
                listed.extend(found.items);
            }
            assert_eq!(listed, sorted(made.clone(), &sort), "{sort:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_past_the_end_is_empty_and_knows_the_total() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, _) = thirty(&world).await;
        for page in [4, i64::MAX] {
            let found = list(&world, ada, Query { page: PageRequest::new(page, 10), ..Query::default() }).await;
            assert_eq!(found, Page { items: vec![], total: 30 });
        }
        let nobody = world.person("Nobody").await;
        assert_eq!(list(&world, nobody, Query::default()).await, Page { items: vec![], total: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_a_part_of_name_or_slug_whatever_the_case_and_takes_wildcards_as_letters() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        for (name, slug) in [("Acme Corp", "one"), ("Other", "acme-two"), ("100% Sure_Thing", "three")] {
            let new = NewWorkspace { name: name.into(), slug: Some(slug.into()), ..NewWorkspace::default() };
            world.tenancy.create(ada, new).await.expect("made");
        }
        let searching = |text: &str| Query { search: Some(text.into()), ..Query::default() };
        assert_eq!(slugs(&world, ada, searching("ACME")).await, ["acme-two", "one"]);
        assert_eq!(slugs(&world, ada, searching("0% s")).await, ["three"]);
        assert_eq!(slugs(&world, ada, searching("e_t")).await, ["three"]);
        assert_eq!(list(&world, ada, searching("acme")).await.total, 2);
        for nothing in ["a_me", "acme%", "\\"] {
            assert_eq!(list(&world, ada, searching(nothing)).await, Page { items: vec![], total: 0 }, "{nothing}");
        }
        let query = WorkspaceQuery { listing: searching("a\0b"), status: None };
        let refused = world.tenancy.list(ada, query).await.expect_err("no text");
        assert_eq!(problem(&refused), ("search".into(), "format".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_of_time_include_both_their_ends() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let mut times = Vec::new();
        for name in ["one", "two", "three"] {
            times.push(world.clock.now());
            world.workspace(ada, name).await;
            world.clock.advance(Duration::from_micros(1));
        }
        let spans = [
            (Some(times[1]), None, vec!["three", "two"]),
            (None, Some(times[1]), vec!["two", "one"]),
            (Some(times[1]), Some(times[1]), vec!["two"]),
            (Some(times[2].plus(Duration::from_micros(1))), None, vec![]),
        ];
        for (after, before, expected) in spans {
            let span = Span { after, before };
            let created = Query { created: span, ..Query::default() };
            let updated = Query { updated: span, ..Query::default() };
            assert_eq!(list(&world, ada, created.clone()).await.total, i64::try_from(expected.len()).expect("few"));
            assert_eq!(slugs(&world, ada, created).await, expected);
            assert_eq!(slugs(&world, ada, updated).await, expected);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_every_workspace_one_is_in_and_no_deleted_one() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, bob) = (world.person("Ada").await, world.person("Bob").await);
        let (own, shared) = (world.workspace(bob, "Own").await, world.workspace(ada, "Shared").await);
        world.workspace(ada, "Private").await;
        world.tenancy.add_member(ada, shared.id, "bob@example.com", Role::Viewer).await.expect("added");
        assert_eq!(
            list(&world, bob, Query::default()).await,
            Page { items: vec![shared.clone(), own.clone()], total: 2 }
        );
        world.tenancy.delete(ada, shared.id).await.expect("deleted");
        let active = WorkspaceQuery { status: Some(WorkspaceStatus::Active), ..WorkspaceQuery::default() };
        let left = world.tenancy.list(bob, active).await.expect("listed");
        assert_eq!(left, Page { items: vec![own], total: 1 });
    })
    .await;
}

#[test]
fn columns_and_statuses_are_known_by_their_names_on_the_wire() {
    for column in WorkspaceColumn::ALL {
        assert_eq!(WorkspaceColumn::named(column.name()), Some(column));
    }
    assert_eq!(WorkspaceColumn::named("settings"), None);
    assert_eq!(WorkspaceStatus::named("active"), Some(WorkspaceStatus::Active));
    assert_eq!(WorkspaceStatus::named("deleted"), None);
}
