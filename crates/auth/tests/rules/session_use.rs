//! When sessions were last used.

use crate::house::{House, UNAUTHENTICATED, refusal};
use crate::own_sessions::of;
use futures_util::future::try_join_all;
use mainstay_auth::{AuthService, Client, Session, SessionService as _, TokenPair};
use mainstay_kernel::{Clock as _, SessionId, Timestamp};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use uuid::Uuid;

const HOME: &str = "192.0.2.1";

impl House {
    async fn use_now(&self, pair: &TokenPair) {
        AuthService::identify(&*self.auth, pair.access.expose()).await.expect("a login");
    }

    /// As it is written.
    async fn kept(&self, session: SessionId) -> Session {
        self.store.session(session).await.expect("a look-up").expect("the session")
    }

    /// What a person sees of their sessions, by which device each was begun.
    async fn list_of(&self, by: &TokenPair) -> Vec<(String, Timestamp)> {
        let list = self.own_sessions().list(of(by)).await.expect("a list");
        let name = |client: &Client| client.user_agent().unwrap_or("JWT").to_owned();
        list.iter().map(|view| (name(&view.client), view.session.last_used_at)).collect()
    }

    fn second(&self) -> Timestamp {
        Timestamp::from_seconds(self.clock.now().seconds())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_use_a_session_shows_at_once_in_the_list_and_the_last_used_stands_first() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (opaque, page) = (house.log_in_from(HOME, "Phone").await, house.log_in_from(HOME, "Browser").await);
        let (jwt, idle) = (house.log_in().await, house.log_in_from(HOME, "Tablet").await);
        let begun = house.clock.now();
        let mut expected = vec![("Tablet".to_owned(), begun)];
        for (device, pair) in [("Phone", &opaque), ("JWT", &jwt)] {
            house.clock.advance(Duration::from_millis(61_500));
            house.use_now(pair).await;
            expected.insert(0, (device.to_owned(), house.second()));
        }
        house.clock.advance(Duration::from_mins(1));
        assert!(house.own_sessions().live(page.session).await.expect("an answer").is_some());
        expected.insert(0, ("Browser".to_owned(), house.second()));
        assert_eq!(house.list_of(&idle).await, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn use_is_written_in_batches_and_prolongs_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in_from(HOME, "Phone").await;
        let begun = house.kept(pair.session).await;
        for _ in 0..3 {
            house.clock.advance(Duration::from_millis(300));
            house.use_now(&pair).await;
        }
        house.clock.advance(Duration::from_mins(1));
        house.use_now(&pair).await;
        assert_eq!(house.kept(pair.session).await, begun, "not before it is written");
        assert_eq!(house.auth.write_used().await.expect("written"), 1);
        assert_eq!(house.kept(pair.session).await, Session { last_used_at: house.second(), ..begun });
        assert_eq!(house.auth.write_used().await.expect("nothing"), 0, "each note once");

        for _ in 0..30 {
            assert!(house.own_sessions().live(pair.session).await.expect("an answer").is_some());
            house.clock.advance(Duration::from_hours(24));
        }
        assert!(house.own_sessions().live(pair.session).await.expect("an answer").is_none(), "used, but not refreshed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_a_use_and_an_earlier_use_that_is_written_later_does_not_undo_it() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (pair, elsewhere) = (house.log_in_from(HOME, "Phone").await, house.another_node().await);
        AuthService::identify(&*elsewhere, pair.access.expose()).await.expect("a login");
        house.clock.advance(Duration::from_mins(30));
        house.own_sessions().refresh(pair.refresh.expose(), &Client::default()).await.expect("a pair");
        let refreshed = house.clock.now();
        assert_eq!(house.kept(pair.session).await.last_used_at, refreshed);
        assert_eq!(elsewhere.write_used().await.expect("written"), 1);
        assert_eq!(house.kept(pair.session).await.last_used_at, refreshed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_on_another_node_shows_once_that_has_written_it() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (pair, elsewhere) = (house.log_in_from(HOME, "Phone").await, house.another_node().await);
        let begun = house.clock.now();
        house.clock.advance(Duration::from_mins(1));
        AuthService::identify(&*elsewhere, pair.access.expose()).await.expect("a login");
        assert_eq!(house.list_of(&pair).await, [("Phone".to_owned(), begun)]);
        elsewhere.write_used().await.expect("written");
        assert_eq!(house.list_of(&pair).await, [("Phone".to_owned(), house.second())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_no_use() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (opaque, jwt) = (house.log_in_from(HOME, "Phone").await, house.log_in().await);
        house.own_sessions().refresh(opaque.refresh.expose(), &Client::default()).await.expect("a pair");
        house.auth.log_out(jwt.session).await.expect("an end");
        house.clock.advance(Duration::from_mins(1));
        for pair in [&opaque, &jwt] {
            let outcome = AuthService::identify(&*house.auth, pair.access.expose()).await;
            assert_eq!(refusal(outcome), UNAUTHENTICATED);
        }
        for session in [jwt.session, SessionId(Uuid::nil())] {
            assert_eq!(house.own_sessions().live(session).await.expect("an answer"), None);
        }
        assert_eq!(house.auth.write_used().await.expect("nothing"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_asks_is_in_its_list_however_many_were_begun_since_it_was_refreshed() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in_from(HOME, "Phone").await;
        let first = house.kept(pair.session).await;
        house.clock.advance(Duration::from_mins(1));
        let now = house.clock.now();
        for number in 1..=100 {
            let id = SessionId(Uuid::from_u128(number));
            let other = Session { id, created_at: now, refreshed_at: now, last_used_at: now, ..first };
            house.store.add_session(&other, &Client::default()).await.expect("a session");
        }
        house.clock.advance(Duration::from_mins(1));
        house.use_now(&pair).await;
        let seen = house.list_of(&pair).await;
        assert_eq!((seen.len(), &seen[0]), (100, &("Phone".to_owned(), house.second())));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_write_the_same_uses_at_once_do_not_get_in_each_others_way() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in_from(HOME, "Phone").await;
        let first = house.kept(pair.session).await;
        let ids: Vec<_> = (1..=1_100).map(|number| SessionId(Uuid::from_u128(number))).collect();
        let others: Vec<_> = ids.iter().map(|id| Session { id: *id, ..first }).collect();
        let client = Client::default();
        try_join_all(others.iter().map(|session| house.store.add_session(session, &client))).await.expect("sessions");
        let mut writing = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let node = house.another_node().await;
            for id in &ids {
                node.live(*id).await.expect("an answer");
            }
            house.clock.advance(Duration::from_secs(1));
            writing.spawn(async move { node.write_used().await.expect("written") });
        }
        assert_eq!(writing.join_all().await, [1_100; 6], "more than one statement takes");
        let last = house.second().minus(Duration::from_secs(1));
        for id in [ids[0], ids[600], ids[1_099]] {
            assert_eq!(house.kept(id).await.last_used_at, last, "the latest that any node has seen");
        }
    })
    .await;
}
