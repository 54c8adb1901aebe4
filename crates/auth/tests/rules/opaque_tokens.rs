//! Access tokens that mean nothing to anyone but us.

use crate::house::{EMAIL, House, PASSWORD, UNAUTHENTICATED, opened, refusal, secret};
use mainstay_auth::{AuthService as _, Client, SessionService, TokenPair};
use mainstay_testkit::on_each_database;
use std::time::Duration;

async fn enter(house: &House) -> TokenPair {
    let entrance = SessionService::log_in(&*house.auth, EMAIL, &secret(PASSWORD), &Client::default()).await;
    opened(entrance.expect("a login"))
}

async fn refreshed(house: &House, pair: &TokenPair) -> TokenPair {
    SessionService::refresh(&*house.auth, pair.refresh.expose(), &Client::default()).await.expect("a pair")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opaque_token_stands_for_its_person_for_an_hour_to_the_microsecond() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = enter(&house).await;
        assert!(pair.access.expose().starts_with("mst_") && !pair.access.expose().contains('.'));
        house.clock.advance(Duration::from_hours(1).saturating_sub(Duration::from_micros(1)));
        let login = house.auth.identify(pair.access.expose()).await.expect("a login");
        assert_eq!((login.person, login.session), (pair.person, pair.session));
        house.clock.advance(Duration::from_micros(1));
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_voids_the_token_before_and_a_retry_gives_the_same_pair() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let first = enter(&house).await;
        house.auth.identify(first.access.expose()).await.expect("a login");
        let next = refreshed(&house, &first).await;
        assert_eq!(refusal(house.auth.identify(first.access.expose()).await), UNAUTHENTICATED);
        let retried = refreshed(&house, &first).await;
        assert_eq!((&retried.access, &retried.refresh), (&next.access, &next.refresh));
        house.auth.identify(next.access.expose()).await.expect("a login");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_hears_that_a_token_was_voided() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let mut changes = house.changes().await;
        let (first, elsewhere) = (enter(&house).await, house.another_node().await);
        house.auth.identify(first.access.expose()).await.expect("a login");
        let next = SessionService::refresh(&*elsewhere, first.refresh.expose(), &Client::default()).await;
        let next = next.expect("a pair");
        changes.catch_up(&house.database).await.expect("the changes are heard");
        assert_eq!(refusal(house.auth.identify(first.access.expose()).await), UNAUTHENTICATED);
        house.auth.identify(next.access.expose()).await.expect("a login");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_both_forms_of_a_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = enter(&house).await;
        let jwt = Client::default().wanting(mainstay_auth::TokenForm::Jwt);
        let other = SessionService::refresh(&*house.auth, pair.refresh.expose(), &jwt).await.expect("a pair");
        assert_eq!(other.session, pair.session);
        let opaque = refreshed(&house, &other).await;
        for token in [&other.access, &opaque.access] {
            house.auth.identify(token.expose()).await.expect("both stand");
        }
        house.auth.log_out(pair.session).await.expect("an end");
        for token in [&other.access, &opaque.access] {
            assert_eq!(refusal(house.auth.identify(token.expose()).await), UNAUTHENTICATED);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_no_access_token() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = enter(&house).await;
        assert_eq!(refusal(house.auth.identify(pair.refresh.expose()).await), UNAUTHENTICATED);
        let swapped = SessionService::refresh(&*house.auth, pair.access.expose(), &Client::default()).await;
        assert_eq!(refusal(swapped), crate::house::INVALID_REFRESH_TOKEN);
    })
    .await;
}
