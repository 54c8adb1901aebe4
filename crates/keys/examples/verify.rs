//! A service of its own that issues and verifies API keys against a `SQLite` file, without HTTP.
//!
//! `cargo run -p mainstay-keys --example verify [FILE]`

use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl as _;
use futures_util::FutureExt as _;
use mainstay_kernel::{
    Clock as _, Ids as _, Plan, Plans, Principal, Role, Scopes, SessionId, SystemClock, SystemIds, UserId, Via,
    WorkspaceId,
};
use mainstay_keys::{Brand, KeyDeps, KeyError, KeyService, Keys, NewKey, store};
use mainstay_store::limits::PlanLimits;
use mainstay_store::{Database, DatabaseOptions, Id, SqliteDb, StoreResult, Ts, UtcTimestamp, UuidKey};
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    let file = std::env::args().nth(1).unwrap_or_else(|| scratch.path().join("keys.db").display().to_string());
    let database = Database::open(&format!("sqlite://{file}"), &DatabaseOptions::default()).await?;

    let plan = |name: &str| Plan {
        name: name.into(),
        requests_per_minute: 1_000,
        burst_percent: 20,
        api_access: true,
        max_api_keys: Some(10),
        max_webhooks: None,
    };
    let deps = KeyDeps {
        limits: Arc::new(PlanLimits),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        plans: Arc::new(Plans::new(vec![plan(Plans::FREE), plan(Plans::ENTERPRISE)])?),
        brand: "acme".parse::<Brand>()?,
    };
    let keys: Arc<dyn KeyService> = Arc::new(Keys::new(store::open(&database), deps));

    let owner = owner(&database, Arc::new(plan(Plans::FREE))).await?;
    let new = NewKey { name: "billing".into(), scopes: Some(vec!["invoices:read".parse()?]), ..NewKey::default() };
    let issued = keys.issue(&owner, new).await?;
    println!("issued   {}…, shown this once", issued.key.prefix);

    let mut typo = issued.secret.expose().clone();
    typo.pop();
    verify(&*keys, "as issued", issued.secret.expose()).await?;
    verify(&*keys, "mistyped", &typo).await?;
    keys.revoke(issued.key.workspace, issued.key.id).await?;
    verify(&*keys, "revoked", issued.secret.expose()).await?;
    database.close().await;
    Ok(())
}

/// What a service does with each request: who is it, and may they?
async fn verify(keys: &dyn KeyService, what: &str, presented: &str) -> Result<(), KeyError> {
    match keys.identify(presented).await {
        Ok(key) => {
            let may = |scope| if key.scopes.allows(scope) { "may" } else { "may not" };
            println!("{what:<9} {} invoices:read, {} invoices:write", may("invoices:read"), may("invoices:write"));
        }
        Err(KeyError::NotValid(why)) => println!("{what:<9} {}", why.code()),
        Err(broken) => return Err(broken),
    }
    Ok(())
}

/// A person who owns a workspace. Where people and workspaces are kept by Mainstay, its `auth` and
/// `tenancy` crates make these rows; a service that keeps its own only mirrors their ids.
async fn owner(database: &Database, plan: Arc<Plan>) -> Result<Principal, Box<dyn Error>> {
    let Database::Sqlite(db) = database else { return Err("this example keeps its keys in a file".into()) };
    let user = UserId(SystemIds.uuid());
    let workspace = mirror(db, user).await?;
    Ok(Principal {
        user,
        workspace: Some(workspace),
        role: Some(Role::Owner),
        granted: Arc::new(Scopes::of(&["*"])),
        tier: Arc::clone(&plan),
        plan,
        via: Via::Session(SessionId(SystemIds.uuid())),
    })
}

/// The two rows that a key refers to.
async fn mirror(db: &SqliteDb, user: UserId) -> StoreResult<WorkspaceId> {
    const PERSON: &str =
        "INSERT INTO users (id, display_name, is_owner, created_at, updated_at) VALUES (?, 'Ada', 0, ?, ?)";
    const WORKSPACE: &str = "INSERT INTO workspaces (name, slug, tier, settings, created_at, updated_at) \
        VALUES ('Acme', ?, 'free', '{}', ?, ?) RETURNING id";
    let now = Ts(SystemClock.now());
    db.write(move |conn| {
        async move {
            let person = sql_query(PERSON).bind::<UuidKey, _>(Id(user.0));
            person.bind::<UtcTimestamp, _>(now).bind::<UtcTimestamp, _>(now).execute(conn).await?;
            let workspace = sql_query(WORKSPACE).bind::<Text, _>(user.to_string());
            let made: Made =
                workspace.bind::<UtcTimestamp, _>(now).bind::<UtcTimestamp, _>(now).get_result(conn).await?;
            Ok(WorkspaceId(made.id))
        }
        .boxed()
    })
    .await
}

#[derive(diesel::QueryableByName)]
struct Made {
    #[diesel(sql_type = BigInt)]
    id: i64,
}
