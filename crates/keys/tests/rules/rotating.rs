use crate::world::{HOUR, INSTANT, World, code, fields, named, scoped};
use mainstay_kernel::{Details, Fault as _, Ids as _, KeyId, Kind, Principal, Role, SystemIds, UserId};
use mainstay_keys::{GraceEnd, KeyQuery, KeyService as _, KeyStatus, NewKey, Refusal};
use mainstay_store::jobs::{Done, Handler as _};
use mainstay_testkit::{on_each_database, rows};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_has_the_same_terms_and_a_token_and_id_of_its_own() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let new = NewKey {
            environment: mainstay_keys::Environment::Test,
            rate_limit_tier: Some("free".into()),
            expires_at: Some(world.now().plus(2 * HOUR)),
            allowed_ips: vec!["10.0.0.0/8".into()],
            server_scopes: Some(vec!["github".into()]),
            ..scoped(&["posts:read"])
        };
        let old = world.issue(new).await;
        world.clock.advance(HOUR);
        let rotation = world.keys.rotate(&world.owner(), old.key.id, 24).await.expect("rotated");
        let (was, is) = (&old.key, &rotation.issued.key);
        assert_ne!(is.id, was.id);
        assert_ne!(rotation.issued.secret, old.secret);
        assert!(rotation.issued.secret.expose().starts_with("sk_test_"));
        assert_eq!((&is.name, &is.scopes, is.expires_at), (&was.name, &was.scopes, was.expires_at));
        assert_eq!((&is.allowed_ips, &is.server_scopes), (&was.allowed_ips, &was.server_scopes));
        assert_eq!((&is.rate_limit_tier, is.environment), (&was.rate_limit_tier, was.environment));
        assert_eq!((is.rotated_from, is.created_at, is.grace_period_ends_at), (Some(was.id), world.now(), None));
        assert_eq!(world.read(is.id).await, *is);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_key_works_until_its_grace_ends_and_not_at_its_end() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        assert!(world.works(&old).await, "and is at hand in memory");
        let rotation = world.keys.rotate(&world.owner(), old.key.id, 24).await.expect("rotated");
        assert_eq!(rotation.grace_period_ends_at, world.now().plus(24 * HOUR));
        let in_grace = world.read(old.key.id).await;
        assert_eq!(in_grace.grace_period_ends_at, Some(rotation.grace_period_ends_at));
        assert_eq!(in_grace.status(world.now()), KeyStatus::Grace);
        world.clock.advance((24 * HOUR).saturating_sub(INSTANT));
        assert!(world.works(&old).await && world.works(&rotation.issued).await);
        world.clock.advance(INSTANT);
        assert!(!world.works(&old).await && world.works(&rotation.issued).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_grace_ends_the_old_key_at_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("leaked")).await;
        assert!(world.works(&old).await);
        world.keys.rotate(&world.owner(), old.key.id, 0).await.expect("rotated");
        assert!(!world.works(&old).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_is_720_hours_at_most() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        let result = world.keys.rotate(&world.owner(), old.key.id, 721).await;
        assert_eq!(fields(result), ["grace_period_hours"]);
        assert_eq!(code(world.keys.rotate(&world.owner(), old.key.id, 720).await), "ok");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_successor_cannot_be_rotated_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        world.keys.rotate(&world.owner(), old.key.id, 1).await.expect("rotated");
        let error = world.keys.rotate(&world.owner(), old.key.id, 1).await.expect_err("refused");
        assert_eq!((error.kind(), error.code()), (Kind::Invalid, "invalid_status"));
        world.clock.advance(HOUR);
        assert_eq!(
            code(world.keys.rotate(&world.owner(), old.key.id, 1).await),
            "invalid_status",
            "nor past its grace"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_key_that_works_is_rotated() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let revoked = world.issue(named("revoked")).await.key.id;
        let ends = world.issue(NewKey { expires_at: Some(world.now().plus(HOUR)), ..named("ends") }).await.key.id;
        world.keys.revoke(world.workspace, revoked).await.expect("revoked");
        world.clock.advance(HOUR);
        assert_eq!(code(world.keys.rotate(&world.owner(), revoked, 1).await), "not_found");
        assert_eq!(code(world.keys.rotate(&world.owner(), KeyId(i64::MAX), 1).await), "not_found");
        assert_eq!(code(world.keys.rotate(&world.owner(), ends, 1).await), "invalid_status");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_key_cannot_be_rotated() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let ours = world.issue(named("ours")).await;
        let they = Principal { workspace: Some(world.elsewhere), ..world.owner() };
        assert_eq!(code(world.keys.rotate(&they, ours.key.id, 0).await), "not_found");
        assert!(world.works(&ours).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rotates_a_key_that_may_do_more_than_they() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let wide = world.issue(scoped(&["posts:read", "workspaces:delete"])).await;
        let error = world.keys.rotate(&world.caller(Role::Admin, &["*"]), wide.key.id, 1).await.expect_err("refused");
        assert_eq!(error.details(), Details::RequiredScope("workspaces:delete".into()));
        let narrow = world.caller(Role::Owner, &["api-keys:write", "posts:read"]);
        assert_eq!(code(world.keys.rotate(&narrow, wide.key.id, 1).await), "forbidden_scope");
        assert_eq!(code(world.keys.rotate(&world.owner(), wide.key.id, 1).await), "ok", "the key was left alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_speaks_for_whoever_rotated_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("old")).await;
        let colleague = UserId(SystemIds.uuid());
        rows::add_user(&world.database, colleague, world.now()).await;
        let caller = Principal { user: colleague, ..world.owner() };
        let rotation = world.keys.rotate(&caller, old.key.id, 1).await.expect("rotated");
        assert_eq!(rotation.issued.key.user, colleague);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_needs_no_room_and_takes_none() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let first = world.issue(named("first")).await;
        world.issue(named("second")).await;
        world.keys.rotate(&world.owner(), first.key.id, 24).await.expect("rotated");
        world.issue(named("third")).await;
        assert_eq!(code(world.keys.issue(&world.owner(), named("fourth")).await), "feature_limit_reached");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_rotations_at_once_exactly_one_wins() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let old = world.issue(named("contested")).await.key.id;
        let mut rotating = JoinSet::new();
        for _ in 0..16 {
            let (keys, caller) = (Arc::clone(&world.keys), world.owner());
            rotating.spawn(async move { code(keys.rotate(&caller, old, 1).await) });
        }
        let codes = rotating.join_all().await;
        assert_eq!(codes.iter().filter(|code| **code == "ok").count(), 1);
        assert_eq!(codes.iter().filter(|code| **code == "invalid_status").count(), 15);
        let all = world.keys.list(world.workspace, KeyQuery::default()).await.expect("keys");
        assert_eq!(all.total, 2, "the old one and one successor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_past_their_grace_are_revoked_by_the_recurring_job() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (over, running) = (world.issue(named("over")).await, world.issue(named("running")).await);
        world.keys.rotate(&world.owner(), over.key.id, 1).await.expect("rotated");
        world.keys.rotate(&world.owner(), running.key.id, 2).await.expect("rotated");
        world.clock.advance(HOUR);
        let job = GraceEnd::new(Arc::clone(&world.keys));
        assert!(job.standing_job().is_some());
        assert_eq!(job.run(&json!({})).await, Ok(Done::RunAgainAfter(Duration::from_mins(1))));
        let refusal = world.keys.identify(over.secret.expose()).await.expect_err("refused").refusal();
        assert_eq!(refusal, Some(Refusal::Revoked));
        assert!(world.works(&running).await);
        assert_eq!(world.keys.revoke_past_grace().await.expect("nothing"), 0, "each once");
    })
    .await;
}
