//! Workspaces, projects and invites in a program of one's own: a SQLite file, no HTTP.
//!
//! `cargo run -p mainstay-tenancy --example workspaces -- FILE`

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Clock as _, Ids as _, Plan, Plans, Role, SystemClock, SystemIds, UserId, WorkspaceId};
use mainstay_store::jobs::NewJob;
use mainstay_store::{Database, DatabaseOptions, Id, StoreResult, Ts, each_backend};
use mainstay_tenancy::invites::{InviteLetter, NewInvite, Place};
use mainstay_tenancy::projects::NewProject;
use mainstay_tenancy::{
    Addresses, Directory, DirectoryError, InvitePost, InviteService as _, InviteToken, Invites, MemberQuery,
    Memberships as _, NewWorkspace, PersonCard, ProjectMemberService as _, ProjectMembers, ProjectService as _,
    Projects, Tenancy, WorkspaceQuery, WorkspaceService as _, invites, project_members, projects,
};
use schema::users;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

mod schema {
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
}

/// The people of this program; in Mainstay the `auth` crate knows them.
struct Staff(Vec<PersonCard>);

#[async_trait]
impl Directory for Staff {
    async fn by_email(&self, email: &str) -> Result<Option<PersonCard>, DirectoryError> {
        Ok(self.0.iter().find(|card| card.email.eq_ignore_ascii_case(email)).cloned())
    }

    async fn cards(&self, users: &[UserId]) -> Result<Vec<PersonCard>, DirectoryError> {
        Ok(self.0.iter().filter(|card| users.contains(&card.id)).cloned().collect())
    }
}

#[async_trait]
impl Addresses for Staff {
    async fn verified(&self, user: UserId) -> Result<Vec<String>, DirectoryError> {
        Ok(self.cards(&[user]).await?.into_iter().map(|card| card.email).collect())
    }
}

/// Keeps the letter that a mail server would be given.
#[derive(Default)]
struct Desk(Mutex<Option<InviteToken>>);

impl InvitePost for Desk {
    fn job(&self, letter: &InviteLetter) -> NewJob {
        println!("  {} gets a letter about {}", letter.invite.email, letter.place_name);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(letter.token.clone());
        let payload = serde_json::json!({"to": letter.invite.email});
        NewJob { queue: "mail", unique_key: None, payload, run_at: letter.invite.created_at }
    }
}

/// Writes people into the table that memberships refer to.
#[async_trait]
trait Hire {
    async fn hire(&self, name: &str) -> StoreResult<PersonCard>;
}

#[each_backend]
#[async_trait]
impl Hire for Db {
    async fn hire(&self, name: &str) -> StoreResult<PersonCard> {
        let (id, now) = (SystemIds.uuid(), Ts(SystemClock.now()));
        let person = (
            users::id.eq(Id(id)),
            users::display_name.eq(name.to_owned()),
            users::is_owner.eq(false),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        );
        self.write(move |conn| {
            async move { Ok(diesel::insert_into(users::table).values(person).execute(conn).await?) }.boxed()
        })
        .await?;
        let email = format!("{}@example.com", name.to_lowercase());
        Ok(PersonCard { id: UserId(id), email, name: name.to_owned() })
    }
}

/// A project of Ada's that Bob is invited into and then owns.
async fn hand_over(
    database: &Database,
    tenancy: Arc<Tenancy>,
    staff: Arc<Staff>,
    home: WorkspaceId,
) -> Result<(), Box<dyn Error>> {
    let (ada, bob) = (staff.0[0].id, staff.0[1].id);
    let (clock, ids, desk) = (Arc::new(SystemClock), Arc::new(SystemIds), Arc::new(Desk::default()));
    let projects = Projects::new(projects::open(database), clock.clone(), ids.clone());
    let store = project_members::open(database);
    let members = ProjectMembers::new(store, staff.clone(), clock, ids);
    let invites = Invites::new(invites::open(database), tenancy, staff, desk.clone());

    let rocket =
        projects.create(ada, home, NewProject { name: "Rocket".into(), ..NewProject::default() }).await?.project;
    let invite = NewInvite { email: "bob@example.com".into(), ..NewInvite::default() };
    invites.create(ada, &Place::Project(rocket.slug.clone()), invite).await?;
    let token = desk.0.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or("no letter")?;
    invites.accept(bob, &token).await?;
    members.transfer(ada, &rocket.slug, bob.0).await?;
    for member in members.list(ada, &rocket.slug).await? {
        println!("  {} is {} of {}", member.name.unwrap_or_default(), member.role, rocket.name);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("name a file for the database")?;
    let database = Database::open(&format!("sqlite://{file}"), &DatabaseOptions::default()).await?;
    let Database::Sqlite(db) = &database else { unreachable!("the URL names a file") };
    let staff = Arc::new(Staff(vec![db.hire("Ada").await?, db.hire("Bob").await?]));
    let (ada, bob) = (staff.0[0].id, staff.0[1].id);

    let plan = |name: &str| Plan {
        name: name.to_owned(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    };
    let plans = Arc::new(Plans::new(vec![plan(Plans::FREE), plan(Plans::ENTERPRISE)])?);
    let (store, clock, ids) = (mainstay_tenancy::open(&database), Arc::new(SystemClock), Arc::new(SystemIds));
    let tenancy = Arc::new(Tenancy::new(store, staff.clone(), plans, clock, ids));

    let new = NewWorkspace { name: "Acme Corporation".to_owned(), ..NewWorkspace::default() };
    let acme = tenancy.create(ada, new).await?;
    println!("made {} at /{}, on {}", acme.name, acme.slug, acme.tier);

    tenancy.add_member(ada, acme.id, "bob@example.com", Role::Member).await?;
    for member in tenancy.members(bob, acme.id, MemberQuery::default()).await?.items {
        println!("  {} is {}", member.name.unwrap_or_default(), member.role);
    }
    println!("Bob by default works in {:?}", tenancy.default_of(bob).await?);

    if let Err(refused) = tenancy.delete(bob, acme.id).await {
        println!("Bob may not delete it: {refused}");
    }
    println!("Ada is in {} workspace(s)", tenancy.list(ada, WorkspaceQuery::default()).await?.total);
    hand_over(&database, tenancy, staff, acme.id).await?;
    database.close().await;
    Ok(())
}
