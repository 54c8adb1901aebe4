use crate::world::{HOUR, World, code, fields, named};
use mainstay_kernel::{Plan, Principal, Via};
use mainstay_keys::{IssuedKey, KeyService as _, NewKey};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

/// The owner, by this key.
fn by(world: &World, key: &IssuedKey) -> Principal {
    Principal { via: Via::ApiKey(key.key.id), ..world.owner() }
}

/// What a key of the plan `free` allows.
fn slower(world: &World) -> Arc<Plan> {
    let own = world.owner().tier;
    Arc::new(Plan { requests_per_minute: own.requests_per_minute / 6, burst_percent: 0, ..(*own).clone() })
}

/// A key that ends in two hours and works from one network, for one server, at the rate of the plan `free`.
fn narrow(world: &World) -> NewKey {
    NewKey {
        expires_at: Some(world.now().plus(2 * HOUR)),
        rate_limit_tier: Some("free".into()),
        allowed_ips: vec!["10.1.0.0/16".into()],
        server_scopes: Some(vec!["github".into()]),
        ..named("narrow")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_hands_down_its_end_tier_addresses_and_servers() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let parent = world.issue(narrow(&world)).await;
        let child = world.keys.issue(&by(&world, &parent), named("child")).await.expect("a key").key;
        assert_eq!((child.expires_at, &child.rate_limit_tier), (parent.key.expires_at, &parent.key.rate_limit_tier));
        assert_eq!((&child.allowed_ips, &child.server_scopes), (&parent.key.allowed_ips, &parent.key.server_scopes));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_keys_that_reach_less_far_and_none_that_reach_further() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let parent = world.issue(narrow(&world)).await;
        let further = NewKey {
            expires_at: Some(world.now().plus(3 * HOUR)),
            allowed_ips: vec!["10.1.2.3".into(), "10.0.0.0/8".into()],
            server_scopes: Some(vec!["github".into(), "files".into()]),
            ..named("further")
        };
        let result = world.keys.issue(&by(&world, &parent), further).await;
        assert_eq!(fields(result), ["expires_at", "allowed_ips", "server_scopes"]);
        let less = NewKey {
            expires_at: Some(world.now().plus(HOUR)),
            allowed_ips: vec!["10.1.2.3".into()],
            server_scopes: Some(Vec::new()),
            ..named("less")
        };
        let child = world.keys.issue(&by(&world, &parent), less).await.expect("a key").key;
        assert_eq!(child.expires_at, Some(world.now().plus(HOUR)));
        assert_eq!(
            (child.allowed_ips.to_texts(), child.server_scopes),
            (vec!["10.1.2.3".to_owned()], Some(Vec::new()))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_its_grace_makes_none_that_outlives_the_grace() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let parent = world.issue(named("parent")).await;
        let rotation = world.keys.rotate(&world.owner(), parent.key.id, 1).await.expect("rotated");
        let child = world.keys.issue(&by(&world, &parent), named("child")).await.expect("a key").key;
        assert_eq!(child.expires_at, Some(rotation.grace_period_ends_at));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_rotates_itself_and_none_that_reaches_further() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (parent, wide) = (world.issue(narrow(&world)).await, world.issue(named("wide")).await);
        let caller = by(&world, &parent);
        assert_eq!(code(world.keys.rotate(&caller, wide.key.id, 1).await), "forbidden_reach");
        assert_eq!(world.read(wide.key.id).await.grace_period_ends_at, None, "the key was left alone");
        assert_eq!(code(world.keys.rotate(&caller, parent.key.id, 1).await), "ok");
        assert_eq!(code(world.keys.rotate(&by(&world, &wide), wide.key.id, 1).await), "ok");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_key_rotates_none_that_is_faster() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let slow = world.issue(NewKey { rate_limit_tier: Some("free".into()), ..named("slow") }).await;
        let fast = world.issue(named("fast")).await;
        let caller = Principal { tier: slower(&world), ..by(&world, &slow) };
        assert_eq!(code(world.keys.rotate(&caller, fast.key.id, 1).await), "forbidden_reach");
        assert_eq!(code(world.keys.rotate(&caller, slow.key.id, 1).await), "ok");
    })
    .await;
}
