//! People who leave for good. What becomes of workspaces and keys is told by the tests of the gateway.

use crate::house::{INVALID_CREDENTIALS, INVALID_REFRESH_TOKEN, PASSWORD, UNAUTHENTICATED, WithJwt as _};
use crate::house::{opened, refusal, secret};
use crate::oauth::{CALLBACK, Inn, new_client, refresh_of, said};
use async_trait::async_trait;
use mainstay_auth::{
    AuthError, AuthService as _, Client, ClientOwner, DepartureService as _, Departures, Introspection, Login,
    PasswordService as _, ProviderService as _, TokenPair,
};
use mainstay_kernel::{Details, Fault as _, Kind, Tie};
use mainstay_store::departure::{Announced, Depart, Departing, Departs};
use mainstay_store::{Database, StoreResult, each_backend};
use mainstay_testkit::on_each_database;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ANOTHER: &str = "grace@example.com";
const WRONG: (Kind, &str) = (Kind::Malformed, "invalid_password");

/// Another domain, which keeps something of the person, or would have nobody without them.
#[derive(Default)]
struct Neighbour {
    tie: Option<Tie>,
    ended: Mutex<Vec<Departing>>,
    forgotten: Mutex<Vec<Announced>>,
}

const ANNOUNCED: &str = "things";

#[each_backend]
#[async_trait]
impl Depart<Conn> for Neighbour {
    async fn ties(&self, _: &mut Conn, _: Departing) -> StoreResult<Vec<Tie>> {
        Ok(self.tie.clone().into_iter().collect())
    }

    async fn depart(&self, _: &mut Conn, who: Departing) -> StoreResult<Vec<Announced>> {
        self.ended.lock().expect("the list").push(who);
        Ok(vec![Announced { topic: ANNOUNCED, subject: who.person.to_string() }])
    }
}

impl Departs for Neighbour {
    fn forget(&self, announced: &Announced) {
        self.forgotten.lock().expect("the list").push(announced.clone());
    }
}

/// A provider with a person in it who does not own the installation, and their login, whose access token is a JWT.
async fn inn_of_grace(database: Database) -> (Inn, TokenPair) {
    let mut inn = Inn::open(database).await;
    inn.house.sign_up(ANOTHER).await;
    let pair = inn.house.auth.log_in(ANOTHER, &secret(PASSWORD)).await.expect("a login");
    inn.login = Login { person: pair.person, session: pair.session };
    (inn, pair)
}

fn departures(inn: &Inn, neighbour: &Arc<Neighbour>) -> Departures {
    Departures::new(Arc::clone(&inn.house.auth), vec![Arc::clone(neighbour) as Arc<dyn Departs>])
}

/// Another session of theirs, with opaque tokens.
async fn log_in_elsewhere(inn: &Inn) -> TokenPair {
    let login =
        mainstay_auth::SessionService::log_in(&*inn.house.auth, ANOTHER, &secret(PASSWORD), &Client::default()).await;
    opened(login.expect("a login"))
}

