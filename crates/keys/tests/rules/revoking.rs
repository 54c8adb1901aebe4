use crate::world::{HOUR, World, code, named, works};
use mainstay_keys::{CHANGED, KeyService as _, KeyStatus};
use mainstay_store::{Changes, Database};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_does_not_work_from_the_answer_on() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issued = world.issue(named("leaked")).await;
        assert!(world.works(&issued).await, "and is at hand in memory");
        world.keys.revoke(world.workspace, issued.key.id).await.expect("revoked");
        assert!(!world.works(&issued).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_not_there_any_more() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let id = world.issue(named("gone")).await.key.id;
        world.keys.revoke(world.workspace, id).await.expect("revoked");
        assert_eq!(code(world.keys.get(world.workspace, id).await), "not_found");
        assert_eq!(code(world.keys.revoke(world.workspace, id).await), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_its_grace_can_be_revoked_and_its_successor_stays() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        let new = world.keys.rotate(&world.owner(), old.key.id, 24).await.expect("rotated").issued;
        world.keys.revoke(world.workspace, old.key.id).await.expect("revoked");
        assert!(!world.works(&old).await && world.works(&new).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_key_is_neither_seen_nor_revoked() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let ours = world.issue(named("ours")).await;
        assert_eq!(code(world.keys.get(world.elsewhere, ours.key.id).await), "not_found");
        assert_eq!(code(world.keys.revoke(world.elsewhere, ours.key.id).await), "not_found");
        assert!(world.works(&ours).await);
        assert_eq!(world.read(ours.key.id).await.status(world.now()), KeyStatus::Active);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_hear_of_revocations_rotations_and_ended_graces() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let other = world.node("sk");
        let mut changes = following(&other, &world.database).await;
        let (revoked, rotated) = (world.issue(named("revoked")).await, world.issue(named("rotated")).await);
        assert!(works(&other, &revoked).await && works(&other, &rotated).await, "both are at hand there");
        world.keys.revoke(world.workspace, revoked.key.id).await.expect("revoked");
        world.keys.rotate(&world.owner(), rotated.key.id, 1).await.expect("rotated");
        assert_eq!(changes.catch_up(&world.database).await.expect("changes"), 2);
        assert!(!works(&other, &revoked).await);
        let seen = other.identify(rotated.secret.expose()).await.expect("in its grace");
        assert_eq!(seen.status(world.now()), KeyStatus::Grace);
        world.clock.advance(HOUR);
        assert_eq!(world.keys.revoke_past_grace().await.expect("ended"), 1);
        assert_eq!(changes.catch_up(&world.database).await.expect("changes"), 1);
    })
    .await;
}

async fn following(keys: &Arc<mainstay_keys::Keys>, database: &Database) -> Changes {
    let (mut changes, keys) = (Changes::default(), Arc::clone(keys));
    changes.listen(CHANGED, Arc::new(move |subject| keys.forget(subject)));
    changes.begin(database).await.expect("the changes are read");
    changes
}
