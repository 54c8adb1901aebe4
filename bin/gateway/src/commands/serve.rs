//! `mainstay serve`: the gateway, until it is told to stop.

use super::setup;
use crate::background::Background;
use crate::compose::Services;
use crate::config::Settings;
use crate::server;
use crate::signals::Signals;
use anyhow::Context as _;
use mainstay_auth::AuthService as _;
use mainstay_kernel::Secret;
use mainstay_store::{Database, idempotency};
use std::pin::pin;
use std::process::ExitCode;

const OWNER: &str = "owner@localhost.localdomain";
const WORKSPACE: &str = "My workspace";
const PASSWORD_LENGTH: usize = 20;

pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    // Done by the time that the database is open.
    drop(tokio::task::spawn_blocking(mainstay_auth::gather_randomness));
    let services = Services::compose(&settings).await?;
    if let Database::Sqlite(_) = services.database {
        // The file has no other node: whatever ran when the last process ended runs no more.
        idempotency::open(&services.database).abandon_all(services.clock.now()).await?;
    }
    let mut signals = Signals::take().context("the signals that end the process cannot be listened for")?;
    // Bound before anything is announced: a port in use must not cost the owner their password.
    let server = server::bind(&settings, &services)?;
    set_up_if_empty(&settings, &services).await?;
    let Background { work, upkeep } = Background::start(&services).await?;
    tracing::info!(address = %settings.listen, public_url = settings.public_url, "serving");
    warn_of_plain_http(&settings);
    let handle = server.handle();
    let mut serving = pin!(server.run());
    tokio::select! {
        outcome = &mut serving => return outcome.and(Ok(ExitCode::FAILURE)),
        () = signals.next() => {}
    }
    tracing::info!("no more requests are taken; finishing what was begun");
    services.mcp.mcp.hush();
    services.hosting.hush();
    let requests = async {
        let ended = tokio::join!(handle.stop(true), serving);
        tracing::info!("all connections are closed");
        ended
    };
    let work = async {
        work.drain(settings.shutdown).await;
        tracing::info!("background work is at rest");
    };
    // Side by side, so that each has all the time there is, and it is not given twice.
    let finishing = async { tokio::join!(requests, work) };
    tokio::select! {
        _ = finishing => {}
        () = signals.next() => tracing::warn!("told to end once more: what was begun is left as it is"),
    }
    upkeep.end().await;
    services.database.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Credentials in plain text belong on the loopback interface or between a proxy and this.
fn warn_of_plain_http(settings: &Settings) {
    let exposed = !settings.listen.ip().is_loopback() && settings.tls.is_none() && settings.trusted_proxies.is_empty();
    if exposed {
        tracing::warn!(
            "this speaks plain HTTP to the network: set MAINSTAY_TLS_CERT and MAINSTAY_TLS_KEY, or MAINSTAY_TRUSTED_PROXIES \
            if a proxy in front of it speaks HTTPS"
        );
    }
}

/// On an empty database: makes the owner with a password of its own, and says it once.
async fn set_up_if_empty(settings: &Settings, services: &Services) -> anyhow::Result<()> {
    if services.auth.is_installed().await? {
        return Ok(());
    }
    let password = Secret::new(services.ids.alphanumeric(PASSWORD_LENGTH));
    let made = setup::install(services, OWNER, &password, WORKSPACE).await?;
    println!("Welcome to Mainstay. This is shown once:\n");
    println!("  owner     {OWNER}");
    println!("  password  {}", password.expose());
    println!("  API key   {}\n", made.api_key.expose());
    println!("Try it:     curl -H 'Authorization: Bearer <API key>' {}/api/v1/me", settings.public_url);
    println!("Docs:       {}/docs", settings.public_url);
    Ok(())
}
