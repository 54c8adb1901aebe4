//! A service of its own that posts a letter into a `SQLite` file and carries it into a folder.
//!
//! `cargo run -p mainstay-mail --example letter [FOLDER]`

use futures_util::FutureExt as _;
use mainstay_kernel::{Clock, Ids as _, Keyring, Secret, SystemClock, SystemIds};
use mainstay_mail::{Brand, Content, Letter, MailCarrier, Mailer, SealedMail, transport};
use mainstay_store::jobs::{self, Enqueue as _, Handler, Workers};
use mainstay_store::{Database, DatabaseOptions, SqliteDb, StoreResult};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    let folder = std::env::args().nth(1).map_or_else(|| scratch.path().join("mail"), Into::into);
    let file = format!("sqlite://{}", scratch.path().join("letter.db").display());
    let database = Database::open(&file, &DatabaseOptions::default()).await?;

    let keyring = Arc::new(Keyring::parse(&Keyring::generate(&SystemIds))?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let brand = Brand::new("Acme", "Acme <hello@acme.example>", "https://acme.example")?;
    let way = transport::open(&format!("file://{}", folder.display()))?;
    let carrier: Arc<dyn Handler> = Arc::new(MailCarrier::new(Arc::clone(&keyring), brand, way, Arc::clone(&clock)));

    let Database::Sqlite(db) = &database else { return Err("this example keeps its letters in a file".into()) };
    post(db, &SealedMail::new(keyring, Arc::new(SystemIds)), &*clock).await?;

    let workers = Workers::start(&jobs::open(&database), vec![carrier], &clock, "example");
    println!("{}", arrived(&folder).await);
    workers.drain().await;
    database.close().await;
    Ok(())
}

/// What a domain does: the job goes into the transaction of the change that causes the mail.
async fn post(db: &SqliteDb, mailer: &dyn Mailer, clock: &dyn Clock) -> StoreResult<bool> {
    let code = Secret::new(SystemIds.alphanumeric(6));
    let letter = Letter { to: "ada@example.com".to_owned(), content: Content::SignUpCode { code, minutes: 10 } };
    let now = clock.now();
    let job = mailer.job(&letter, now);
    db.write(move |conn| async move { conn.enqueue(&job, now).await }.boxed()).await
}

/// The first mail in the folder, once there is one.
async fn arrived(folder: &Path) -> String {
    loop {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mail = files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "eml"));
        if let Some(text) = mail.and_then(|path| std::fs::read_to_string(path).ok()) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
