//! Logs a person in, recognises them, and logs them out, against a SQLite file and without HTTP.
//!
//! `cargo run -p mainstay-auth --example login`

use mainstay_auth::{
    Auth, AuthParts, AuthService as _, Client, Entrance, Letter, NoDocuments, Post, SessionService as _, store,
};
use mainstay_kernel::{Ids as _, Keyring, Secret, SystemClock, SystemIds, Timestamp};
use mainstay_store::jobs::NewJob;
use mainstay_store::{Database, DatabaseOptions};
use std::error::Error;
use std::sync::Arc;

/// A service that writes no letters.
struct Nowhere;

impl Post for Nowhere {
    fn job(&self, _: Letter, now: Timestamp) -> NewJob {
        NewJob { queue: "nowhere", unique_key: None, payload: serde_json::Value::Null, run_at: now }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("mainstay-login-{}.db", SystemIds.uuid()));
    let database = Database::open(&format!("sqlite://{}", file.display()), &DatabaseOptions::default()).await?;
    let auth = Auth::open(AuthParts {
        store: store::open(&database),
        keyring: Arc::new(Keyring::parse(&Keyring::generate(&SystemIds))?),
        post: Arc::new(Nowhere),
        documents: Arc::new(NoDocuments),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        issuer: "https://id.example.com".to_owned(),
    })
    .await?;

    let password = Secret::new("correct horse battery".to_owned());
    let owner = auth.install_owner("ada@example.com", &password).await?;
    println!("installed   {} <{}>", owner.display_name, owner.email);

    let client = Client::new("192.0.2.1".parse().ok(), Some("example/1.0"));
    let Entrance::Open(pair) = auth.log_in("ADA@example.com", &password, &client).await? else {
        return Err("a second factor is asked for".into());
    };
    let login = auth.identify(pair.access.expose()).await?;
    println!("logged in   session {} until {}", login.session, pair.access_expires_at);

    let next = auth.refresh(pair.refresh.expose(), &client).await?;
    println!("refreshed   the same session: {}", next.session == pair.session);

    auth.log_out(login.session).await?;
    let refused = auth.identify(next.access.expose()).await.err();
    println!("logged out  {}", refused.ok_or("the token still stands")?);

    database.close().await;
    std::fs::remove_file(file)?;
    Ok(())
}
