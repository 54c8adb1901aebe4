//! Logs a person in, recognises them, and logs them out, against a SQLite file and without HTTP.
//!
//! `cargo run -p mainstay-auth --example login`

use mainstay_auth::{Auth, AuthParts, AuthService as _, store};
use mainstay_kernel::{Ids as _, Keyring, Secret, SystemClock, SystemIds};
use mainstay_store::{Database, DatabaseOptions};
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("mainstay-login-{}.db", SystemIds.uuid()));
    let database = Database::open(&format!("sqlite://{}", file.display()), &DatabaseOptions::default()).await?;
    let auth = Auth::open(AuthParts {
        store: store::open(&database),
        keyring: Arc::new(Keyring::parse(&Keyring::generate(&SystemIds))?),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        issuer: "https://id.example.com".to_owned(),
    })
    .await?;

    let password = Secret::new("correct horse battery".to_owned());
    let owner = auth.install_owner("ada@example.com", &password).await?;
    println!("installed   {} <{}>", owner.display_name, owner.email);

    let pair = auth.log_in("ADA@example.com", &password).await?;
    let login = auth.identify(pair.access.expose()).await?;
    println!("logged in   session {} until {}", login.session, pair.access_expires_at);

    let next = auth.refresh(pair.refresh.expose()).await?;
    println!("refreshed   the same session: {}", next.session == pair.session);

    auth.log_out(login.session).await?;
    let refused = auth.identify(next.access.expose()).await.err();
    println!("logged out  {}", refused.ok_or("the token still stands")?);

    database.close().await;
    std::fs::remove_file(file)?;
    Ok(())
}
