//! No secret of one purpose works where another is asked for.

use crate::house::{EMAIL, House, PASSWORD, WithJwt as _, secret};
use crate::registration::client;
use crate::second_factor::login;
use mainstay_auth::{AuthService as _, EmailService as _, Login, PasswordService as _, RegistrationService as _};
use mainstay_auth::{SecondFactorService as _, TokenPair};
use mainstay_kernel::{Secret, SessionId, UserId};
use mainstay_testkit::on_each_database;
use uuid::Uuid;

const EVE: &str = "eve@example.com";
const SECOND: &str = "ada@lovelace.example";

async fn ada(house: &House) -> UserId {
    house.auth.by_email(EMAIL).await.expect("a look-up").expect("the owner").id
}

/// A place that asks for a secret, and whether it took this one.
///
/// A challenge is shown with a right code, which is used only if the challenge stands.
async fn takes(house: &House, place: &str, text: &str, spare: &str) -> bool {
    let (registration, password, here) = (house.registration(), secret(PASSWORD), client("192.0.2.7"));
    match place {
        "sign-up code" => registration.verify(EVE, text, &here).await.is_ok(),
        "registration token" => registration.complete(EVE, &password, Some(text), &here).await.is_ok(),
        "address code" => house.emails().verify(ada(house).await, SECOND, text).await.is_ok(),
        "challenge" => house.second_factors().verify(text, spare, &here).await.is_ok(),
        "recovery code" => {
            let login = Login { person: ada(house).await, session: SessionId(Uuid::nil()) };
            house.second_factors().disable(login, text).await.is_ok()
        }
        "reset token" => house.passwords().reset(text, &password).await.is_ok(),
        "refresh token" => house.auth.refresh(text).await.is_ok(),
        "access token" => house.auth.identify(text).await.is_ok(),
        other => panic!("no such place: {other}"),
    }
}

/// A challenge of the owner, a recovery code, and another for where one is shown beside.
async fn second_factor(house: &House, pair: &TokenPair) -> [(&'static str, String); 3] {
    let setup = house.second_factors().setup(login(pair)).await.expect("a setup");
    let code = house.code(&setup.secret, 0);
    let recovery = house.second_factors().enable(login(pair), &code).await.expect("recovery codes");
    let challenge = house.challenge().await.token;
    let text = |secret: &Secret<String>| secret.expose().clone();
    [("challenge", text(&challenge)), ("recovery code", text(&recovery[0])), ("spare", text(&recovery[1]))]
}

/// A secret of each purpose, all of them good, and a spare recovery code.
async fn secrets(house: &House) -> (Vec<(&'static str, String)>, String) {
    let first = house.code_for(EVE).await;
    let token = house.registration().verify(EVE, &first, &client("192.0.2.1")).await.expect("a token");
    house.clock.advance(std::time::Duration::from_mins(1));
    let code = house.code_for(EVE).await;
    house.passwords().forgot(EMAIL).await.expect("an answer");
    house.work(&house.passwords().forgotten_passwords()).await;
    let reset = house.letter().await.about;
    house.emails().add(ada(house).await, SECOND).await.expect("an address");
    let address = house.letter().await.about;
    let pair = house.log_in().await;
    let [challenge, recovery, (_, spare)] = second_factor(house, &pair).await;
    let secrets = vec![
        challenge,
        recovery,
        ("sign-up code", code),
        ("address code", address),
        ("registration token", token.expose().clone()),
        ("reset token", reset),
        ("refresh token", pair.refresh.expose().clone()),
        ("access token", pair.access.expose().clone()),
    ];
    (secrets, spare)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_secret_works_in_its_own_place_and_in_no_other() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (secrets, spare) = secrets(&house).await;
        for (place, _) in &secrets {
            for (purpose, text) in secrets.iter().filter(|(purpose, _)| purpose != place) {
                assert!(!takes(&house, place, text, &spare).await, "a {purpose} as a {place}");
            }
        }
        // The codes have had their wrong tries by now; the others are as good as new.
        let durable =
            ["access token", "challenge", "refresh token", "registration token", "recovery code", "reset token"];
        for place in durable {
            let (_, text) = secrets.iter().find(|(purpose, _)| *purpose == place).expect("a secret");
            assert!(takes(&house, place, text, &spare).await, "a {place}");
        }
    })
    .await;
}
