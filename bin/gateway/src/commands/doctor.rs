//! `mainstay doctor`: checks what the gateway stands on, and says what is wrong.

use crate::compose::Services;
use crate::config::Settings;
use crate::config::url::MailUrl;
use anyhow::{Context as _, ensure};
use mainstay_kernel::{Clock as _, SystemClock, Timestamp};
use std::process::ExitCode;

/// No earlier instant can be now: this version was written later.
const WRITTEN_AT: Timestamp = Timestamp::from_seconds(1_767_225_600);

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    // Had they not parsed, nothing would have come this far.
    let checks = [
        ("settings", Ok("all known and readable".to_owned())),
        ("database", database(settings).await),
        ("mail", mail(settings).await),
        ("clock", clock()),
    ];
    let mut sound = true;
    for (what, outcome) in checks {
        match outcome {
            Ok(found) => println!("ok    {what:<9} {found}"),
            Err(cause) => {
                sound = false;
                println!("WRONG {what:<9} {cause:#}");
            }
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn database(settings: &Settings) -> anyhow::Result<String> {
    let services = Services::compose(settings).await?;
    services.database.close().await;
    Ok(format!("{} answers, its tables are up to date, the master key is its own", settings.database.url))
}

async fn mail(settings: &Settings) -> anyhow::Result<String> {
    match &settings.mail {
        MailUrl::Log => Ok("mails are written to the log".to_owned()),
        MailUrl::Directory(directory) => {
            std::fs::create_dir_all(directory).with_context(|| format!("{} cannot be made", directory.display()))?;
            tempfile_in(directory).with_context(|| format!("{} cannot be written to", directory.display()))?;
            Ok(format!("mails are written to {}", directory.display()))
        }
        MailUrl::Smtp(server) => {
            let (host, port) = mail_server(server.expose()).context("the mail URL names no host")?;
            let reached = tokio::net::TcpStream::connect((host.as_str(), port)).await;
            reached.with_context(|| format!("the mail server {host}:{port} cannot be reached"))?;
            Ok(format!("the mail server {host}:{port} answers"))
        }
    }
}

/// Host and port of a mail URL; 465 for `smtps`, else 587 (RFC 8314 §3.3).
fn mail_server(url: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(url).ok()?;
    let usual = if url.scheme() == "smtps" { 465 } else { 587 };
    Some((url.host_str()?.to_owned(), url.port().unwrap_or(usual)))
}

fn tempfile_in(directory: &std::path::Path) -> std::io::Result<()> {
    let probe = directory.join(".mainstay-doctor");
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

fn clock() -> anyhow::Result<String> {
    let now = SystemClock.now();
    ensure!(now > WRITTEN_AT, "the machine's clock says {now}, which is before this version was written");
    Ok(format!("{now}"))
}