async fn leave(inn: &Inn, password: &str) -> Result<(), AuthError> {
    departures(inn, &Arc::default()).depart(inn.login, &secret(password)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_session_and_grant_and_token_ends_with_the_account() {
    on_each_database(async |database| {
        let (inn, jwt) = inn_of_grace(database).await;
        let opaque = log_in_elsewhere(&inn).await;
        let owner = ClientOwner::Personal(inn.house.log_in().await.person);
        let theirs = inn.register(owner, new_client(CALLBACK, false)).await;
        let phone = inn.register(owner, new_client(CALLBACK, true)).await;
        let own = inn.server().await;
        let (tokens, of_phone) = (inn.tokens(&theirs, "openid email").await, inn.tokens(&phone, "openid").await);
        let code = inn.code(&theirs.asks("openid")).await;
        inn.house.passwords().forgot(ANOTHER).await.expect("a link");
        inn.provider.userinfo(tokens.access_token.expose()).await.expect("it stands");
        let another_node = inn.house.another_node().await;
        for pair in [&jwt, &opaque] {
            another_node.identify(pair.access.expose()).await.expect("it stands there");
        }

        leave(&inn, PASSWORD).await.expect("a departure");

        for pair in [&jwt, &opaque] {
            assert_eq!(refusal(inn.house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
            assert_eq!(refusal(inn.house.auth.refresh(pair.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        }
        assert_eq!(refusal(inn.house.auth.log_in(ANOTHER, &secret(PASSWORD)).await), INVALID_CREDENTIALS);
        for (app, tokens) in [(&theirs, &tokens), (&phone, &of_phone)] {
            assert_eq!(said(inn.provider.userinfo(tokens.access_token.expose()).await).0, "invalid_token");
            assert_eq!(said(inn.refresh(app, &refresh_of(tokens)).await).0, "invalid_grant");
        }
        let seen = inn.provider.introspect(&theirs.shows(), tokens.access_token.expose()).await;
        assert_eq!(seen.expect("an introspection"), Introspection::Inactive);
        assert_eq!(said(inn.provider.token(&theirs.shows(), theirs.redeems(&code)).await).0, "invalid_grant");
        assert!(inn.provider.grants(inn.login.person).await.expect("grants").is_empty());
        assert_eq!(said(inn.provider.introspect(&own.shows(), "x").await).0, "invalid_client", "it went along");
        assert_eq!(inn.house.auth.person(inn.login.person).await.expect("a look-up"), None);
        assert_eq!(inn.house.auth.by_email(ANOTHER).await.expect("a look-up"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_hear_that_an_account_is_gone() {
    on_each_database(async |database| {
        let (inn, pair) = inn_of_grace(database).await;
        let app =
            inn.register(ClientOwner::Personal(inn.house.log_in().await.person), new_client(CALLBACK, false)).await;
        let tokens = inn.tokens(&app, "openid").await;
        inn.provider.userinfo(tokens.access_token.expose()).await.expect("it is remembered here");
        inn.house.auth.identify(pair.access.expose()).await.expect("and so is the session");
        let mut changes = inn.house.changes().await;
        let there = Departures::new(inn.house.another_node().await, Vec::new());
        there.depart(inn.login, &secret(PASSWORD)).await.expect("a departure");
        changes.catch_up(&inn.house.database).await.expect("the changes");
        assert_eq!(refusal(inn.house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(said(inn.provider.userinfo(tokens.access_token.expose()).await).0, "invalid_token");
        assert_eq!(inn.house.auth.person(inn.login.person).await.expect("a look-up"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_the_password_and_guesses_are_slowed() {
    on_each_database(async |database| {
        let (inn, pair) = inn_of_grace(database).await;
        for _ in 0..10 {
            assert_eq!(refusal(leave(&inn, "a guess").await), WRONG);
        }
        assert_eq!(refusal(leave(&inn, PASSWORD).await), (Kind::RateLimited, "rate_limited"));
        inn.house.auth.identify(pair.access.expose()).await.expect("nothing has ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_the_installation_stays() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        assert_eq!(refusal(leave(&inn, PASSWORD).await), (Kind::Conflict, "installation_owner"));
        inn.house.log_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_still_needed_is_told_where_and_nothing_ends() {
    on_each_database(async |database| {
        let (inn, pair) = inn_of_grace(database).await;
        let tie = Tie { kind: "workspace", slug: "acme".to_owned(), name: "Acme".to_owned() };
        let neighbour = Arc::new(Neighbour { tie: Some(tie.clone()), ..Neighbour::default() });
        let refused = departures(&inn, &neighbour).depart(inn.login, &secret(PASSWORD)).await.expect_err("a refusal");
        assert_eq!((refused.kind(), refused.code()), (Kind::Conflict, "still_needed"));
        assert_eq!(refused.details(), Details::Ties(vec![tie]));
        assert!(refused.to_string().contains("workspace acme"), "{refused}");
        assert!(neighbour.ended.lock().expect("the list").is_empty());
        inn.house.auth.identify(pair.access.expose()).await.expect("nothing has ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_domain_ends_its_part_and_what_is_told_names_the_id_alone() {
    on_each_database(async |database| {
        let (inn, _) = inn_of_grace(database).await;
        inn.server().await;
        inn.house.letters().await;
        inn.house.events().await;
        let neighbour = Arc::new(Neighbour::default());
        departures(&inn, &neighbour).depart(inn.login, &secret(PASSWORD)).await.expect("a departure");
        let person = inn.login.person;
        assert_eq!(
            neighbour.ended.lock().expect("the list").iter().map(|who| who.person).collect::<Vec<_>>(),
            [person]
        );
        let announced = Announced { topic: ANNOUNCED, subject: person.to_string() };
        assert_eq!(*neighbour.forgotten.lock().expect("the list"), [announced]);

        let events = inn.house.events().await;
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["session.revoked", "session.revoked", "oauth_client.deleted", "user.deleted"]);
        assert_eq!(events[3].data, json!({ "user_id": person.to_string() }));
        let letter = inn.house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("account_deleted", ANOTHER));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_free_for_another_account() {
    on_each_database(async |database| {
        let (inn, _) = inn_of_grace(database).await;
        let gone = inn.login.person;
        leave(&inn, PASSWORD).await.expect("a departure");
        inn.house.clock.advance(Duration::from_hours(1));
        inn.house.letters().await;
        let again = inn.house.sign_up(ANOTHER).await;
        assert_ne!(again.person.id, gone);
    })
    .await;
}
