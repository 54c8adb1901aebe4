use crate::world::{HOUR, World, named};
use mainstay_keys::{CHANGED, KeyHash, KeyService as _};
use mainstay_testkit::on_each_database;
use mainstay_testkit::rows::{changes, events};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_change_leaves_an_event_and_no_secret_in_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("deploy")).await;
        let new = world.keys.rotate(&world.owner(), old.key.id, 1).await.expect("rotated").issued;
        world.keys.revoke(world.workspace, new.key.id).await.expect("revoked");
        world.clock.advance(HOUR);
        world.keys.revoke_past_grace().await.expect("ended");
        let about = |key: &mainstay_keys::ApiKey| json!({"id": key.id.0, "name": "deploy", "prefix": key.prefix});
        let told = |name: &str, key| (name.to_owned(), Some(world.workspace.0), about(key));
        let expected = [
            told("api_key.created", &old.key),
            told("api_key.rotated", &new.key),
            told("api_key.revoked", &new.key),
            told("api_key.revoked", &old.key),
        ];
        assert_eq!(events(&world.database).await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_happen_is_not_told() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let key = world.issue(named("ours")).await.key;
        let _ = world.keys.revoke(world.elsewhere, key.id).await;
        for _ in 0..4 {
            let _ = world.keys.issue(&world.owner(), named("until the limit")).await;
        }
        assert_eq!(events(&world.database).await.len(), 3, "of the three keys that the plan allows");
        assert_eq!(changes(&world.database).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn announcements_name_the_key_by_its_hash() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issued = world.issue(named("ours")).await;
        world.keys.revoke(world.workspace, issued.key.id).await.expect("revoked");
        let hash = KeyHash::of(issued.secret.expose()).to_string();
        assert_eq!(changes(&world.database).await, [(CHANGED.to_owned(), hash)]);
    })
    .await;
}
