use crate::world::{HOUR, World, code, fields, named, scoped, scopes_of};
use mainstay_kernel::{Details, Fault as _, Kind, Principal, Role};
use mainstay_keys::{KeyQuery, KeyService as _, NewKey};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_what_was_asked_for() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let end = world.now().plus(HOUR);
        let new = NewKey {
            name: "  Mobile App Key ".into(),
            scopes: Some(scopes_of(&["posts:read", "users:read", "posts:read"])),
            rate_limit_tier: Some("free".into()),
            expires_at: Some(end),
            server_scopes: Some(vec!["git-hub".into()]),
            ..NewKey::default()
        };
        let issued = world.issue(new).await;
        let key = world.read(issued.key.id).await;
        assert_eq!(key, issued.key);
        assert_eq!((key.name.as_str(), key.user, key.workspace), ("Mobile App Key", world.person, world.workspace));
        assert_eq!(key.scopes.to_texts(), ["posts:read", "users:read"], "each once");
        assert_eq!((key.rate_limit_tier.as_deref(), key.expires_at), (Some("free"), Some(end)));
        assert_eq!(key.server_scopes, Some(vec!["git-hub".to_owned()]));
        assert_eq!((key.created_at, key.last_used_at, key.rotated_from), (world.now(), None, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_no_key_is_made() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let new = NewKey {
            name: " ".into(),
            scopes: Some(Vec::new()),
            rate_limit_tier: Some("gold".into()),
            expires_at: Some(world.now()),
            allowed_ips: vec!["10.0.0.1".into(), "home".into()],
            server_scopes: Some(vec!["git".into(), "Git Hub".into()]),
            ..NewKey::default()
        };
        let result = world.keys.issue(&world.owner(), new).await;
        let expected = ["name", "scopes", "rate_limit_tier", "expires_at", "server_scopes.1", "allowed_ips.1"];
        assert_eq!(fields(result), expected);
        assert_eq!(world.keys.list(world.workspace, KeyQuery::default()).await.expect("keys").total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_have_1_to_255_characters_and_no_control_characters() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for (name, good) in
            [("é".repeat(255), true), ("é".repeat(256), false), ("a\0b".into(), false), ("\n".into(), false)]
        {
            let result = world.keys.issue(&world.owner(), named(&name)).await;
            assert_eq!(result.is_ok(), good, "{name:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_may_not_exceed_the_plan_of_the_workspace() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for (tier, good) in [("free", true), ("small", true), ("bursty", false), ("enterprise", false)] {
            let new = NewKey { rate_limit_tier: Some(tier.into()), ..named(tier) };
            let result = world.keys.issue(&world.owner(), new).await;
            assert_eq!(result.is_ok(), good, "{tier}");
            assert_eq!(fields(result).is_empty(), good);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_key_more_than_credential_and_role_both_hold() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let cases: [(Role, &[&str], &str, bool); 8] = [
            (Role::Owner, &["*"], "*", true),
            (Role::Admin, &["*"], "*", false),
            (Role::Admin, &["*"], "workspaces:delete", false),
            (Role::Owner, &["posts:*"], "posts:read", true),
            (Role::Owner, &["posts:read"], "posts:*", false),
            (Role::Owner, &["posts:*"], "read", false),
            (Role::Viewer, &["*"], "*:read", true),
            (Role::Viewer, &["*"], "write", false),
        ];
        for (role, granted, wanted, good) in cases {
            let caller = Principal { plan: world.caller(Role::Owner, &[]).plan, ..world.caller(role, granted) };
            let result = world.keys.issue(&caller, scoped(&["posts:read", wanted])).await;
            match result {
                Ok(issued) => {
                    assert!(good, "{role} with {granted:?} gave {wanted}");
                    world.keys.revoke(world.workspace, issued.key.id).await.expect("revoked");
                }
                Err(error) => {
                    assert!(!good, "{role} with {granted:?} could not give {wanted}: {error}");
                    assert_eq!((error.kind(), error.code()), (Kind::Forbidden, "forbidden_scope"));
                    assert_eq!(error.details(), Details::RequiredScope(wanted.into()));
                    assert!(error.to_string().contains(wanted));
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_role_gives_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let left = Principal { role: None, ..world.owner() };
        assert_eq!(code(world.keys.issue(&left, scoped(&["posts:read"])).await), "forbidden_scope");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_workspace_has_no_keys_to_give() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let nowhere = Principal { workspace: None, ..world.owner() };
        let error = world.keys.issue(&nowhere, named("key")).await.expect_err("no workspace");
        assert_eq!((error.kind(), error.code()), (Kind::NotFound, "no_workspace"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unsaid_scopes_are_reading_and_writing_as_far_as_the_caller_may() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let issue = async |role, granted: &[&str]| world.keys.issue(&world.caller(role, granted), named("key")).await;
        let texts = |issued: mainstay_keys::IssuedKey| issued.key.scopes.to_texts();
        assert_eq!(texts(issue(Role::Owner, &["*"]).await.expect("a key")), ["read", "write"]);
        assert_eq!(texts(issue(Role::Viewer, &["*"]).await.expect("a key")), ["read"]);
        assert_eq!(texts(issue(Role::Owner, &["*:write"]).await.expect("a key")), ["write"]);
        assert_eq!(code(issue(Role::Owner, &["api-keys:*"]).await), "forbidden_scope");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_allows_so_many_usable_keys() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let ends = world.issue(NewKey { expires_at: Some(world.now().plus(HOUR)), ..named("ends") }).await;
        let (second, _third) = (world.issue(named("second")).await, world.issue(named("third")).await);
        let error = world.keys.issue(&world.owner(), named("fourth")).await.expect_err("one too many");
        assert_eq!((error.kind(), error.code()), (Kind::LimitReached, "feature_limit_reached"));
        assert_eq!(error.details(), Details::Feature("api_keys".into()));
        let elsewhere = Principal { workspace: Some(world.elsewhere), ..world.owner() };
        assert_eq!(code(world.keys.issue(&elsewhere, named("theirs")).await), "ok", "each workspace has its own");
        world.keys.revoke(world.workspace, second.key.id).await.expect("revoked");
        assert_eq!(code(world.keys.issue(&world.owner(), named("fourth")).await), "ok", "a revoked key is not counted");
        assert_eq!(code(world.keys.issue(&world.owner(), named("fifth")).await), "feature_limit_reached");
        world.clock.advance(HOUR);
        assert!(!world.works(&ends).await);
        assert_eq!(code(world.keys.issue(&world.owner(), named("fifth")).await), "ok", "an expired key is not counted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_a_limit_allows_any_number() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let mut caller = world.owner();
        Arc::make_mut(&mut caller.plan).max_api_keys = None;
        for _ in 0..5 {
            assert_eq!(code(world.keys.issue(&caller, named("one of many")).await), "ok");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_holds_however_many_ask_at_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let mut asking = JoinSet::new();
        for _ in 0..24 {
            let (keys, caller) = (Arc::clone(&world.keys), world.owner());
            asking.spawn(async move { code(keys.issue(&caller, named("rush")).await) });
        }
        let codes = asking.join_all().await;
        assert_eq!(codes.iter().filter(|code| **code == "ok").count(), 3);
        assert_eq!(codes.iter().filter(|code| **code == "feature_limit_reached").count(), 21);
    })
    .await;
}
