//! How many clients there may be that registered themselves and that nobody uses.

use crate::oauth::Inn;
use crate::oauth_registrations::{app, confidential, from, management, open};
use mainstay_auth::{ClientRegistrationService as _, Registered};
use mainstay_kernel::{Fault as _, Kind};
use mainstay_testkit::on_each_database;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn of_those_that_nobody_uses_the_oldest_make_room_and_new_ones_are_left_alone() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let crowded = open(&inn).with_room_for(2);
        let come = async |address: &str| crowded.register(confidential(), &from(address)).await;
        let used = come("192.0.2.1").await.expect("a registration");
        inn.tokens(&app(&used), "openid").await;
        let oldest = come("192.0.2.2").await.expect("a registration");
        let second = come("192.0.2.3").await.expect("a registration: one of three is used");
        let refused = come("192.0.2.4").await.expect_err("a refusal");
        assert_eq!((refused.kind(), refused.rfc_code()), (Kind::Unavailable, "temporarily_unavailable"));

        inn.house.clock.advance(Duration::from_hours(1) + Duration::from_micros(1));
        let third = come("192.0.2.4").await.expect("a registration");
        let there = async |registered: &Registered| {
            open(&inn).read(&registered.client.client_id, &management(registered)).await.is_ok()
        };
        assert!(inn.house.store.client_of(oldest.client.id).await.expect("a look").is_none(), "it made room");
        for standing in [&used, &second, &third] {
            assert!(there(standing).await);
        }
    })
    .await;
}
