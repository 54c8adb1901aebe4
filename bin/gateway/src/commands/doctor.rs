//! `mainstay doctor`: checks what the gateway stands on, and says what is wrong.

use crate::compose::Services;
use crate::config::Settings;
use anyhow::ensure;
use mainstay_edge::limit;
use mainstay_kernel::{Clock as _, SystemClock, Timestamp};
use mainstay_mail::transport;
use std::process::ExitCode;

/// No earlier instant can be now: this version was written later.
const WRITTEN_AT: Timestamp = Timestamp::from_seconds(1_767_225_600);

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    // Had they not parsed, nothing would have come this far.
    let checks = [
        ("settings", Ok("all known and readable".to_owned())),
        ("database", database(settings).await),
        ("redis", redis(settings).await),
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

async fn redis(settings: &Settings) -> anyhow::Result<String> {
    let Some(url) = &settings.redis_url else {
        return Ok("none is set: limits are counted by this node alone".to_owned());
    };
    limit::check(url.expose()).await?;
    Ok("answers and counts".to_owned())
}

async fn mail(settings: &Settings) -> anyhow::Result<String> {
    let url = settings.mail.url.expose();
    transport::open(url)?.check().await?;
    Ok(match url.split_once(':') {
        Some(("log", _)) => "mails are written to the log".to_owned(),
        Some(("file", folder)) => format!("mails are written to {}", folder.strip_prefix("//").unwrap_or(folder)),
        _ => "the mail server answers".to_owned(),
    })
}

fn clock() -> anyhow::Result<String> {
    let now = SystemClock.now();
    ensure!(now > WRITTEN_AT, "the machine's clock says {now}, which is before this version was written");
    Ok(format!("{now}"))
}
