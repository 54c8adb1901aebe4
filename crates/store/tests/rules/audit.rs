//! The audit log shows every change with who caused it, and nothing else.

use crate::writing::{Writing, writing};
use mainstay_kernel::{
    Clock as _, Event, KeyId, Listing, Origin, PageRequest, SessionId, Sort, Span, UserId, Via, WorkspaceId,
};
use mainstay_store::audit::{self, AuditColumn, AuditQuery, Entry};
use mainstay_store::outbox::{Position, relay};
use mainstay_store::{Database, origin};
use mainstay_testkit::{CountingIds, ManualClock, on_each_database};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

struct House {
    database: Database,
    writing: Arc<dyn Writing>,
    clock: ManualClock,
    ids: CountingIds,
}

const HOME: WorkspaceId = WorkspaceId(7);

impl House {
    fn of(database: Database) -> Self {
        let writing = writing(&database);
        Self { database, writing, clock: ManualClock::new(), ids: CountingIds::default() }
    }

    fn event(&self, workspace: WorkspaceId, name: &str) -> Event {
        Event::of(workspace, name, json!({"n": 1}), &self.ids, self.clock.now())
    }

    /// Something happens at home, a second after the last.
    async fn happens(&self, name: &str, by: Option<&Arc<Origin>>) {
        self.clock.advance(Duration::from_secs(1));
        let change = self.writing.append(self.event(HOME, name));
        match by {
            Some(origin) => origin::run_for(Arc::clone(origin), change).await,
            None => change.await,
        }
        .expect("changed");
    }

    async fn log(&self, query: AuditQuery) -> Vec<Entry> {
        audit::open(&self.database).of_workspace(HOME, query).await.expect("the log").items
    }

    async fn names(&self, query: AuditQuery) -> Vec<String> {
        self.log(query).await.into_iter().map(|entry| entry.event.name).collect()
    }
}

fn somebody() -> Arc<Origin> {
    Arc::new(Origin {
        actor: Some(UserId(Uuid::from_u128(1))),
        via: Some(Via::ApiKey(KeyId(3))),
        address: Some("2001:db8::1".parse().expect("an address")),
        request: Some("req_1".to_owned()),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_shows_what_happened_and_all_that_is_known_of_who_did_it() {
    on_each_database(|database| async move {
        let house = House::of(database);
        house.happens("thing.made", Some(&somebody())).await;
        house.happens("thing.aged", None).await;
        let log = house.log(AuditQuery::default()).await;
        assert_eq!((log[0].event.name.as_str(), &log[0].origin), ("thing.aged", &Origin::default()));
        assert_eq!((log[1].event.name.as_str(), &log[1].origin), ("thing.made", &*somebody()));
        assert_eq!((&log[1].event.data, log[1].event.workspace), (&json!({"n": 1}), Some(HOME)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_in_no_log_and_what_was_told_stays() {
    on_each_database(|database| async move {
        let house = House::of(database);
        house.writing.append_and_fail(house.event(HOME, "thing.lost")).await.expect_err("failed");
        house.happens("thing.made", None).await;
        assert_eq!(relay(&house.database, &[], Position::START).await.expect("relayed").told, 1);
        assert_eq!(house.names(AuditQuery::default()).await, ["thing.made"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspaces_entries_are_not_shown() {
    on_each_database(|database| async move {
        let house = House::of(database);
        house.writing.append(house.event(WorkspaceId(8), "thing.made")).await.expect("changed");
        assert_eq!(house.log(AuditQuery::default()).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_narrows_by_action_resource_actor_time_and_text() {
    on_each_database(|database| async move {
        let house = House::of(database);
        for name in ["thing.made", "thing_part.made", "thing.ended"] {
            house.happens(name, None).await;
        }
        house.happens("key.made", Some(&somebody())).await;
        let action = |action: &str| AuditQuery { action: Some(action.to_owned()), ..AuditQuery::default() };
        assert_eq!(house.names(action("thing.made")).await, ["thing.made"]);
        assert_eq!(house.names(action("thing.*")).await, ["thing.ended", "thing.made"]);
        assert_eq!(house.names(action("th\0ng")).await, Vec::<String>::new());
        let actor = AuditQuery { actor: somebody().actor, ..AuditQuery::default() };
        assert_eq!(house.names(actor).await, ["key.made"]);
        let listed = |listing| AuditQuery { listing, ..AuditQuery::default() };
        let last = Span { after: Some(house.clock.now()), before: None };
        assert_eq!(house.names(listed(Listing { created: last, ..Listing::default() })).await, ["key.made"]);
        let search = Some("ENDED".to_owned());
        assert_eq!(house.names(listed(Listing { search, ..Listing::default() })).await, ["thing.ended"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_sorted_and_cut_into_pages() {
    on_each_database(|database| async move {
        let house = House::of(database);
        for name in ["b.x", "a.x", "c.x"] {
            house.happens(name, None).await;
        }
        let sort = vec![Sort { column: AuditColumn::Action, descending: false }];
        let listing = Listing { page: PageRequest::new(2, 2), sort, ..Listing::default() };
        let query = AuditQuery { listing, ..AuditQuery::default() };
        let page = audit::open(&house.database).of_workspace(HOME, query).await.expect("a page");
        assert_eq!((page.total, page.items[0].event.name.as_str()), (3, "c.x"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_entries_are_dropped_once_they_are_told() {
    on_each_database(|database| async move {
        let house = House::of(database);
        let log = audit::open(&house.database);
        house
            .happens(
                "thing.made",
                Some(&Arc::new(Origin { via: Some(Via::Session(SessionId(Uuid::nil()))), ..Origin::default() })),
            )
            .await;
        let later = house.clock.now().plus(Duration::from_secs(1));
        assert_eq!(log.purge(later).await.expect("purged"), 0, "it still waits to be told");
        relay(&house.database, &[], Position::START).await.expect("relayed");
        assert_eq!(log.purge(house.clock.now()).await.expect("purged"), 0, "it is not old yet");
        assert_eq!(log.purge(later).await.expect("purged"), 1);
    })
    .await;
}
