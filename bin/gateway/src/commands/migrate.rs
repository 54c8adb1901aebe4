//! `mainstay migrate`: opening the database brings its tables up to date.

use crate::compose::Services;
use crate::config::Settings;
use std::process::ExitCode;

pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let services = Services::compose(settings).await?;
    services.database.close().await;
    println!("The database {} is up to date.", settings.database.url);
    Ok(ExitCode::SUCCESS)
}
