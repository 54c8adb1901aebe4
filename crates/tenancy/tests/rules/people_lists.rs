//! The list of a workspace's members.

use crate::world::World;
use mainstay_kernel::{Clock as _, Listing, PageRequest, Role, Sort, Span, UserId, WorkspaceId};
use mainstay_tenancy::{Member, MemberColumn, MemberQuery, WorkspaceService as _};
use mainstay_testkit::on_each_database;
use std::cmp::Ordering;
use std::time::Duration;

type Query = Listing<MemberColumn>;

/// A workspace of twelve, whose roles and times often tie.
async fn twelve(world: &World) -> (UserId, WorkspaceId) {
    let ada = world.person("Ada").await;
    let acme = world.workspace(ada, "Acme").await.id;
    for n in 0..11 {
        if n % 3 == 0 {
            world.clock.advance(Duration::from_secs(1));
        }
        let role = [Role::Viewer, Role::Admin, Role::Member, Role::Owner][n % 4];
        world.member(ada, acme, &format!("{}{n}", ["zoe", "Max", "bob"][n % 3]), role).await;
    }
    (ada, acme)
}

fn compare(one: &Member, other: &Member, column: MemberColumn) -> Ordering {
    let folded = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
    match column {
        MemberColumn::Id => one.user.cmp(&other.user),
        MemberColumn::Name => folded(&one.name).cmp(&folded(&other.name)),
        MemberColumn::Email => folded(&one.email).cmp(&folded(&other.email)),
        MemberColumn::Role => one.role.cmp(&other.role),
        MemberColumn::CreatedAt => one.created_at.cmp(&other.created_at),
        MemberColumn::UpdatedAt => one.updated_at.cmp(&other.updated_at),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_kept_over_pages_with_a_fixed_order_among_equals() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = twelve(&world).await;
        let mut orders = vec![vec![]];
        for (column, descending) in MemberColumn::ALL.into_iter().flat_map(|column| [(column, false), (column, true)]) {
            orders.push(vec![Sort { column, descending }]);
        }
        for sort in orders {
            let mut listed = Vec::new();
            for page in 1..=3 {
                let listing = Query { page: PageRequest::new(page, 5), sort: sort.clone(), ..Query::default() };
                let found =
                    world.tenancy.members(ada, acme, MemberQuery { listing, role: None }).await.expect("listed");
                assert_eq!(found.total, 12);
                listed.extend(found.items);
            }
            let mut expected = listed.clone();
            expected.sort_by(|one, other| {
                let newest = Sort { column: MemberColumn::CreatedAt, descending: true };
                let Sort { column, descending } = *sort.first().unwrap_or(&newest);
                let asked = compare(one, other, column);
                let asked = if descending { asked.reverse() } else { asked };
                asked.then_with(|| other.user.cmp(&one.user))
            });
            assert_eq!(listed, expected, "{sort:?}");
            expected.dedup();
            assert_eq!(expected.len(), 12, "everybody once: {sort:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_found_by_role_time_name_and_address() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, acme) = twelve(&world).await;
        let count = async |listing, role| {
            let found = world.tenancy.members(ada, acme, MemberQuery { listing, role }).await.expect("listed");
            assert_eq!(usize::try_from(found.total), Ok(found.items.len()));
            found.total
        };
        let searching = |text: &str| Query { search: Some(text.into()), ..Query::default() };
        assert_eq!(count(Query::default(), Some(Role::Owner)).await, 3, "the maker and two more");
        assert_eq!(count(searching("MAX"), None).await, 4);
        assert_eq!(count(searching("bob2@EXAMPLE"), None).await, 1);
        assert_eq!(count(searching("max"), Some(Role::Admin)).await, 1);
        assert_eq!(count(searching("%"), None).await, 0);
        let now = world.clock.now();
        let latest = Span { after: Some(now), before: Some(now) };
        assert_eq!(count(Query { created: latest, ..Query::default() }, None).await, 2);
        assert_eq!(count(Query { updated: latest, ..searching("o") }, None).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_sees_the_members_and_one_without_a_card_is_shown_without_a_name() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let ada = world.person("Ada").await;
        let acme = world.workspace(ada, "Acme").await.id;
        let vic = world.member(ada, acme, "Vic", Role::Viewer).await;
        world.lose_card_of(ada);
        let listed = world.tenancy.members(vic, acme, MemberQuery::default()).await.expect("listed").items;
        let lost = listed.iter().find(|member| member.user == ada).expect("still a member");
        assert_eq!((&lost.name, &lost.email, lost.role), (&None, &None, Role::Owner));
        assert!(listed.iter().any(|member| member.name.as_deref() == Some("Vic")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_several_workspaces_are_told_at_once_for_those_the_caller_is_in() {
    on_each_database(|database| async move {
        let world = World::new(database);
        let (ada, eve) = (world.person("Ada").await, world.person("Eve").await);
        let (one, two) = (world.workspace(ada, "One").await.id, world.workspace(ada, "Two").await.id);
        let hers = world.workspace(eve, "Hers").await.id;
        world.clock.advance(Duration::from_secs(1));
        let bob = world.member(ada, one, "Bob", Role::Member).await;
        let asked = [one, two, hers, WorkspaceId(i64::MAX)];
        let members = world.tenancy.owners_and_members(ada, &asked, None).await.expect("told");
        let users = |id| members[&id].iter().map(|member| member.user).collect::<Vec<_>>();
        assert_eq!((members.len(), users(one), users(two)), (2, vec![ada, bob], vec![ada]));
        let owners = world.tenancy.owners_and_members(ada, &asked, Some(Role::Owner)).await.expect("told");
        assert!(owners.values().all(|owners| owners.len() == 1 && owners[0].name.as_deref() == Some("Ada")));
        assert!(world.tenancy.owners_and_members(ada, &[], None).await.expect("told").is_empty());
    })
    .await;
}

#[test]
fn columns_are_known_by_their_names_on_the_wire() {
    for column in MemberColumn::ALL {
        assert_eq!(MemberColumn::named(column.name()), Some(column));
    }
    assert_eq!(MemberColumn::named("password"), None);
}
