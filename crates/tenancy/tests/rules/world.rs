//! A database with people in it, and the crate over it.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{
    Clock as _, Details, Event, Fault, Ids as _, Kind, Plan, Plans, Role, SystemIds, UserId, WorkspaceId,
};
use mainstay_store::{Database, Id, StoreResult, Ts, each_backend, outbox};
use mainstay_tenancy::{
    Addresses, Directory, DirectoryError, NewWorkspace, PersonCard, Tenancy, Workspace, WorkspaceService as _,
};
use mainstay_testkit::ManualClock;
use std::sync::{Arc, Mutex};

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    users (id) {
        id -> UuidKey,
        display_name -> Text,
        is_owner -> Bool,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

#[async_trait]
trait Registry {
    async fn register(&self, user: UserId, name: String, at: Ts) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Registry for Db {
    async fn register(&self, user: UserId, name: String, at: Ts) -> StoreResult<()> {
        let row = (
            users::id.eq(Id(user.0)),
            users::display_name.eq(name),
            users::is_owner.eq(false),
            users::created_at.eq(at),
            users::updated_at.eq(at),
        );
        self.write(move |conn| {
            async move {
                diesel::insert_into(users::table).values(row).execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }
}

/// Knows everyone who was registered, by `<name>@example.com`.
#[derive(Default)]
pub(crate) struct People(Mutex<Vec<PersonCard>>);

#[async_trait]
impl Directory for People {
    async fn by_email(&self, email: &str) -> Result<Option<PersonCard>, DirectoryError> {
        let cards = self.0.lock().expect("no test panics here");
        Ok(cards.iter().find(|card| card.email == email).cloned())
    }

    async fn cards(&self, users: &[UserId]) -> Result<Vec<PersonCard>, DirectoryError> {
        let cards = self.0.lock().expect("no test panics here");
        Ok(cards.iter().filter(|card| users.contains(&card.id)).cloned().collect())
    }
}

#[async_trait]
impl Addresses for People {
    async fn verified(&self, user: UserId) -> Result<Vec<String>, DirectoryError> {
        Ok(self.cards(&[user]).await?.into_iter().flat_map(|card| [alias(&card.name), card.email]).collect())
    }
}

/// Another address of everyone's.
pub(crate) fn alias(name: &str) -> String {
    format!("{}@elsewhere.example", name.to_lowercase())
}

/// One node over a database, and a clock that is moved by hand.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) tenancy: Arc<Tenancy>,
    pub(crate) clock: ManualClock,
    pub(crate) people: Arc<People>,
}

impl World {
    pub(crate) fn new(database: Database) -> Self {
        let (people, clock) = (Arc::new(People::default()), ManualClock::new());
        let tenancy = node(&database, &people, &clock);
        Self { database, tenancy, clock, people }
    }

    /// Another node over the same database, with a memory of its own.
    pub(crate) fn another_node(&self) -> Arc<Tenancy> {
        node(&self.database, &self.people, &self.clock)
    }

    pub(crate) async fn person(&self, name: &str) -> UserId {
        let user = UserId(SystemIds.uuid());
        let at = Ts(self.clock.now());
        let registered = match &self.database {
            Database::Sqlite(db) => db.register(user, name.to_owned(), at).await,
            Database::Postgres(db) => db.register(user, name.to_owned(), at).await,
        };
        registered.expect("the person is registered");
        let card = PersonCard { id: user, email: email(name), name: name.to_owned() };
        self.people.0.lock().expect("no test panics here").push(card);
        user
    }

    /// Forgets a person's card, as if the directory did not know them.
    pub(crate) fn lose_card_of(&self, user: UserId) {
        self.people.0.lock().expect("no test panics here").retain(|card| card.id != user);
    }

    pub(crate) async fn workspace(&self, owner: UserId, name: &str) -> Workspace {
        let new = NewWorkspace { name: name.to_owned(), ..NewWorkspace::default() };
        self.tenancy.create(owner, new).await.expect("the workspace is made")
    }

    /// A new person in the workspace, added by its owner.
    pub(crate) async fn member(&self, owner: UserId, workspace: WorkspaceId, name: &str, role: Role) -> UserId {
        let user = self.person(name).await;
        self.tenancy.add_member(owner, workspace, &email(name), role).await.expect("the member is added");
        user
    }

    /// What happened since the last time this was asked, oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let heard = Arc::new(Heard::default());
        outbox::relay(&self.database, &[Arc::clone(&heard) as _], outbox::Position::START)
            .await
            .expect("the outbox is read");
        std::mem::take(&mut *heard.0.lock().expect("no test panics here"))
    }
}

fn node(database: &Database, people: &Arc<People>, clock: &ManualClock) -> Arc<Tenancy> {
    let plan = |name: &str| Plan {
        name: name.to_owned(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    };
    let plans = Plans::new(vec![plan("free"), plan("pro"), plan("enterprise")]).expect("a catalogue");
    let (people, clock) = (Arc::clone(people), Arc::new(clock.clone()));
    let store = mainstay_tenancy::open(database);
    Arc::new(Tenancy::new(store, people, Arc::new(plans), clock, Arc::new(SystemIds)))
}

#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

#[async_trait]
impl outbox::Subscriber for Heard {
    async fn told(&self, event: &Event) -> Result<(), String> {
        self.0.lock().expect("no test panics here").push(event.clone());
        Ok(())
    }
}

pub(crate) fn email(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

/// The field and the rule of the only problem that is told of.
pub(crate) fn problem(error: &dyn Fault) -> (String, String) {
    assert_eq!((error.kind(), error.code()), (Kind::Invalid, "validation_failed"));
    let Details::Fields(mut fields) = error.details() else { panic!("no fields: {error:?}") };
    let problem = fields.pop().expect("one problem");
    assert!(fields.is_empty(), "more problems: {fields:?}");
    (problem.field, problem.rule)
}
