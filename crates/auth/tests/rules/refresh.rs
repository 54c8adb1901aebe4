//! Trading a refresh token for the next pair.

use crate::house::{House, INVALID_REFRESH_TOKEN, UNAUTHENTICATED, WithJwt as _, master_key, refusal};
use mainstay_auth::{Auth, AuthParts, AuthService as _, Client};
use mainstay_kernel::{Clock as _, Keyring, Kind, Secret, SystemIds};
use mainstay_testkit::on_each_database;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_within_thirty_seconds_gives_the_same_next_token() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let first = house.log_in().await;
        let next = house.auth.refresh(first.refresh.expose()).await.expect("a pair");
        assert_eq!((next.session, next.person), (first.session, first.person));
        assert_ne!(next.refresh, first.refresh);
        house.clock.advance(Duration::from_secs(30));
        let again = house.auth.refresh(first.refresh.expose()).await.expect("a pair");
        assert_eq!(again.refresh, next.refresh);
        house.auth.identify(again.access.expose()).await.expect("a login");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_reuse_ends_the_session_for_whoever_holds_its_tokens() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (first, bystander) = (house.log_in().await, house.log_in().await);
        let next = house.auth.refresh(first.refresh.expose()).await.expect("a pair");
        house.auth.identify(next.access.expose()).await.expect("a login");
        house.events().await;

        house.clock.advance(Duration::from_secs(31));
        assert_eq!(refusal(house.auth.refresh(first.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(refusal(house.auth.refresh(next.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(refusal(house.auth.identify(next.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(refusal(house.auth.identify(first.access.expose()).await), UNAUTHENTICATED);
        house.auth.identify(bystander.access.expose()).await.expect("another session goes on");

        let events = house.events().await;
        assert_eq!(events.len(), 1, "the end is told once");
        assert_eq!(events[0].name, "session.revoked");
        assert_eq!(events[0].data["session_id"], first.session.to_string());
        assert_eq!(events[0].data["reason"], "refresh_token_reused");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_generations_back_is_a_reuse_however_soon() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let first = house.log_in().await;
        let second = house.auth.refresh(first.refresh.expose()).await.expect("a pair");
        house.auth.refresh(second.refresh.expose()).await.expect("a pair");
        assert_eq!(refusal(house.auth.refresh(first.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(refusal(house.auth.refresh(second.refresh.expose()).await), INVALID_REFRESH_TOKEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_is_refused_and_ends_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let token = pair.refresh.expose();
        let access = pair.access.expose().clone();
        let cut = token[..token.len() - 1].to_owned();
        let last = if token.ends_with('A') { "Q" } else { "A" };
        for forged in ["", "mst_", "nonsense", &access, &cut, &format!("{cut}{last}"), &format!("{token}A")] {
            assert_eq!(refusal(house.auth.refresh(forged).await), INVALID_REFRESH_TOKEN, "{forged}");
        }
        house.auth.refresh(token).await.expect("the real one still stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_thirty_days_from_each_refresh_and_ninety_at_most() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let idle = house.log_in().await;
        let mut pair = house.log_in().await;
        for _ in 0..3 {
            house.clock.advance(Duration::from_mins(30 * 24 * 60 - 1));
            pair = house.auth.refresh(pair.refresh.expose()).await.expect("a pair");
        }
        assert_eq!(refusal(house.auth.refresh(idle.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(
            pair.access_expires_at,
            house.clock.now().plus(Duration::from_mins(3)),
            "no access token outlives its session"
        );
        house.clock.advance(Duration::from_mins(3));
        assert_eq!(refusal(house.auth.refresh(pair.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_refresh_the_same_token_at_once_get_the_same_next_one() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let nodes = [Arc::clone(&house.auth), house.another_node().await];
        let (mut changes, mut token) = (house.changes().await, house.log_in().await.refresh);
        for _ in 0..200 {
            let mut tasks = JoinSet::new();
            for number in 0..64 {
                let (node, token) = (Arc::clone(&nodes[number % 2]), token.clone());
                tasks.spawn(async move {
                    let pair = mainstay_auth::SessionService::refresh(&*node, token.expose(), &Client::default()).await;
                    let pair = pair.expect("nobody is signed out");
                    (pair.refresh.expose().clone(), pair.access.expose().clone())
                });
            }
            let next: HashSet<_> = tasks.join_all().await.into_iter().collect();
            assert_eq!(next.len(), 1, "one successor");
            let (refresh, access) = next.into_iter().next().expect("a pair");
            changes.catch_up(&house.database).await.expect("the changes");
            house.auth.identify(&access).await.expect("it lives");
            token = Secret::new(refresh);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_keys_survive_a_change_of_the_master_key_but_not_its_loss() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let new = Keyring::generate(&SystemIds);
        let pair = house.log_in().await;
        let changed = Keyring::parse(&Secret::new(format!("{},{}", new.expose(), master_key().expose())));
        let changed = Arc::new(changed.expect("a keyring"));
        let auth = Auth::open(AuthParts { keyring: changed, ..house.parts() }).await.expect("the service opens");
        auth.identify(pair.access.expose()).await.expect("a login");
        let next = auth.refresh(pair.refresh.expose()).await.expect("a pair");
        auth.refresh(next.refresh.expose()).await.expect("a pair");

        let lost = Arc::new(Keyring::parse(&new).expect("a keyring"));
        let outcome = Auth::open(AuthParts { keyring: lost, ..house.parts() }).await;
        assert_eq!(refusal(outcome.map(|_| ())), (Kind::Internal, "server_error"));
    })
    .await;
}
