//! Logins, as the devices see them that they come from.

use crate::house::{EMAIL, House, INVALID_CREDENTIALS, PASSWORD, opened, refusal, secret};
use mainstay_auth::{AuthError, Client, Entrance, PasswordService as _, SessionService, TokenPair};
use mainstay_kernel::{Kind, Secret};
use mainstay_testkit::on_each_database;
use std::time::Duration;

const THROTTLED: (Kind, &str) = (Kind::RateLimited, "rate_limited");

fn client(address: &str, user_agent: &str) -> Client {
    Client::new(address.parse().ok(), Some(user_agent))
}

impl House {
    async fn try_from(&self, client: &Client, password: &str) -> Result<Entrance, AuthError> {
        SessionService::log_in(&*self.auth, EMAIL, &secret(password), client).await
    }

    async fn enter_from(&self, client: &Client) -> TokenPair {
        opened(self.try_from(client, PASSWORD).await.expect("a login"))
    }

    async fn told_of_new_devices(&self) -> usize {
        self.events().await.iter().filter(|event| event.name == "user.new_device").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_is_told_of_once_and_the_first_never() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (home, away) = (client("192.0.2.1", "Home/1"), client("198.51.100.1", "Away/1"));
        house.enter_from(&home).await;
        house.enter_from(&client("192.0.2.99", "Home/1")).await;
        assert_eq!(house.told_of_new_devices().await, 0, "the first, and the same network");
        house.enter_from(&away).await;
        house.enter_from(&away).await;
        assert_eq!(house.told_of_new_devices().await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_token_makes_a_device_known_wherever_it_is() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let token: Secret<String> = house.enter_from(&client("192.0.2.1", "Home/1")).await.device.expect("a token");
        let travelling = client("198.51.100.1", "Home/2").with_device_token(Some(token.clone()));
        let again = house.enter_from(&travelling).await;
        assert_eq!(again.device, Some(token));
        assert_eq!(house.told_of_new_devices().await, 0);
        let refreshed = SessionService::refresh(&*house.auth, again.refresh.expose(), &travelling).await;
        assert_eq!(refreshed.expect("a pair").device, None, "a session that goes on says nothing of devices");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_elsewhere_do_not_lock_a_known_device_out() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (home, thief) = (client("192.0.2.1", "Home/1"), client("198.51.100.1", "Thief/1"));
        house.enter_from(&home).await;
        for _ in 0..5 {
            assert_eq!(refusal(house.try_from(&thief, "a guess").await), INVALID_CREDENTIALS);
        }
        assert_eq!(refusal(house.try_from(&thief, PASSWORD).await), THROTTLED, "even the right one has to wait");
        assert_eq!(refusal(house.try_from(&client("203.0.113.9", "Other/1"), PASSWORD).await), THROTTLED);
        let neighbour = client("192.0.2.2", "Home/1");
        assert_eq!(refusal(house.try_from(&neighbour, PASSWORD).await), THROTTLED, "alike, and not the same");
        house.enter_from(&home).await;
        house.clock.advance(Duration::from_secs(5));
        house.enter_from(&thief).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_like_a_device_at_its_own_address_does_not_lock_out_the_one_with_its_token() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let home = client("192.0.2.1", "Home/1");
        let token = house.enter_from(&home).await.device;
        for _ in 0..10 {
            assert_eq!(refusal(house.try_from(&home, "a guess").await), INVALID_CREDENTIALS);
        }
        assert_eq!(refusal(house.try_from(&home, PASSWORD).await), THROTTLED);
        house.enter_from(&home.clone().with_device_token(token)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_door_do_not_slow_whoever_is_inside() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.enter_from(&client("192.0.2.1", "Home/1")).await;
        for _ in 0..5 {
            let thief = client("198.51.100.1", "Thief/1");
            assert_eq!(refusal(house.try_from(&thief, "a guess").await), INVALID_CREDENTIALS);
        }
        let login = mainstay_auth::Login { person: pair.person, session: pair.session };
        let new = secret("another sentence entirely");
        house.passwords().change(login, &secret(PASSWORD), &new).await.expect("a change");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_reset_makes_every_device_unknown() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let home = client("192.0.2.1", "Home/1");
        let token = house.enter_from(&home).await.device;
        let link = house.reset_token().await;
        house.passwords().reset(&link, &secret("another sentence entirely")).await.expect("a new password");
        for _ in 0..5 {
            assert_eq!(
                refusal(house.try_from(&client("198.51.100.1", "Thief/1"), "a guess").await),
                INVALID_CREDENTIALS
            );
        }
        let refused = house.try_from(&home.with_device_token(token), "another sentence entirely").await;
        assert_eq!(refusal(refused), THROTTLED, "nothing sets it apart from the thief");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_current_password_is_slowed_too() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.enter_from(&client("192.0.2.1", "Home/1")).await;
        let login = mainstay_auth::Login { person: pair.person, session: pair.session };
        let change = async |old: &str| {
            mainstay_auth::PasswordService::change(
                &house.passwords(),
                login,
                &secret(old),
                &secret("another sentence entirely"),
            )
            .await
        };
        for _ in 0..10 {
            assert_eq!(refusal(change("a guess").await), (Kind::Malformed, "invalid_password"));
        }
        assert_eq!(refusal(change(PASSWORD).await), THROTTLED);
    })
    .await;
}
