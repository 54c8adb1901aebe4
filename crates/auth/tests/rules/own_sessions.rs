//! People look after their own sessions.

use crate::house::{EMAIL, House, INVALID_REFRESH_TOKEN, PASSWORD, UNAUTHENTICATED, opened, refusal, secret};
use crate::registration::client;
use mainstay_auth::store::{Admission, NewChallenge, PasswordLogin};
use mainstay_auth::{AuthService, Beginning, Client, Login, Session, SessionService, TokenPair};
use mainstay_kernel::{Clock as _, Kind, SessionId};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const NOT_FOUND: (Kind, &str) = (Kind::NotFound, "session_not_found");

pub(crate) fn of(pair: &TokenPair) -> Login {
    Login { person: pair.person, session: pair.session }
}

impl House {
    pub(crate) fn own_sessions(&self) -> Arc<dyn SessionService> {
        Arc::clone(&self.auth) as _
    }

    pub(crate) async fn log_in_from(&self, address: &str, user_agent: &str) -> TokenPair {
        let client = Client::new(address.parse().ok(), Some(user_agent));
        opened(self.own_sessions().log_in(EMAIL, &secret(PASSWORD), &client).await.expect("a login"))
    }

    async fn identifies(&self, pair: &TokenPair) -> bool {
        AuthService::identify(self.auth.as_ref(), pair.access.expose()).await.is_ok()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_live_until_it_ends_or_is_not_refreshed_for_thirty_days() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let sessions = house.own_sessions();
        let (kept, ended) = (house.log_in_from("192.0.2.1", "A/1").await, house.log_in_from("192.0.2.1", "B/1").await);
        sessions.revoke(of(&kept), ended.session).await.expect("an end");
        let live = async |pair: &TokenPair| sessions.live(pair.session).await.expect("an answer");
        assert_eq!(live(&kept).await.map(|session| session.person), Some(kept.person));
        assert_eq!(live(&ended).await, None);
        assert_eq!(sessions.live(SessionId(Uuid::nil())).await.expect("an answer"), None);
        house.clock.advance(Duration::from_hours(30 * 24));
        assert_eq!(live(&kept).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_tells_device_address_and_last_use_of_each_live_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let sessions = house.own_sessions();
        let old = house.log_in_from("192.0.2.1", "Phone/1").await;
        house.clock.advance(Duration::from_mins(1));
        let new = house.log_in_from("2001:db8::7", "Laptop/1").await;
        let ended = house.log_in_from("192.0.2.3", "Tablet/1").await;
        sessions.revoke(of(&ended), ended.session).await.expect("one may end the one that asks");
        let list = sessions.list(of(&new)).await.expect("a list");
        let shown: Vec<_> = list
            .iter()
            .map(|view| (view.session.id, view.client.user_agent().unwrap_or_default(), view.is_current))
            .collect();
        assert_eq!(shown, [(new.session, "Laptop/1", true), (old.session, "Phone/1", false)]);
        assert_eq!(list[0].client.address(), "2001:db8::7".parse().ok());

        house.clock.advance(Duration::from_mins(1));
        let moved = Client::new("192.0.2.99".parse().ok(), Some("Phone/2"));
        let next = sessions.refresh(old.refresh.expose(), &moved).await.expect("a pair");
        sessions.refresh(next.refresh.expose(), &Client::default()).await.expect("what is unknown erases nothing");
        let first = sessions.list(of(&new)).await.expect("a list").remove(0);
        assert_eq!((first.session.id, first.client), (old.session, moved), "the last used stands first");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let sessions = house.own_sessions();
        let (mine, other) = (house.log_in().await, house.log_in().await);
        let eve = house.sign_up("eve@example.com").await.tokens;
        assert!(house.identifies(&other).await);
        assert_eq!(refusal(sessions.revoke(of(&eve), other.session).await), NOT_FOUND);
        assert_eq!(refusal(sessions.revoke(of(&mine), SessionId(Uuid::from_u128(1))).await), NOT_FOUND);
        sessions.revoke(of(&mine), other.session).await.expect("an end");
        assert!(!house.identifies(&other).await && house.identifies(&mine).await);
        assert_eq!(refusal(sessions.revoke(of(&mine), other.session).await), NOT_FOUND, "it is over");
        let outcome = sessions.refresh(other.refresh.expose(), &Client::default()).await;
        assert_eq!(refusal(outcome), INVALID_REFRESH_TOKEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_all_others_leaves_this_one_and_those_of_other_people() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let sessions = house.own_sessions();
        let others = [house.log_in().await, house.log_in().await];
        let (mine, eve) = (house.log_in().await, house.sign_up("eve@example.com").await.tokens);
        house.events().await;
        assert_eq!(sessions.revoke_others(of(&mine)).await.expect("a count"), 2);
        for other in &others {
            let outcome = AuthService::identify(house.auth.as_ref(), other.access.expose()).await;
            assert_eq!(refusal(outcome), UNAUTHENTICATED);
        }
        assert!(house.identifies(&mine).await && house.identifies(&eve).await);
        let events = house.events().await;
        assert!(events.len() == 2 && events.iter().all(|event| event.name == "session.revoked"));
        assert_eq!(sessions.revoke_others(of(&mine)).await.expect("a count"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_a_new_password_overtook_begins_no_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let known = house.store.credentials(EMAIL.to_owned()).await.expect("a look-up").expect("ada");
        let compared = known.password_hash.expect("a hash");
        let session = house.store.session(pair.session).await.expect("a look-up").expect("the session");
        let late = |number| Session { id: SessionId(Uuid::from_u128(number)), ..session };
        let begin = async |number, hash| {
            let (session, client, at) = (late(number), client("192.0.2.1"), house.clock.now());
            let person = session.person;
            let challenge = NewChallenge { person, hash: vec![], password_digest: vec![], at, expires_at: at };
            let beginning = Beginning { session, client, sighting: None };
            let login = PasswordLogin { beginning, password_hash: hash, challenge };
            house.store.add_session_of_login(login).await.expect("a write")
        };
        assert_eq!(begin(1, compared.clone()).await, Admission::Begun(None), "the hash still stands");
        let replaced = house.store.replace_password_hash(known.person, compared.clone(), secret("another")).await;
        assert!(replaced.expect("a write"));
        assert_eq!(begin(2, compared).await, Admission::Overtaken);
    })
    .await;
}
