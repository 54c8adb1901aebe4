//! Which codes are right, and how often.

use crate::house::{House, refusal};
use crate::second_factor::{INVALID_CODE, STEP};
use mainstay_auth::{Client, SecondFactorService as _};
use mainstay_kernel::Kind;
use mainstay_testkit::on_each_database;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_one_step_early_and_one_step_late() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, house.second_factors());
        house.clock.advance(STEP * 10);
        let verify = async |steps| {
            let challenge = house.challenge().await;
            second.verify(challenge.token.expose(), &house.code(&ada.secret, steps), &Client::default()).await
        };
        for away in [-2, 2] {
            assert_eq!(refusal(verify(away).await), INVALID_CODE, "{away}");
        }
        for away in [-1, 0, 1] {
            verify(away).await.expect("a session");
        }
        assert_eq!(refusal(verify(0).await), INVALID_CODE, "a later one was used");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_wherever_it_is_shown() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, house.second_factors());
        let verify = async |code: String| {
            let challenge = house.challenge().await;
            second.verify(challenge.token.expose(), &code, &Client::default()).await
        };
        assert_eq!(refusal(verify(house.code(&ada.secret, -1)).await), INVALID_CODE, "it turned the factor on");
        let code = house.code(&ada.secret, 0);
        verify(code.clone()).await.expect("a session");
        assert_eq!(refusal(verify(code.clone()).await), INVALID_CODE);
        assert_eq!(refusal(second.renew_recovery_codes(ada.login(), &code).await), INVALID_CODE);
        assert_eq!(refusal(second.disable(ada.login(), &code).await), INVALID_CODE);

        house.clock.advance(STEP);
        let code = house.code(&ada.secret, 0);
        second.renew_recovery_codes(ada.login(), &code).await.expect("new ones");
        assert_eq!(refusal(verify(code.clone()).await), INVALID_CODE);
        assert_eq!(refusal(second.disable(ada.login(), &code).await), INVALID_CODE);
        house.clock.advance(STEP);
        second.disable(ada.login(), &house.code(&ada.secret, 0)).await.expect("the next one is good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_opens_one_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, house.second_factors());
        let verify = async |code: &str| {
            let challenge = house.challenge().await;
            second.verify(challenge.token.expose(), code, &Client::default()).await
        };
        let typed = ada.recovery(3).to_lowercase().replace('-', " ");
        verify(&typed).await.expect("a session");
        assert_eq!(house.names_of_events().await, ["user.recovery_code_used"]);
        assert_eq!(second.status(ada.pair.person).await.expect("a status").recovery_codes_left, 9);
        assert_eq!(refusal(verify(&typed).await), INVALID_CODE);
        verify(ada.recovery(4)).await.expect("the others are good");
        second.disable(ada.login(), ada.recovery(5)).await.expect("it is off");
        assert!(!second.is_enabled(ada.pair.person).await.expect("an answer"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_recovery_codes_void_the_old_ones_and_cost_a_code_of_the_authenticator() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, house.second_factors());
        assert_eq!(refusal(second.renew_recovery_codes(ada.login(), ada.recovery(0)).await), INVALID_CODE);
        let code = house.code(&ada.secret, 0);
        let fresh = second.renew_recovery_codes(ada.login(), &code).await.expect("new ones");
        assert_eq!(house.names_of_events().await, ["user.recovery_codes_renewed"]);
        assert_eq!(second.status(ada.pair.person).await.expect("a status").recovery_codes_left, 10);
        for old in 0..10 {
            assert_eq!(refusal(second.disable(ada.login(), ada.recovery(old)).await), INVALID_CODE);
        }
        let refused = second.disable(ada.login(), fresh[9].expose()).await;
        assert_eq!(refusal(refused), (Kind::RateLimited, "rate_limited"), "ten wrong ones cost half a minute");
        house.clock.advance(Duration::from_secs(30));
        second.disable(ada.login(), fresh[9].expose()).await.expect("a new one is good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_show_one_recovery_code_at_once_one_gets_in() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, std::sync::Arc::new(house.second_factors()));
        let challenge = house.challenge().await;
        let mut tasks = JoinSet::new();
        for number in 0..16 {
            let (second, login) = (std::sync::Arc::clone(&second), ada.login());
            let (token, code) = (challenge.token.clone(), ada.recovery(0).to_owned());
            tasks.spawn(async move {
                if number % 2 == 0 {
                    second.disable(login, &code).await.is_ok()
                } else {
                    second.verify(token.expose(), &code, &Client::default()).await.is_ok()
                }
            });
        }
        assert_eq!(tasks.join_all().await.into_iter().filter(|got_in| *got_in).count(), 1);
        let used = house.names_of_events().await.into_iter().filter(|name| name == "user.recovery_code_used");
        assert_eq!(used.count(), 1);
    })
    .await;
}
