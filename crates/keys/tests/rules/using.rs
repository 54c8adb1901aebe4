use crate::world::{World, named};
use mainstay_kernel::{KeyId, Timestamp};
use mainstay_keys::{KeyQuery, KeyService as _};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn use_is_written_in_batches_and_is_no_change_of_the_key() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (used, idle) = (world.issue(named("used")).await.key, world.issue(named("idle")).await.key);
        world.clock.advance(Duration::from_millis(2_500));
        world.keys.mark_used(used.id, world.now());
        assert_eq!(world.read(used.id).await.last_used_at, None, "not before it is written");
        assert_eq!(world.keys.write_used().await.expect("written"), 1);
        let key = world.read(used.id).await;
        assert_eq!(key.last_used_at.map(Timestamp::seconds), Some(world.now().seconds()));
        assert_eq!(key.updated_at, used.updated_at);
        assert_eq!(world.read(idle.id).await.last_used_at, None);
        assert_eq!(world.keys.write_used().await.expect("nothing"), 0, "each note once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_later_uses_win() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (key, early, node) = (world.issue(named("key")).await.key, world.now(), world.node("sk"));
        world.clock.advance(Duration::from_secs(5));
        world.keys.mark_used(key.id, world.now());
        world.keys.write_used().await.expect("written");
        node.mark_used(key.id, early);
        node.write_used().await.expect("written");
        assert_eq!(world.read(key.id).await.last_used_at, Some(world.now()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_write_the_same_uses_at_once_do_not_get_in_each_others_way() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let mut caller = world.owner();
        Arc::make_mut(&mut caller.plan).max_api_keys = None;
        for _ in 0..60 {
            world.keys.issue(&caller, named("busy")).await.expect("a key");
        }
        let mut writing = JoinSet::new();
        for number in 0..8 {
            let (node, now) = (world.node("sk"), world.now());
            for id in 1..1_200 {
                // Each node sees the keys used in another order.
                node.mark_used(KeyId(id), now.plus(Duration::from_secs((id.unsigned_abs() + number) % 8)));
            }
            writing.spawn(async move { node.write_used().await.expect("written") });
        }
        assert_eq!(writing.join_all().await, [1_199; 8], "more than one statement takes");
        let keys = world.keys.list(world.workspace, KeyQuery::default()).await.expect("keys").items;
        let last = world.now().plus(Duration::from_secs(7));
        assert!(keys.iter().all(|key| key.last_used_at == Some(last)), "the latest that any node has seen");
    })
    .await;
}
