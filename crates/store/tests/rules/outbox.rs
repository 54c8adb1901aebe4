//! Events are told because of a change, and only then.

use crate::writing::{Writing, writing};
use async_trait::async_trait;
use mainstay_kernel::{Clock as _, Event, WorkspaceId};
use mainstay_store::Database;
use mainstay_store::outbox::{Position, Relayed, Subscriber, has_waiting, relay};
use mainstay_testkit::{CountingIds, ManualClock, on_each_database};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// Notes what it is told, and refuses the events of one name.
#[derive(Default)]
struct Listener {
    heard: Mutex<Vec<Event>>,
    refuses: Mutex<Option<&'static str>>,
}

#[async_trait]
impl Subscriber for Listener {
    async fn told(&self, event: &Event) -> Result<(), String> {
        if *self.refuses.lock().unwrap_or_else(PoisonError::into_inner) == Some(&*event.name) {
            return Err("not now".to_owned());
        }
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        Ok(())
    }
}

impl Listener {
    fn refuse(&self, name: Option<&'static str>) {
        *self.refuses.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }

    fn names(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|event| event.name.clone()).collect()
    }
}

struct House {
    database: Database,
    writing: Arc<dyn Writing>,
    listener: Arc<Listener>,
    clock: ManualClock,
    ids: CountingIds,
}

impl House {
    fn of(database: Database) -> Self {
        let writing = writing(&database);
        let (listener, clock, ids) = (Arc::default(), ManualClock::new(), CountingIds::default());
        Self { database, writing, listener, clock, ids }
    }

    fn event(&self, name: &str) -> Event {
        Event::of(WorkspaceId(7), name, json!({"a": [1, null, "ü"]}), &self.ids, self.clock.now())
    }

    async fn relay(&self) -> usize {
        self.relay_behind(Position::START).await.told
    }

    async fn relay_behind(&self, after: Position) -> Relayed {
        let subscribers = [Arc::clone(&self.listener) as Arc<dyn Subscriber>];
        relay(&self.database, &subscribers, after).await.expect("relayed")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_as_it_was_written_and_once() {
    on_each_database(|database| async move {
        let house = House::of(database);
        let of_workspace = house.event("thing.made");
        let global = Event::global("person.came", json!({}), &house.ids, house.clock.now());
        house.writing.append(of_workspace.clone()).await.expect("written");
        house.writing.append(global.clone()).await.expect("written");
        assert_eq!(house.relay().await, 2);
        assert_eq!(*house.listener.heard.lock().expect("events"), [of_workspace, global]);
        assert_eq!(house.relay().await, 0, "nobody is told twice when all went well");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_failed_write_is_not_told() {
    on_each_database(|database| async move {
        let house = House::of(database);
        house.writing.append_and_fail(house.event("thing.lost")).await.expect_err("failed");
        assert_eq!(house.relay().await, 0);
        assert_eq!(house.listener.names(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_waits_until_it_is_told() {
    on_each_database(|database| async move {
        let house = House::of(database.clone());
        assert!(!has_waiting(&database).await.expect("read"));
        house.writing.append(house.event("thing.made")).await.expect("written");
        assert!(has_waiting(&database).await.expect("read"));
        house.relay().await;
        assert!(!has_waiting(&database).await.expect("read"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_told_in_order_however_many_wait() {
    on_each_database(|database| async move {
        let house = House::of(database);
        for n in 0..620 {
            house.writing.append(house.event(&format!("thing.{n}"))).await.expect("written");
        }
        while house.relay().await > 0 {}
        assert_eq!(house.listener.names(), (0..620).map(|n| format!("thing.{n}")).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_told_again_and_holds_nobody_up() {
    on_each_database(|database| async move {
        let house = House::of(database);
        for name in ["a", "b", "c"] {
            house.writing.append(house.event(name)).await.expect("written");
        }
        house.listener.refuse(Some("b"));
        assert_eq!(house.relay().await, 2);
        assert_eq!(house.relay().await, 0);
        house.listener.refuse(None);
        assert_eq!(house.relay().await, 1);
        assert_eq!(house.listener.names(), ["a", "c", "b"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_batch_that_is_refused_holds_nobody_up() {
    on_each_database(|database| async move {
        let house = House::of(database);
        for _ in 0..500 {
            house.writing.append(house.event("refused")).await.expect("written");
        }
        house.writing.append(house.event("behind")).await.expect("written");
        house.listener.refuse(Some("refused"));
        let first = house.relay_behind(Position::START).await;
        assert_eq!(first.told, 0);
        let second = house.relay_behind(first.reached.expect("there is more")).await;
        assert_eq!((second.told, house.listener.names()), (1, vec!["behind".to_owned()]));
        let third = house.relay_behind(second.reached.expect("a place")).await;
        assert_eq!(third, Relayed { told: 0, reached: None });
    })
    .await;
}
