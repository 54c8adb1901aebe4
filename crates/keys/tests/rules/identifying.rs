use crate::world::{HOUR, INSTANT, World, named, works};
use mainstay_kernel::{Fault as _, Kind};
use mainstay_keys::{Environment, KeyService as _, NewKey, Refusal};
use mainstay_testkit::{TestDatabase, on_each_database};
use std::net::IpAddr;

#[tokio::test(flavor = "multi_thread")]
async fn an_issued_key_is_identified_by_its_token() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issued = world.issue(named("deploy")).await;
        let found = world.keys.identify(issued.secret.expose()).await.expect("the key");
        assert_eq!(*found, issued.key);
        assert!(issued.secret.expose().starts_with(&found.prefix));
        assert_eq!(found.prefix.len(), 11);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_the_caller_hears_the_same_and_the_log_why() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (ended, revoked) = (NewKey { expires_at: Some(world.now().plus(HOUR)), ..named("ends") }, named("revoked"));
        let (ended, revoked, rotated) =
            (world.issue(ended).await, world.issue(revoked).await, world.issue(named("old")).await);
        world.keys.revoke(world.workspace, revoked.key.id).await.expect("revoked");
        world.keys.rotate(&world.owner(), rotated.key.id, 1).await.expect("rotated");
        let unknown = World::new(TestDatabase::sqlite().await.database).await.issue(named("foreign")).await;
        world.clock.advance(HOUR);
        let cases = [
            ("", Refusal::Malformed),
            ("sk_live_nonsense", Refusal::Malformed),
            (unknown.secret.expose(), Refusal::Unknown),
            (revoked.secret.expose(), Refusal::Revoked),
            (ended.secret.expose(), Refusal::Expired),
            (rotated.secret.expose(), Refusal::Expired),
        ];
        for (presented, why) in cases {
            let error = world.keys.identify(presented).await.expect_err("refused");
            assert_eq!((error.kind(), error.code()), (Kind::Unauthenticated, "unauthenticated"));
            assert_eq!(error.to_string(), "Invalid or missing API key.");
            assert_eq!(error.refusal(), Some(why));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_works_until_its_expiry_and_not_at_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issued = world.issue(NewKey { expires_at: Some(world.now().plus(HOUR)), ..named("ends") }).await;
        world.clock.advance(HOUR.saturating_sub(INSTANT));
        assert!(world.works(&issued).await);
        world.clock.advance(INSTANT);
        assert!(!world.works(&issued).await, "though it is at hand in memory");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_once_seen_is_identified_without_the_database() {
    let files = TestDatabase::sqlite().await;
    let world = World::new(files.database.clone()).await;
    let issued = world.issue(named("hot")).await;
    assert!(world.works(&issued).await);
    // Revoked behind the back of this node, which has not been told.
    world.node("sk").revoke(world.workspace, issued.key.id).await.expect("revoked");
    assert!(world.works(&issued).await, "read from memory");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_an_earlier_brand_go_on_working() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        let renamed = world.node("hsk");
        let new = renamed.issue(&world.owner(), named("new")).await.expect("a key");
        assert!(new.secret.expose().starts_with("hsk_live_"));
        assert_eq!(new.key.prefix, new.secret.expose()[..12]);
        assert!(works(&renamed, &old).await && works(&world.keys, &new).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_tells_the_environment() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issued = world.issue(NewKey { environment: Environment::Test, ..named("try") }).await;
        assert!(issued.secret.expose().starts_with("sk_test_"));
        assert_eq!(world.keys.identify(issued.secret.expose()).await.expect("the key").environment, Environment::Test);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_an_allow_list_admits_only_those_on_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let allowed_ips = vec![" 10.1.2.3/8".to_owned(), "2001:db8:0::1".to_owned()];
        let issued = world.issue(NewKey { allowed_ips, ..named("fenced") }).await;
        let key = world.keys.identify(issued.secret.expose()).await.expect("the key");
        let admits = |text: &str| key.admits(text.parse::<IpAddr>().expect("an address"));
        assert!(admits("10.9.9.9") && admits("2001:db8::1"));
        assert!(!admits("11.0.0.1") && !admits("2001:db8::2"));
        assert_eq!(key.allowed_ips.to_texts(), ["10.0.0.0/8", "2001:db8::1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_debug_print_shows_a_token() {
    let files = TestDatabase::sqlite().await;
    let issued = World::new(files.database.clone()).await.issue(named("quiet")).await;
    assert!(!format!("{issued:?}").contains(&issued.secret.expose()[12..]));
}
